#include "crypto/openssl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static const char *hex(const uint8_t *bytes, size_t len)
{
	static char text[2 * 64 + 1];

	for (size_t i = 0; i < len; i++) {
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	}
	return text;
}

/* The worked example of the protocol reference, 21.3. */
static void test_md5_of_challenge_and_secret(void **state)
{
	(void)state;
	const struct iax2_crypto *crypto = openssl_crypto();
	uint8_t out[IAX2_MD5_SIZE];

	assert_true(openssl_md5_available());
	for (int again = 0; again < 3; again++) {
		assert_int_equal(crypto->md5(crypto->user, out, "137862940", 9, "s3cret", 6), 0);
		assert_string_equal(hex(out, sizeof(out)), "b38dc2280299f0c9f84620786b6300ad");
	}
}

/* RFC 1321, appendix A.5. */
static void test_md5_of_empty_parts(void **state)
{
	(void)state;
	const struct iax2_crypto *crypto = openssl_crypto();
	uint8_t out[IAX2_MD5_SIZE];

	assert_int_equal(crypto->md5(crypto->user, out, NULL, 0, NULL, 0), 0);
	assert_string_equal(hex(out, sizeof(out)), "d41d8cd98f00b204e9800998ecf8427e");
	assert_int_equal(crypto->md5(crypto->user, out, "abc", 3, NULL, 0), 0);
	assert_string_equal(hex(out, sizeof(out)), "900150983cd24fb0d6963f7d28e17f72");
	assert_int_equal(crypto->md5(crypto->user, out, NULL, 0, "abc", 3), 0);
	assert_string_equal(hex(out, sizeof(out)), "900150983cd24fb0d6963f7d28e17f72");
}

/* RFC 4231, test cases 1, 2, 3, 4, 6 and 7. */
static void test_hmac_sha256_vectors(void **state)
{
	(void)state;
	static uint8_t key_0b[20], key_aa[131], key_count[25], data_dd[50], data_cd[50];
	memset(key_0b, 0x0b, sizeof(key_0b));
	memset(key_aa, 0xaa, sizeof(key_aa));
	memset(data_dd, 0xdd, sizeof(data_dd));
	memset(data_cd, 0xcd, sizeof(data_cd));
	for (size_t i = 0; i < sizeof(key_count); i++) {
		key_count[i] = (uint8_t)(i + 1);
	}
	static const char long_key[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	static const char long_both[] = "This is a test using a larger than block-size key and a larger than block-size data. "
	                                "The key needs to be hashed before being used by the HMAC algorithm.";
	const struct {
		const void *key;
		size_t key_len;
		const void *data;
		size_t data_len;
		const char *out;
	} cases[] = {
		{key_0b, 20, "Hi There", 8, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{"Jefe", 4, "what do ya want for nothing?", 28, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{key_aa, 20, data_dd, 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
		{key_count, 25, data_cd, 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
		{key_aa, 131, long_key, sizeof(long_key) - 1, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
		{key_aa, 131, long_both, sizeof(long_both) - 1, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
	};
	const struct iax2_crypto *crypto = openssl_crypto();
	uint8_t out[IAX2_SHA256_SIZE];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(crypto->hmac_sha256(crypto->user, out, cases[i].key, cases[i].key_len, cases[i].data, cases[i].data_len),
		                 0);
		assert_string_equal(hex(out, sizeof(out)), cases[i].out);
	}
}

/* An empty key must not mean the key of the call before. */
static void test_hmac_with_empty_key(void **state)
{
	(void)state;
	const struct iax2_crypto *crypto = openssl_crypto();
	uint8_t out[IAX2_SHA256_SIZE];

	assert_int_equal(crypto->hmac_sha256(crypto->user, out, "key", 3, "", 0), 0);
	assert_int_equal(crypto->hmac_sha256(crypto->user, out, NULL, 0, NULL, 0), 0);
	assert_string_equal(hex(out, sizeof(out)), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void test_random_bytes_differ(void **state)
{
	(void)state;
	uint8_t a[32] = {0}, b[32] = {0};

	openssl_random(NULL, a, sizeof(a));
	openssl_random(NULL, b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	openssl_random(NULL, a, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_md5_of_challenge_and_secret), cmocka_unit_test(test_md5_of_empty_parts),
		cmocka_unit_test(test_hmac_sha256_vectors),         cmocka_unit_test(test_hmac_with_empty_key),
		cmocka_unit_test(test_random_bytes_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
