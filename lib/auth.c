#include "auth.h"

#include <string.h>

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes exactly len bytes; false when the text has another length or other characters. */
static bool unhex(uint8_t *out, size_t len, const uint8_t *text, size_t text_len)
{
	bool good = text_len == 2 * len;

	for (size_t i = 0; i < len && good; i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

		good = high >= 0 && low >= 0;
		out[i] = (uint8_t)(good ? high << 4 | low : 0);
	}
	return good;
}

/* Adds the work of one secret to a verification. */
static bool digest_matches(const struct iax2_crypto *crypto, const void *challenge, size_t challenge_len, const char *secret,
                           const uint8_t claimed[static IAX2_MD5_SIZE])
{
	uint8_t digest[IAX2_MD5_SIZE] = {0};
	bool match;

	if (crypto->md5(crypto->user, digest, challenge, challenge_len, secret, strlen(secret)) != 0) {
		return false;
	}
	match = iax2_auth_equal(digest, claimed, sizeof(digest));
	iax2_auth_wipe(digest, sizeof(digest));
	return match;
}

void iax2_auth_challenge(void (*random)(void *user, void *buf, size_t len), void *random_user,
                         char out[static IAX2_CHALLENGE_LEN + 1])
{
	size_t n = 0;

	while (n < IAX2_CHALLENGE_LEN) {
		uint8_t bytes[2 * IAX2_CHALLENGE_LEN];

		random(random_user, bytes, sizeof(bytes));
		for (size_t i = 0; i < sizeof(bytes) && n < IAX2_CHALLENGE_LEN; i++) {
			if (bytes[i] < 250) { /* the others would make low digits more frequent */
				out[n++] = (char)('0' + bytes[i] % 10);
			}
		}
	}
	out[n] = '\0';
}

int iax2_auth_md5_text(const struct iax2_crypto *crypto, const void *challenge, size_t challenge_len, const char *secret,
                       char out[static IAX2_MD5_TEXT + 1])
{
	uint8_t digest[IAX2_MD5_SIZE];
	int rc = crypto->md5(crypto->user, digest, challenge, challenge_len, secret, strlen(secret));

	out[0] = '\0';
	if (rc == 0) {
		iax2_auth_hex(out, digest, sizeof(digest));
		iax2_auth_wipe(digest, sizeof(digest));
	}
	return rc;
}

bool iax2_auth_md5_verify(const struct iax2_crypto *crypto, const void *challenge, size_t challenge_len,
                          const char *const *secrets, const uint8_t *result, size_t result_len)
{
	uint8_t claimed[IAX2_MD5_SIZE] = {0};
	bool readable = unhex(claimed, sizeof(claimed), result, result_len), match = false;

	if (!secrets || !secrets[0]) {
		return iax2_auth_md5_fake(crypto, challenge, challenge_len, result, result_len);
	}
	for (; *secrets; secrets++) {
		match |= digest_matches(crypto, challenge, challenge_len, *secrets, claimed);
	}
	return readable && match;
}

bool iax2_auth_plain_verify(const char *const *secrets, const uint8_t *password, size_t len)
{
	bool match = false;

	for (; secrets && *secrets; secrets++) {
		match |= strlen(*secrets) == len && iax2_auth_equal(*secrets, password, len);
	}
	return match;
}

bool iax2_auth_md5_fake(const struct iax2_crypto *crypto, const void *challenge, size_t challenge_len, const uint8_t *result,
                        size_t result_len)
{
	uint8_t claimed[IAX2_MD5_SIZE] = {0};
	volatile bool match;

	(void)unhex(claimed, sizeof(claimed), result, result_len);
	match = digest_matches(crypto, challenge, challenge_len, "nobody's secret", claimed);
	(void)match;
	return false;
}

bool iax2_auth_equal(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t differences = 0;

	for (size_t i = 0; i < len; i++) {
		differences |= (uint8_t)(x[i] ^ y[i]);
	}
	return differences == 0;
}

void iax2_auth_hex(char *out, const uint8_t *data, size_t len)
{
	static const char digits[16] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[data[i] >> 4];
		*out++ = digits[data[i] & 15];
	}
	*out = '\0';
}

void iax2_auth_wipe(void *data, size_t len)
{
	volatile uint8_t *p = data;

	while (len-- > 0) {
		*p++ = 0;
	}
}
