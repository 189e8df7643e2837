/* Call tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto_real.h"
#include "token.h"

#define S     IAX2_NS_PER_S
#define START (INT64_C(-5000) * S) /* the clock's zero is nobody's business */

static const struct iax2_crypto crypto = {.hmac_sha256 = real_hmac_sha256};

static void counting(void *user, void *buf, size_t len)
{
	uint8_t *next = user;

	memset(buf, (*next)++, len);
}

static uint8_t next_byte;
static struct iax2_token_ring ring;
static struct iax2_addr alice, other_port, other_host;
static char token[IAX2_TOKEN_MAX + 1];

static int setup(void **state)
{
	(void)state;
	next_byte = 1;
	iax2_token_init(&ring, counting, &next_byte, START);
	return iax2_addr_parse(&alice, "192.0.2.10:4569", 0) | iax2_addr_parse(&other_port, "192.0.2.10:4570", 0) |
	       iax2_addr_parse(&other_host, "192.0.2.11:4569", 0);
}

static size_t make(enum iax2_command command, iax2_ns now)
{
	int len = iax2_token_make(&ring, &crypto, &alice, command, now, token);

	assert_true(len > 0);
	assert_int_equal((size_t)len, strlen(token));
	return (size_t)len;
}

static bool valid(const struct iax2_addr *from, enum iax2_command command, iax2_ns now)
{
	return iax2_token_valid(&ring, &crypto, from, command, 10, now, (const uint8_t *)token, strlen(token));
}

static void test_form(void **state)
{
	(void)state;
	make(IAX2_CMD_NEW, START + 1234 * S);
	assert_memory_equal(token, "1234?", 5);
	assert_int_equal(strlen(token), 5 + 40);
	assert_int_equal(strspn(token + 5, "0123456789abcdef"), 40);
}

static void test_req_174_176_lifetime(void **state)
{
	(void)state;
	make(IAX2_CMD_NEW, START + 100 * S);
	assert_true(valid(&alice, IAX2_CMD_NEW, START + 100 * S));
	assert_true(valid(&alice, IAX2_CMD_NEW, START + 109 * S));
	assert_true(valid(&alice, IAX2_CMD_NEW, START + 110 * S - 1));
	assert_false(valid(&alice, IAX2_CMD_NEW, START + 110 * S));
	assert_false(valid(&alice, IAX2_CMD_NEW, START + 99 * S));
}

static void test_req_175_bound_to_address_and_command(void **state)
{
	(void)state;
	make(IAX2_CMD_NEW, START + 100 * S);
	assert_false(valid(&other_port, IAX2_CMD_NEW, START + 100 * S));
	assert_false(valid(&other_host, IAX2_CMD_NEW, START + 100 * S));
	assert_false(valid(&alice, IAX2_CMD_REGREQ, START + 100 * S));
	make(IAX2_CMD_REGREQ, START + 100 * S);
	assert_true(valid(&alice, IAX2_CMD_REGREL, START + 100 * S));
	assert_true(valid(&alice, IAX2_CMD_REGREQ, START + 100 * S));
	assert_false(valid(&alice, IAX2_CMD_FWDOWNL, START + 100 * S));
}

static void test_keys_rotate(void **state)
{
	(void)state;
	make(IAX2_CMD_NEW, START + 3599 * S);
	assert_int_equal(next_byte, 2);
	assert_true(valid(&alice, IAX2_CMD_NEW, START + 3600 * S)); /* by the key before */
	assert_int_equal(next_byte, 3);
	make(IAX2_CMD_NEW, START + 3601 * S);
	assert_true(valid(&alice, IAX2_CMD_NEW, START + 3602 * S));
	assert_int_equal(next_byte, 3);
	make(IAX2_CMD_NEW, START + 7200 * S);
	assert_int_equal(next_byte, 4);
}

static void test_req_177_foreign_and_damaged_tokens(void **state)
{
	static const char *const cases[] = {
	    "1795245194?8f7f3dffd66acec411b52b08eddf1d87f31203a1", /* another maker's (21.2) */
	    "100?8f7f3dffd66acec411b52b08eddf1d87f31203a1",
	    "",
	    "?",
	    "100",
	    "100?",
	    "x?8f7f3dffd66acec411b52b08eddf1d87f31203a1",
	    "-1?8f7f3dffd66acec411b52b08eddf1d87f31203a1",
	    "99999999999999999999999999?8f7f3dffd66acec411b52b08eddf1d87f31203a1",
	};
	iax2_ns now = START + 100 * S;
	size_t len = make(IAX2_CMD_NEW, now);
	uint8_t copy[IAX2_TOKEN_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(
		    iax2_token_valid(&ring, &crypto, &alice, IAX2_CMD_NEW, 10, now, (const uint8_t *)cases[i], strlen(cases[i])));
	}
	assert_false(iax2_token_valid(&ring, &crypto, &alice, IAX2_CMD_NEW, 10, now, NULL, 0));
	for (size_t i = 0; i < 8 * len; i++) { /* every single bit counts */
		memcpy(copy, token, len);
		copy[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(iax2_token_valid(&ring, &crypto, &alice, IAX2_CMD_NEW, 10, now, copy, len));
	}
	memcpy(copy, token, len);
	copy[len] = '0';
	assert_false(iax2_token_valid(&ring, &crypto, &alice, IAX2_CMD_NEW, 10, now, copy, len + 1));
	assert_false(iax2_token_valid(&ring, &crypto, &alice, IAX2_CMD_NEW, 10, now, copy, len - 1));
	memmove(copy + 1, token, len); /* the same time, written otherwise */
	copy[0] = '0';
	assert_false(iax2_token_valid(&ring, &crypto, &alice, IAX2_CMD_NEW, 10, now, copy, len + 1));
}

static int no_hmac(void *user, uint8_t out[static IAX2_SHA256_SIZE], const void *key, size_t key_len, const void *data,
                   size_t data_len)
{
	(void)user, (void)out, (void)key, (void)key_len, (void)data, (void)data_len;
	return IAX2_ERR_NOAUTH;
}

static void test_without_hmac_no_token_is_good(void **state)
{
	static const struct iax2_crypto broken = {.hmac_sha256 = no_hmac};

	(void)state;
	make(IAX2_CMD_NEW, START);
	assert_int_equal(iax2_token_make(&ring, &broken, &alice, IAX2_CMD_NEW, START, (char[IAX2_TOKEN_MAX + 1]){0}),
	                 IAX2_ERR_NOAUTH);
	assert_false(iax2_token_valid(&ring, &broken, &alice, IAX2_CMD_NEW, 10, START, (const uint8_t *)token, strlen(token)));
	iax2_token_fini(&ring);
	for (size_t i = 0; i < sizeof(ring.key); i++) {
		assert_int_equal(((const uint8_t *)ring.key)[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_form, setup),
	    cmocka_unit_test_setup(test_req_174_176_lifetime, setup),
	    cmocka_unit_test_setup(test_req_175_bound_to_address_and_command, setup),
	    cmocka_unit_test_setup(test_keys_rotate, setup),
	    cmocka_unit_test_setup(test_req_177_foreign_and_damaged_tokens, setup),
	    cmocka_unit_test_setup(test_without_hmac_no_token_is_good, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
