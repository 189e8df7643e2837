/* libiax2: registration, on both sides, and qualify (RFC 5456 sections 6.1 and 6.7; protocol reference 13 and 17.4). */
#ifndef IAX2_REGISTRATION_H
#define IAX2_REGISTRATION_H

#include "call.h"

/* ---- as client ---- */

enum iax2_registration_state { /* shown by `iax2 show registry` */
	IAX2_REG_UNREGISTERED, IAX2_REG_REQUEST_SENT, IAX2_REG_AUTH_SENT, IAX2_REG_REGISTERED, IAX2_REG_REJECTED,
	IAX2_REG_TIMEOUT, IAX2_REG_NO_AUTHENTICATION,
};
/* "Unregistered", "Request Sent", "Auth. Sent", "Registered", "Rejected", "Timeout", "No Authentication". */
IAX2_API const char *iax2_registration_state_text(enum iax2_registration_state state);

struct iax2_registration_params { /* copied */
	const char *username;
	const char *secret;          /* NULL: none */
	bool allow_plaintext;
	uint16_t refresh_s;          /* asked for; 0: 60 */
	void *user;
};
/* Begins to register at path and goes on refreshing (13.2) until stopped.  0 and *reg, or a negative error. */
IAX2_API int iax2_registration_new(struct iax2_endpoint *ep, struct iax2_registration **reg, const struct iax2_path *path,
                                   const struct iax2_registration_params *params, iax2_ns now);
/* The registrar has moved (its name was looked up again): the next attempt goes there; at once if not registered now. */
IAX2_API void iax2_registration_set_path(struct iax2_registration *reg, const struct iax2_path *path, iax2_ns now);
/* Stops; with `release` a REGREL tells the registrar if we are registered.  The handle dies. */
IAX2_API void iax2_registration_stop(struct iax2_registration *reg, bool release, iax2_ns now);

struct iax2_registration_info {
	enum iax2_registration_state state;
	struct iax2_path path;
	struct iax2_addr perceived;   /* our address as the registrar sees it; family 0: not known */
	uint16_t refresh_s;
	bool has_messages;            /* MSGCOUNT came */
	uint8_t new_messages, old_messages;
	unsigned cause;               /* of the last refusal */
	const char *text;             /* of the last refusal; never NULL */
	iax2_ns next;                 /* next attempt */
};
IAX2_API void iax2_registration_info(const struct iax2_registration *reg, struct iax2_registration_info *info);

/* ---- as registrar ---- */

/* Demands a proof (after IAX2_EV_REGREQ). */
IAX2_API int iax2_regreq_challenge(struct iax2_regreq *req, const struct iax2_credentials *creds, iax2_ns now);

struct iax2_grant { /* what REGACK says; a release is answered with user name and date only */
	const char *username;
	uint16_t refresh_s;
	uint32_t datetime;
	bool has_messages;
	uint8_t new_messages, old_messages;
	const char *calling_number, *calling_name;
};
IAX2_API int iax2_regreq_grant(struct iax2_regreq *req, const struct iax2_grant *grant, iax2_ns now); /* the handle dies */
IAX2_API void iax2_regreq_refuse(struct iax2_regreq *req, iax2_ns now);                               /* the handle dies */
IAX2_API void iax2_regreq_set_user(struct iax2_regreq *req, void *user);

/* ---- qualify ---- */

struct iax2_qualify_params { /* 0: the default */
	uint32_t max_ms;          /* 2000: above is LAGGED */
	uint32_t freq_ok_ms;      /* 60000 */
	uint32_t freq_notok_ms;   /* 10000 */
	bool smoothing;
	void *user;
};
/* Polls an address for ever: the first POKE goes at once.  IAX2_EV_QUALIFY comes with every result. */
IAX2_API int iax2_qualify_new(struct iax2_endpoint *ep, struct iax2_qualify **qualify, const struct iax2_path *path,
                              const struct iax2_qualify_params *params, iax2_ns now);
IAX2_API void iax2_qualify_set_path(struct iax2_qualify *qualify, const struct iax2_path *path, iax2_ns now); /* polls at once */
IAX2_API void iax2_qualify_stop(struct iax2_qualify *qualify);

struct iax2_qualify_info {
	struct iax2_path path;
	int32_t last_ms;     /* round trip; 0: no result yet, -1: unreachable */
	uint32_t max_ms;
};
IAX2_API void iax2_qualify_info(const struct iax2_qualify *qualify, struct iax2_qualify_info *info);
/* "UNKNOWN", "UNREACHABLE", "LAGGED (n ms)", "OK (n ms)" (17.4). */
IAX2_API const char *iax2_qualify_text(int32_t last_ms, uint32_t max_ms, char buf[static 32]);

#endif
