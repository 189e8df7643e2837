#include "crypto/openssl.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "util/log.h"

/* Fetched once: looking an algorithm up in the providers costs more than the digest of a challenge. */
static struct {
	bool ready;
	EVP_MD *md5;
	EVP_MD_CTX *md5_ctx;
	EVP_MAC *hmac;
	EVP_MAC_CTX *hmac_ctx;
} adapter;

static void adapter_fini(void)
{
	EVP_MD_CTX_free(adapter.md5_ctx);
	EVP_MD_free(adapter.md5);
	EVP_MAC_CTX_free(adapter.hmac_ctx);
	EVP_MAC_free(adapter.hmac);
}

static void adapter_init(void)
{
	static char sha256[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha256, 0),
		OSSL_PARAM_construct_end(),
	};

	if (adapter.ready) {
		return;
	}
	adapter.ready = true;
	adapter.md5 = EVP_MD_fetch(NULL, "MD5", NULL);
	adapter.md5_ctx = adapter.md5 ? EVP_MD_CTX_new() : NULL;
	adapter.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	adapter.hmac_ctx = adapter.hmac ? EVP_MAC_CTX_new(adapter.hmac) : NULL;
	if (adapter.hmac_ctx && !EVP_MAC_CTX_set_params(adapter.hmac_ctx, params)) {
		EVP_MAC_CTX_free(adapter.hmac_ctx);
		adapter.hmac_ctx = NULL;
	}
	atexit(adapter_fini);
}

static int md5(void *user, uint8_t out[static IAX2_MD5_SIZE], const void *a, size_t a_len, const void *b, size_t b_len)
{
	unsigned len = 0;

	(void)user;
	adapter_init();
	if (!adapter.md5_ctx || !EVP_DigestInit_ex2(adapter.md5_ctx, adapter.md5, NULL) ||
		!EVP_DigestUpdate(adapter.md5_ctx, a, a_len) || !EVP_DigestUpdate(adapter.md5_ctx, b, b_len) ||
		!EVP_DigestFinal_ex(adapter.md5_ctx, out, &len) || len != IAX2_MD5_SIZE) {
		return IAX2_ERR_NOAUTH;
	}
	return IAX2_OK;
}

static int hmac_sha256(void *user, uint8_t out[static IAX2_SHA256_SIZE], const void *key, size_t key_len, const void *data,
                       size_t data_len)
{
	/* A NULL key would mean "the one of last time". */
	static const unsigned char empty[1];
	size_t len = 0;

	(void)user;
	adapter_init();
	if (!adapter.hmac_ctx || !EVP_MAC_init(adapter.hmac_ctx, key ? key : empty, key ? key_len : 0, NULL) ||
		!EVP_MAC_update(adapter.hmac_ctx, data, data_len) || !EVP_MAC_final(adapter.hmac_ctx, out, &len, IAX2_SHA256_SIZE) ||
		len != IAX2_SHA256_SIZE) {
		return IAX2_ERR_NOAUTH;
	}
	return IAX2_OK;
}

const struct iax2_crypto *openssl_crypto(void)
{
	static const struct iax2_crypto crypto = {.md5 = md5, .hmac_sha256 = hmac_sha256};

	adapter_init();
	return &crypto;
}

bool openssl_md5_available(void)
{
	uint8_t out[IAX2_MD5_SIZE];

	return md5(NULL, out, "", 0, "", 0) == IAX2_OK;
}

void openssl_random(void *user, void *buf, size_t len)
{
	unsigned char *p = buf;

	(void)user;
	while (len > 0) {
		int part = len > INT_MAX ? INT_MAX : (int)len;
		if (RAND_bytes(p, part) != 1) {
			log_error("the system gives no random bytes (OpenSSL RAND_bytes failed): call tokens and challenges could be "
			          "guessed, stopping");
			abort();
		}
		p += part;
		len -= (size_t)part;
	}
}
