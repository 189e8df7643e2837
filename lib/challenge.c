#include "challenge.h"

#include <string.h>

#include "core.h"

static size_t secrets_count(const char *const *secrets)
{
	size_t n = 0;

	while (secrets && secrets[n]) {
		n++;
	}
	return n;
}

static int secrets_copy(struct iax2_challenge *challenge, struct iax2_endpoint *ep, const char *const *secrets)
{
	size_t n = secrets_count(secrets);
	size_t size = (n + 1) * sizeof(char *);
	char *text;

	for (size_t i = 0; i < n; i++) {
		size += strlen(secrets[i]) + 1;
	}
	challenge->secrets = iax2_mem_alloc_zero(ep->mem, size);
	if (!challenge->secrets) {
		return IAX2_ERR_NOMEM;
	}
	challenge->size = size;
	text = (char *)(challenge->secrets + n + 1);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(secrets[i]) + 1;

		challenge->secrets[i] = memcpy(text, secrets[i], len);
		text += len;
	}
	return 0;
}

int iax2_challenge_set(struct iax2_challenge *challenge, struct iax2_endpoint *ep, const struct iax2_credentials *creds)
{
	int rc;

	if (!(creds->methods & (IAX2_AUTH_MD5 | IAX2_AUTH_PLAINTEXT))) {
		return IAX2_ERR_INVALID;
	}
	iax2_challenge_wipe(challenge, ep);
	rc = secrets_copy(challenge, ep, creds->secrets);
	if (rc < 0) {
		ep->stats.no_memory++;
		return rc;
	}
	challenge->methods = creds->methods & (IAX2_AUTH_MD5 | IAX2_AUTH_PLAINTEXT);
	challenge->unknown = creds->unknown;
	iax2_auth_challenge(ep->config.random, ep->config.user, challenge->text);
	return 0;
}

void iax2_challenge_write(const struct iax2_challenge *challenge, struct iax2_ie_writer *w, const char *username)
{
	iax2_iew_u32(w, IAX2_IE_AUTHMETHODS, challenge->methods);
	if (challenge->methods & IAX2_AUTH_MD5) {
		iax2_iew_string(w, IAX2_IE_CHALLENGE, challenge->text);
	}
	iax2_iew_string(w, IAX2_IE_USERNAME, username);
}

bool iax2_challenge_verify(const struct iax2_challenge *challenge, struct iax2_endpoint *ep, const struct iax2_ies *ies)
{
	struct iax2_view md5 = iax2_ies_has(ies, IAX2_IE_MD5_RESULT) ? ies->value[IAX2_IE_MD5_RESULT].view : (struct iax2_view){0};
	struct iax2_view plain = iax2_ies_has(ies, IAX2_IE_PASSWORD) ? ies->value[IAX2_IE_PASSWORD].view : (struct iax2_view){0};
	const char *const *secrets = (const char *const *)challenge->secrets;
	bool good;

	if (challenge->methods & IAX2_AUTH_MD5) {
		good = challenge->unknown
		           ? iax2_auth_md5_fake(&ep->crypto, challenge->text, strlen(challenge->text), md5.data, md5.len)
		           : iax2_auth_md5_verify(&ep->crypto, challenge->text, strlen(challenge->text), secrets, md5.data, md5.len);
	} else {
		good = !challenge->unknown && plain.len && iax2_auth_plain_verify(secrets, plain.data, plain.len);
	}
	ep->stats.auth_failed += !good;
	return good;
}

void iax2_challenge_wipe(struct iax2_challenge *challenge, struct iax2_endpoint *ep)
{
	if (challenge->secrets) {
		iax2_auth_wipe(challenge->secrets, challenge->size);
		iax2_mem_free(ep->mem, challenge->secrets);
	}
	iax2_auth_wipe(challenge, sizeof(*challenge));
}

int iax2_identity_set(struct iax2_identity *id, struct iax2_endpoint *ep, const char *username, const char *secret, bool allow_plaintext)
{
	id->username = iax2_mem_strdup(ep->mem, username);
	id->secret = iax2_mem_strdup(ep->mem, secret);
	id->allow_plaintext = allow_plaintext;
	if ((username && !id->username) || (secret && !id->secret)) {
		ep->stats.no_memory++;
		iax2_identity_wipe(id, ep);
		return IAX2_ERR_NOMEM;
	}
	return 0;
}

void iax2_identity_wipe(struct iax2_identity *id, struct iax2_endpoint *ep)
{
	if (id->secret) {
		iax2_auth_wipe(id->secret, strlen(id->secret));
	}
	iax2_mem_free(ep->mem, id->secret);
	iax2_mem_free(ep->mem, id->username);
	*id = (struct iax2_identity){0};
}

/* A secret is not for another user than the one we said we are (19.5). */
static bool identity_named(const struct iax2_identity *id, const struct iax2_ies *ies)
{
	char name[256];

	iax2_ies_string(ies, IAX2_IE_USERNAME, name, sizeof(name));
	return !name[0] || !id->username || strcmp(name, id->username) == 0;
}

int iax2_identity_answer(const struct iax2_identity *id, struct iax2_endpoint *ep, const struct iax2_ies *ies, struct iax2_ie_writer *w)
{
	uint32_t methods = iax2_ies_u32(ies, IAX2_IE_AUTHMETHODS, 0);
	char result[IAX2_MD5_TEXT + 1];

	if (!id->secret || !identity_named(id, ies)) {
		return IAX2_ERR_NOAUTH;
	}
	if ((methods & IAX2_AUTH_MD5) && iax2_ies_has(ies, IAX2_IE_CHALLENGE) && ies->value[IAX2_IE_CHALLENGE].view.len) {
		struct iax2_view challenge = ies->value[IAX2_IE_CHALLENGE].view;

		if (iax2_auth_md5_text(&ep->crypto, challenge.data, challenge.len, id->secret, result) < 0) {
			return IAX2_ERR_NOAUTH;
		}
		iax2_iew_string(w, IAX2_IE_MD5_RESULT, result);
		return 0;
	}
	if ((methods & IAX2_AUTH_PLAINTEXT) && id->allow_plaintext) {
		iax2_iew_string(w, IAX2_IE_PASSWORD, id->secret);
		return 0;
	}
	return IAX2_ERR_NOAUTH;
}
