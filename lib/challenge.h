/* A demand for a proof and what came of it, for calls and registrations alike (protocol reference 19). */
#ifndef IAX2_LIB_CHALLENGE_H
#define IAX2_LIB_CHALLENGE_H

#include "iax2/call.h"

#include "auth.h"

/* What we demanded. */
struct iax2_challenge {
	unsigned methods;
	bool unknown;                       /* nobody passes */
	char text[IAX2_CHALLENGE_LEN + 1];
	char **secrets;                     /* NULL-terminated; one block with the strings behind it */
	size_t size;                        /* of that block */
};

/* Copies the secrets and draws a new challenge.  0, IAX2_ERR_INVALID (no method we can verify), IAX2_ERR_NOMEM. */
int iax2_challenge_set(struct iax2_challenge *challenge, struct iax2_endpoint *ep, const struct iax2_credentials *creds);
/* AUTHMETHODS, CHALLENGE, USERNAME. */
void iax2_challenge_write(const struct iax2_challenge *challenge, struct iax2_ie_writer *w, const char *username);
bool iax2_challenge_verify(const struct iax2_challenge *challenge, struct iax2_endpoint *ep, const struct iax2_ies *ies);
/* Overwrites and frees the secrets. */
void iax2_challenge_wipe(struct iax2_challenge *challenge, struct iax2_endpoint *ep);

/* What we can prove ourselves with. */
struct iax2_identity {
	char *username, *secret;            /* NULL: none */
	bool allow_plaintext;
};

int iax2_identity_set(struct iax2_identity *id, struct iax2_endpoint *ep, const char *username, const char *secret, bool allow_plaintext);
void iax2_identity_wipe(struct iax2_identity *id, struct iax2_endpoint *ep);
/* Writes the result element for an AUTHREQ or REGAUTH.  0, or IAX2_ERR_NOAUTH. */
int iax2_identity_answer(const struct iax2_identity *id, struct iax2_endpoint *ep, const struct iax2_ies *ies, struct iax2_ie_writer *w);

#endif
