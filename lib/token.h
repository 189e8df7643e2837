/* Call tokens (protocol reference 14): a proof that the other side receives at the address it sends from, without a state of ours
 * per address.  A token is "<seconds>?<40 hex digits>": the age of the ring when it was made, and the first 20 bytes of an
 * HMAC-SHA-256 over address, port, time and class of command.  Keys are changed every hour; the one before is taken for the
 * lifetime of a token. */
#ifndef IAX2_LIB_TOKEN_H
#define IAX2_LIB_TOKEN_H

#include "iax2/crypto.h"
#include "iax2/frame.h"

#define IAX2_TOKEN_KEY 32
#define IAX2_TOKEN_MAX (20 + 1 + 40) /* digits of 64 bits, "?", digest in hex */

struct iax2_token_ring {
	void (*random)(void *user, void *buf, size_t len);
	void *random_user;
	iax2_ns start;   /* time 0 of the tokens */
	iax2_ns rotated; /* since when key[0] is used */
	bool has_previous;
	uint8_t key[2][IAX2_TOKEN_KEY]; /* current, previous */
};

void iax2_token_init(struct iax2_token_ring *ring, void (*random)(void *user, void *buf, size_t len), void *random_user,
                     iax2_ns now);
/* Wipes the keys. */
void iax2_token_fini(struct iax2_token_ring *ring);

/* Writes a token, terminated, for a request of that command from that address.  Its length, or a negative error of the
 * cryptography. */
int iax2_token_make(struct iax2_token_ring *ring, const struct iax2_crypto *crypto, const struct iax2_addr *from,
                    enum iax2_command command, iax2_ns now, char out[static IAX2_TOKEN_MAX + 1]);

/* True when a token was made here for that address and command less than `lifetime_s` seconds ago. */
bool iax2_token_valid(struct iax2_token_ring *ring, const struct iax2_crypto *crypto, const struct iax2_addr *from,
                      enum iax2_command command, uint32_t lifetime_s, iax2_ns now, const uint8_t *token, size_t len);

#endif
