/* libiax2: events, what an endpoint tells its owner.
 *
 * Handles (struct iax2_call and so on) belong to the library.  A handle is valid until its owner ends it (iax2_call_hangup(),
 * iax2_call_reject(), iax2_regreq_grant(), iax2_regreq_refuse(), iax2_registration_stop(), iax2_qualify_stop()): from then on no event names it.
 * Or until the event marked "last" below has been taken: the handle may still be read until the next call of iax2_endpoint_event(). */
#ifndef IAX2_EVENT_H
#define IAX2_EVENT_H

#include "frame.h"
#include "ie.h"
#include "types.h"

struct iax2_call;
struct iax2_regreq;
struct iax2_registration;
struct iax2_qualify;

enum iax2_event_type {
	/* An incoming call (NEW, past the token check).  `ies` is the message, `path` where it came from.  Answer with
	 * iax2_call_challenge(), iax2_call_accept() or iax2_call_reject(), now or later (within 30 s). */
	IAX2_EV_NEW,
	/* The caller has proved who he is after iax2_call_challenge().  Answer with accept or reject.  (A failed proof is refused by the
	 * library and comes as IAX2_EV_ENDED with reason IAX2_END_AUTH.) */
	IAX2_EV_AUTHENTICATED,
	/* An incoming call was accepted and the caller is known to hear us: start what the call is for (REQ-082). */
	IAX2_EV_READY,
	/* Our outgoing call was accepted: `format`. */
	IAX2_EV_ACCEPTED,
	/* A control frame: `subclass` is enum iax2_control, `data` its payload.  Ringing, answer, busy, hold and so on; the
	 * blocked ones (protocol reference 7.3) never get here. */
	IAX2_EV_CONTROL,
	IAX2_EV_VOICE,       /* `format`, `ts`, `data`; not for bridged calls (iax2_call_bridge()) */
	IAX2_EV_VIDEO,       /* `format`, `ts`, `data`, `marker` */
	IAX2_EV_DTMF_BEGIN,  /* `subclass` is the digit, upper case */
	IAX2_EV_DTMF_END,    /* `subclass` is the digit, `duration_ms` how long it was down (100 without a begin) */
	IAX2_EV_TEXT,        /* `data`, `len` without any NUL; data[len] is NUL */
	IAX2_EV_HTML,        /* `subclass`, `data` */
	IAX2_EV_IMAGE,       /* `format`, `data` */
	IAX2_EV_CNG,         /* `subclass` is the level in -dBov */
	/* The other side wants no voice; the library sends none until it wants some again.  `subclass` 1: its caller is to hear music
	 * meanwhile, of the class `text` ("": the default one); the library does not care. */
	IAX2_EV_QUELCH,
	IAX2_EV_UNQUELCH,    /* it wants voice again; the next frame is a full one */
	IAX2_EV_ENDED,       /* last: `cause` (Q.850), `text`, `reason` */

	/* Somebody wants to register (REGREQ) or to release his registration (REGREL: `release`).  `ies`, `path`.  Answer with
	 * iax2_regreq_challenge(), iax2_regreq_grant() or iax2_regreq_refuse(). */
	IAX2_EV_REGREQ,
	IAX2_EV_REGREQ_AUTHENTICATED, /* he proved who he is.  Answer with grant or refuse. */
	IAX2_EV_REGREQ_FAILED,        /* last: `reason`; the library has refused or he has gone */

	IAX2_EV_REGISTRATION, /* our own registration changed: see iax2_registration_info() */
	IAX2_EV_QUALIFY,      /* a qualify result: see iax2_qualify_info() */
	IAX2_EV_REFUSED,      /* a request was refused before it became a call: `path`, `subclass` is the command, `reason`, `text` the user name */
	IAX2_EV_TRUNK_FULL,   /* voice to `path` is being dropped, the trunk queue is full (at most once a second) */
};

/* Why a leg ended, for logs and counters; not on the wire. */
enum iax2_end_reason {
	IAX2_END_REMOTE_HANGUP,  /* HANGUP */
	IAX2_END_REMOTE_REJECT,  /* REJECT or REGREJ */
	IAX2_END_INVAL,          /* the other side knows no such call */
	IAX2_END_TIMEOUT,        /* nothing was acknowledged any more, or the call was not set up in time */
	IAX2_END_AUTH,           /* a wrong or missing proof */
	IAX2_END_NO_AUTH,        /* we were asked for a proof that we can't or won't give */
	IAX2_END_NO_FORMAT,      /* the other side accepted in a format we did not offer */
	IAX2_END_TOKEN,          /* wrong or missing call token; or endless token demands */
	IAX2_END_LIMIT,          /* a call number limit */
	IAX2_END_PROTOCOL,       /* the other side broke the protocol */
	IAX2_END_NOMEM,
};
/* A few English words for it. */
IAX2_API const char *iax2_end_reason_text(enum iax2_end_reason reason);

struct iax2_event {
	enum iax2_event_type type;
	/* The handle the event is about (one of them, or none), and what iax2_..._set_user() stored there. */
	struct iax2_call *call;
	struct iax2_regreq *regreq;
	struct iax2_registration *registration;
	struct iax2_qualify *qualify;
	void *user;
	struct iax2_path path;
	const struct iax2_ies *ies;
	iax2_format format;
	iax2_ts ts;
	int64_t subclass;
	const uint8_t *data;
	size_t len;
	uint32_t duration_ms;
	unsigned cause;
	const char *text;      /* never NULL */
	enum iax2_end_reason reason;
	bool marker;
	bool release;
	bool validated;        /* NEW, REGREQ: a valid call token was presented */
};

#endif
