/* Openssl: the cryptography of libiax2 on OpenSSL 3.  The only place that sees its headers. */
#ifndef TANDEM_CRYPTO_OPENSSL_H
#define TANDEM_CRYPTO_OPENSSL_H

#include <stdbool.h>
#include <stddef.h>

#include "iax2/crypto.h"

/* The functions for struct iax2_config; lives as long as the process.  Algorithms and contexts are fetched at the first call and
 * reused, so all calls must come from one thread.  Never NULL: what OpenSSL does not have fails when it is used. */
const struct iax2_crypto *openssl_crypto(void);

/* False where the machine's policy forbids MD5 (FIPS mode): auth=md5 can't work there, which is worth a warning at start. */
bool openssl_md5_available(void);

/* Fills buf with unpredictable bytes, for iax2_config.random; `user` is not looked at.  Ends the process with a message when the
 * system has none: tokens and challenges that can be guessed are worse than no service. */
void openssl_random(void *user, void *buf, size_t len);

#endif
