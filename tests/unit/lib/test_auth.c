/* Challenges and their answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth.h"
#include "crypto_real.h"

#define CHALLENGE "137862940"
#define RESULT    "b38dc2280299f0c9f84620786b6300ad" /* of the secret "s3cret" */

static unsigned digests;
static const struct iax2_crypto crypto = {.md5 = real_md5, .user = &digests};

static bool verify(const char *const *secrets, const char *result)
{
	return iax2_auth_md5_verify(&crypto, CHALLENGE, strlen(CHALLENGE), secrets, (const uint8_t *)result, strlen(result));
}

static void test_req_208_md5_result(void **state)
{
	char out[IAX2_MD5_TEXT + 1];

	(void)state;
	assert_int_equal(iax2_auth_md5_text(&crypto, CHALLENGE, strlen(CHALLENGE), "s3cret", out), 0);
	assert_string_equal(out, RESULT);
}

static void test_req_209_upper_case(void **state)
{
	static const char *const secrets[] = {"s3cret", NULL};

	(void)state;
	assert_true(verify(secrets, RESULT));
	assert_true(verify(secrets, "B38DC2280299F0C9F84620786B6300AD"));
	assert_false(verify(secrets, "b38dc2280299f0c9f84620786b6300ae"));
	assert_false(verify(secrets, "b38dc2280299f0c9f84620786b6300a"));
	assert_false(verify(secrets, "b38dc2280299f0c9f84620786b6300ad0"));
	assert_false(verify(secrets, "g38dc2280299f0c9f84620786b6300ad"));
	assert_false(verify(secrets, ""));
}

static void test_req_210_several_secrets(void **state)
{
	static const char *const secrets[] = {"s3cret", "other", "third", NULL}, *const last[] = {"a", "b", "s3cret", NULL};
	static const char *const wrong[] = {"a", "b", NULL};

	(void)state;
	digests = 0;
	assert_true(verify(secrets, RESULT));
	assert_int_equal(digests, 3); /* all are tried, whichever it was */
	assert_true(verify(last, RESULT));
	assert_false(verify(wrong, RESULT));
}

static void test_req_216_fake_costs_as_much(void **state)
{
	static const char *const one[] = {"s3cret", NULL}, *const none[] = {NULL};
	static const uint8_t result[] = RESULT;

	(void)state;
	digests = 0;
	verify(one, RESULT);
	assert_int_equal(digests, 1);
	assert_false(verify(NULL, RESULT));
	assert_int_equal(digests, 2);
	assert_false(verify(none, RESULT));
	assert_int_equal(digests, 3);
	assert_false(iax2_auth_md5_fake(&crypto, CHALLENGE, strlen(CHALLENGE), result, sizeof(result) - 1));
	assert_int_equal(digests, 4);
}

static int no_md5(void *user, uint8_t out[static IAX2_MD5_SIZE], const void *a, size_t a_len, const void *b, size_t b_len)
{
	(void)user, (void)a, (void)a_len, (void)b, (void)b_len;
	memset(out, 0, IAX2_MD5_SIZE);
	return IAX2_ERR_NOAUTH;
}

static void test_without_md5_nobody_gets_in(void **state)
{
	static const struct iax2_crypto broken = {.md5 = no_md5};
	static const char *const secrets[] = {"s3cret", NULL};
	static const uint8_t zeros[] = "00000000000000000000000000000000";
	char out[IAX2_MD5_TEXT + 1] = "x";

	(void)state;
	assert_false(iax2_auth_md5_verify(&broken, CHALLENGE, 9, secrets, zeros, 32));
	assert_int_equal(iax2_auth_md5_text(&broken, CHALLENGE, 9, "s3cret", out), IAX2_ERR_NOAUTH);
	assert_string_equal(out, "");
}

static void test_plain(void **state)
{
	static const char *const secrets[] = {"abc", "", NULL};

	(void)state;
	assert_true(iax2_auth_plain_verify(secrets, (const uint8_t *)"abc", 3));
	assert_false(iax2_auth_plain_verify(secrets, (const uint8_t *)"abd", 3));
	assert_false(iax2_auth_plain_verify(secrets, (const uint8_t *)"ab", 2));
	assert_false(iax2_auth_plain_verify(NULL, (const uint8_t *)"abc", 3));
}

/* Counts up, so that bytes above 249 come too. */
static void counting(void *user, void *buf, size_t len)
{
	uint8_t *next = user, *out = buf;

	while (len-- > 0) {
		*out++ = (*next)++;
	}
}

static void test_req_215_challenge(void **state)
{
	uint8_t next = 240;
	char first[IAX2_CHALLENGE_LEN + 1], second[IAX2_CHALLENGE_LEN + 1];

	(void)state;
	iax2_auth_challenge(counting, &next, first);
	assert_string_equal(first, "01234567890123456789"); /* 240 to 249, then 0 to 9: 250 to 255 are passed over */
	next = 17;
	iax2_auth_challenge(counting, &next, second);
	assert_string_equal(second, "78901234567890123456");
}

static void all_high(void *user, void *buf, size_t len)
{
	unsigned *calls = user;

	memset(buf, ++*calls < 3 ? 255 : 7, len);
}

static void test_challenge_asks_again(void **state)
{
	unsigned calls = 0;
	char out[IAX2_CHALLENGE_LEN + 1];

	(void)state;
	iax2_auth_challenge(all_high, &calls, out);
	assert_int_equal(calls, 3);
	assert_string_equal(out, "77777777777777777777");
}

static void test_small_tools(void **state)
{
	uint8_t bytes[4] = {0, 0x1f, 0xa0, 0xff};
	char out[9];

	(void)state;
	iax2_auth_hex(out, bytes, sizeof(bytes));
	assert_string_equal(out, "001fa0ff");
	assert_true(iax2_auth_equal(bytes, bytes, sizeof(bytes)));
	assert_true(iax2_auth_equal(NULL, NULL, 0));
	assert_false(iax2_auth_equal(bytes, bytes + 1, 2));
	iax2_auth_wipe(bytes, sizeof(bytes));
	assert_memory_equal(bytes, "\0\0\0\0", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_208_md5_result),
	    cmocka_unit_test(test_req_209_upper_case),
	    cmocka_unit_test(test_req_210_several_secrets),
	    cmocka_unit_test(test_req_216_fake_costs_as_much),
	    cmocka_unit_test(test_without_md5_nobody_gets_in),
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_req_215_challenge),
	    cmocka_unit_test(test_challenge_asks_again),
	    cmocka_unit_test(test_small_tools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
