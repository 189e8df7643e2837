/* libiax2: calls.  See endpoint.h for how an endpoint is driven and event.h for how long handles live. */
#ifndef IAX2_CALL_H
#define IAX2_CALL_H

#include "codec.h"
#include "endpoint.h"

/* Authentication methods, as in AUTHMETHODS (RFC 5456 section 8.6.13). */
enum { IAX2_AUTH_PLAINTEXT = 1, IAX2_AUTH_MD5 = 2, IAX2_AUTH_RSA = 4 };

/* Q.850 causes used by the library itself. */
enum {
	IAX2_CAUSE_NO_ROUTE = 3, IAX2_CAUSE_NORMAL = 16, IAX2_CAUSE_BUSY = 17, IAX2_CAUSE_NO_ANSWER = 19,
	IAX2_CAUSE_SUBSCRIBER_ABSENT = 20, IAX2_CAUSE_REJECTED = 21, IAX2_CAUSE_DESTINATION_OUT_OF_ORDER = 27,
	IAX2_CAUSE_FACILITY_REJECTED = 29, IAX2_CAUSE_CONGESTION = 34, IAX2_CAUSE_FAILURE = 38, IAX2_CAUSE_NOT_SUBSCRIBED = 50,
	IAX2_CAUSE_BEARER = 58, IAX2_CAUSE_CHANNEL_TYPE = 66, IAX2_CAUSE_INVALID_CALL = 81, IAX2_CAUSE_TIMER = 102, IAX2_CAUSE_PROTOCOL = 111,
	IAX2_CAUSE_INTERWORKING = 127,
};

/* An outgoing call.  Everything is copied.  NULL and 0 mean "not sent" unless said otherwise. */
struct iax2_call_params {
	const char *called_number;    /* NULL: "s" */
	const char *called_context;
	const char *username;
	const char *secret;           /* for MD5, and for plaintext if `allow_plaintext` */
	bool allow_plaintext;         /* answer a demand for the plain secret (REQ-214) */
	bool autoanswer;
	bool trunk;                   /* voice goes in trunk frames */
	bool dtmf_end_only;           /* REQ-096 */
	const char *calling_number;
	const char *calling_name;
	uint8_t calling_pres;         /* sent always; 0x43 is sent when there is neither number nor name (REQ-123) */
	uint8_t calling_ton;
	uint16_t calling_tns;
	const char *calling_ani;
	const char *rdnis;
	const char *dnid;
	const char *language;
	uint32_t datetime;            /* iax2_datetime_pack() */
	iax2_format format;           /* the format we want, one bit; 0: the first of `prefs` */
	struct iax2_prefs prefs;      /* what we can do, best first */
	const char *const *variables; /* "name=value" strings, NULL at the end; or NULL */
	uint32_t setup_timeout_ms;    /* no IAX answer within that time: ended with cause 34 (17.6); 0: only retransmission limits */
	void *user;
};

/* Places a call.  0 and *call, or IAX2_ERR_INVALID (no format), _NOCALLNO, _LIMIT, _NOSPACE, _NOMEM. */
IAX2_API int iax2_call_new(struct iax2_endpoint *ep, struct iax2_call **call, const struct iax2_path *path,
                           const struct iax2_call_params *params, iax2_ns now);

/* What an incoming call or registration has to prove.  Everything is copied, and wiped when no longer needed. */
struct iax2_credentials {
	unsigned methods;             /* IAX2_AUTH_ bits offered, at least one */
	const char *username;         /* name sent with the challenge; NULL: the one that was asked for */
	const char *const *secrets;   /* any of them will do; NULL-terminated list */
	bool unknown;                 /* there is no such user: ask all the same, refuse whatever comes (REQ-165, REQ-216) */
};

/* Demands authentication of an incoming call (after IAX2_EV_NEW).  0, IAX2_ERR_STATE, _INVALID, _NOMEM. */
IAX2_API int iax2_call_challenge(struct iax2_call *call, const struct iax2_credentials *creds, iax2_ns now);

/* Accepts an incoming call in one format.  `capability`: all formats we are ready to receive.  0, IAX2_ERR_STATE, _INVALID. */
IAX2_API int iax2_call_accept(struct iax2_call *call, iax2_format format, iax2_format capability, iax2_ns now);

/* Refuses an incoming call that was not accepted yet; the handle dies.  `cause` 0 and `text` NULL are left out. */
IAX2_API void iax2_call_reject(struct iax2_call *call, unsigned cause, const char *text, iax2_ns now);

/* Ends a call in any state; the handle dies, the library does the rest. */
IAX2_API void iax2_call_hangup(struct iax2_call *call, unsigned cause, const char *text, iax2_ns now);

/* Control frames with a payload of `len` bytes (usually none).  IAX2_CONTROL_ANSWER also sends STOP_SOUNDS as Asterisk does.
 * 0, IAX2_ERR_STATE (before the call is accepted, for an incoming one), _INVALID (a subclass that never goes on the wire), _NOMEM. */
IAX2_API int iax2_call_control(struct iax2_call *call, enum iax2_control control, const void *data, size_t len, iax2_ns now);

/* "Make the time stamp yourself": the previous one plus the length of the previous frame while that is near the clock. */
#define IAX2_TS_AUTO INT64_MIN

/* Sends voice.  `ts` is IAX2_TS_AUTO, or the milliseconds of a source clock whose spacing is to be kept (a relayed stream: gaps stay
 * gaps).  0; IAX2_ERR_STATE before ACCEPT or while quelched (nothing is sent); _INVALID for a format outside the negotiated set;
 * _NOSPACE above 1,200 bytes; _LIMIT when the trunk queue is full. */
IAX2_API int iax2_call_send_voice(struct iax2_call *call, iax2_format format, iax2_ts ts, const void *data, size_t len, iax2_ns now);
IAX2_API int iax2_call_send_video(struct iax2_call *call, iax2_format format, iax2_ts ts, bool marker, const void *data, size_t len, iax2_ns now);

/* A digit 0-9 A-D * # goes down, and up again.  With dtmf_end_only begin sends nothing. */
IAX2_API int iax2_call_dtmf_begin(struct iax2_call *call, char digit, iax2_ns now);
IAX2_API int iax2_call_dtmf_end(struct iax2_call *call, char digit, iax2_ns now);
/* Text, sent with a closing NUL as Asterisk does; at most 1,200 bytes. */
IAX2_API int iax2_call_text(struct iax2_call *call, const char *text, size_t len, iax2_ns now);
/* Any other reliable frame: HTML, image, comfort noise. */
IAX2_API int iax2_call_send(struct iax2_call *call, enum iax2_frame_type type, int64_t subclass, const void *data, size_t len, iax2_ns now);

/* Joins two calls of one endpoint: from now on a voice or video frame of one leaves on the other without an event, if the other can take its
 * format; otherwise it comes as an event as before.  Everything else keeps coming as events.  0, IAX2_ERR_STATE when one is joined already. */
IAX2_API int iax2_call_bridge(struct iax2_call *a, struct iax2_call *b);
/* Parts them.  No harm when not joined. */
IAX2_API void iax2_call_unbridge(struct iax2_call *call);

/* Whether its voice goes in trunk frames, for an incoming call of a trunk peer. */
IAX2_API void iax2_call_set_trunk(struct iax2_call *call, bool trunk);
IAX2_API void iax2_call_set_dtmf_end_only(struct iax2_call *call, bool end_only);
IAX2_API void iax2_call_set_user(struct iax2_call *call, void *user);
IAX2_API void *iax2_call_user(const struct iax2_call *call);

/* One direction as seen by its receiver (protocol reference 24.6). */
struct iax2_quality {
	int32_t jitter_ms;    /* -1: not known */
	int32_t delay_ms;
	int32_t lost;
	int32_t loss_percent;
	int32_t dropped;
	int32_t out_of_order;
	uint32_t packets;
};

struct iax2_call_info {
	struct iax2_path path;
	bool incoming;
	bool trunk;
	bool started;              /* accepted: media may flow */
	bool answered;
	const char *state;         /* "NewSent", "AuthSent" (outgoing), "NewReceived", "AuthWait" (incoming), "Accepted", "Up", "Ended" */
	uint16_t callno;           /* ours */
	uint16_t remote_callno;    /* 0: not known */
	uint8_t oseqno, iseqno;    /* next to send, next expected */
	iax2_format format;        /* negotiated, 0 before that */
	iax2_format capability;    /* all we may receive */
	int32_t rtt_ms;            /* smoothed; -1 before the first measurement */
	int32_t lag_ms;            /* from LAGRP; -1 */
	struct iax2_quality local, remote;
	uint64_t tx_voice, rx_voice;
	uint8_t first_command, last_command;   /* IAX commands, for `iax2 show channels` */
	bool first_sent, last_sent;            /* true: "Tx:", false: "Rx:" */
	iax2_ns created;
};
IAX2_API void iax2_call_info(const struct iax2_call *call, struct iax2_call_info *info);

#endif
