/* Challenges and their answers (protocol reference 19).  Comparisons take the same time whatever they find. */
#ifndef IAX2_LIB_AUTH_H
#define IAX2_LIB_AUTH_H

#include "iax2/crypto.h"

#define IAX2_CHALLENGE_LEN 20
#define IAX2_MD5_TEXT      (2 * IAX2_MD5_SIZE)

/* A new challenge: 20 random decimal digits, terminated. */
void iax2_auth_challenge(void (*random)(void *user, void *buf, size_t len), void *random_user,
                         char out[static IAX2_CHALLENGE_LEN + 1]);

/* The MD5_RESULT for a challenge: 32 lower-case hex digits, terminated.  0, or the error of the cryptography. */
int iax2_auth_md5_text(const struct iax2_crypto *crypto, const void *challenge, size_t challenge_len, const char *secret,
                       char out[static IAX2_MD5_TEXT + 1]);

/* True when `result` (hex, any case) answers the challenge with any of the secrets, a NULL-terminated list.  All secrets are
 * tried whatever the first ones say.  NULL or an empty list: nobody is let in, after the work of one secret (REQ-216). */
bool iax2_auth_md5_verify(const struct iax2_crypto *crypto, const void *challenge, size_t challenge_len,
                          const char *const *secrets, const uint8_t *result, size_t result_len);

/* The same for a plain secret (PASSWORD). */
bool iax2_auth_plain_verify(const char *const *secrets, const uint8_t *password, size_t len);

/* The work of a verification with one secret, for a user that does not exist; false always. */
bool iax2_auth_md5_fake(const struct iax2_crypto *crypto, const void *challenge, size_t challenge_len, const uint8_t *result,
                        size_t result_len);

/* Whether two blocks are the same, in a time that depends on the length only. */
bool iax2_auth_equal(const void *a, const void *b, size_t len);

/* Lower-case hex of len bytes, terminated: 2 * len + 1 characters. */
void iax2_auth_hex(char *out, const uint8_t *data, size_t len);

/* Overwrites memory in a way that the compiler keeps. */
void iax2_auth_wipe(void *data, size_t len);

#endif
