/* libiax2: the cryptography it needs, given by its owner so that the library itself links with libc alone.
 * All functions are pure: same input, same output, no state. */
#ifndef IAX2_CRYPTO_H
#define IAX2_CRYPTO_H

#include "types.h"

#define IAX2_MD5_SIZE 16
#define IAX2_SHA256_SIZE 32

struct iax2_crypto {
	/* MD5 of a followed by b (RFC 5456 section 8.6.15: challenge, then secret).  0, or IAX2_ERR_NOAUTH when
	 * MD5 is not available (FIPS mode): every MD5 authentication then fails. */
	int (*md5)(void *user, uint8_t out[static IAX2_MD5_SIZE], const void *a, size_t a_len, const void *b, size_t b_len);
	/* HMAC-SHA-256, for call tokens (protocol reference 14.3).  0 or a negative error. */
	int (*hmac_sha256)(void *user, uint8_t out[static IAX2_SHA256_SIZE], const void *key, size_t key_len,
	                   const void *data, size_t data_len);
	void *user;
};

#endif
