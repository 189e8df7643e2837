/* The library's cryptography, by OpenSSL, for the tests of known answers. */
#ifndef TEST_CRYPTO_REAL_H
#define TEST_CRYPTO_REAL_H

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "iax2/crypto.h"

static inline int real_md5(void *user, uint8_t out[static IAX2_MD5_SIZE], const void *a, size_t a_len, const void *b,
                           size_t b_len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int good = context && EVP_DigestInit_ex(context, EVP_md5(), NULL) && EVP_DigestUpdate(context, a, a_len) &&
	           EVP_DigestUpdate(context, b, b_len) && EVP_DigestFinal_ex(context, out, NULL);

	EVP_MD_CTX_free(context);
	if (user) {
		++*(unsigned *)user; /* how often it was asked */
	}
	return good ? 0 : IAX2_ERR_NOAUTH;
}

static inline int real_hmac_sha256(void *user, uint8_t out[static IAX2_SHA256_SIZE], const void *key, size_t key_len,
                                   const void *data, size_t data_len)
{
	(void)user;
	return HMAC(EVP_sha256(), key, (int)key_len, data, data_len, out, NULL) ? 0 : IAX2_ERR_NOAUTH;
}

#endif
