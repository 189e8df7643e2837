/* libiax2: an endpoint, the whole of IAX2 behind one or more UDP sockets, without the sockets.
 *
 * How it is driven (one thread; nothing here blocks, and no function calls back except for random bytes and
 * the token policy):
 *
 *     a datagram arrived            iax2_endpoint_input()
 *     time has passed               iax2_endpoint_tick()
 *     something is wanted           iax2_call_...(), iax2_registration_...(), iax2_qualify_...(), ...
 *   and after each of these
 *     take all events               iax2_endpoint_event()     (events may lead to new commands)
 *     send all datagrams            iax2_endpoint_output()
 *     set a timer                   iax2_endpoint_deadline()
 *
 * `now` must never go back between calls. */
#ifndef IAX2_ENDPOINT_H
#define IAX2_ENDPOINT_H

#include "crypto.h"
#include "event.h"
#include "ie.h"
#include "types.h"

struct iax2_endpoint;

/* Whether a request that opens a dialogue needs a call token (protocol reference 14.4). */
enum iax2_token_policy { IAX2_TOKEN_REQUIRED, IAX2_TOKEN_NOT_REQUIRED };

struct iax2_config {
	const struct iax2_mem *mem;       /* NULL: malloc and free.  Copied. */
	const struct iax2_crypto *crypto; /* required.  Copied. */
	/* Fills buf with len unpredictable bytes (a simulation may give predictable ones).  Required. */
	void (*random)(void *user, void *buf, size_t len);
	/* Asked for each NEW, REGREQ and REGREL that carries no token; `username` is "" when absent.  NULL: always required.
	 * Must not call the library. */
	enum iax2_token_policy (*token_policy)(void *user, enum iax2_command command, const char *username,
	                                       const struct iax2_addr *from);
	/* Told that a valid token was presented for that name (for requirecalltoken=auto).  May be NULL.  Must not call the library. */
	void (*token_seen)(void *user, enum iax2_command command, const char *username);
	void *user;

	/* All below: 0 means the default given. */
	uint32_t token_lifetime_s;           /* 10: calltokenexpiration */
	uint32_t max_calls_per_address;      /* 2048: maxcallnumbers, legs per remote IP */
	uint32_t max_calls_unvalidated;      /* 8192: maxcallnumbers_nonvalidated */
	uint32_t ping_interval_ms;           /* 21000: pingtime */
	uint32_t lagrq_interval_ms;          /* 10000: lagrqtime */
	uint32_t give_up_ms;                 /* 32000: a frame unacknowledged for so long (and sent at least 5 times) ends its call */
	uint32_t auth_timeout_ms;            /* 30000: REQ-143 */
	bool delay_reject;                   /* delayreject: refusals of authentication come after 1 s (REQ-217) */
	bool pad_[3];
};

/* A new endpoint, or NULL when memory or a required member is missing.  The caller owns it. */
IAX2_API struct iax2_endpoint *iax2_endpoint_new(const struct iax2_config *config, iax2_ns now);
/* Frees everything at once, without sending anything; all handles die.  NULL is allowed. */
IAX2_API void iax2_endpoint_del(struct iax2_endpoint *ep);
/* Changes the numbers of the configuration (on reload); pointers and callbacks of `config` are not looked at. */
IAX2_API void iax2_endpoint_reconfigure(struct iax2_endpoint *ep, const struct iax2_config *config);

/* A datagram arrived.  Anything is allowed in it.  `data` is not kept. */
IAX2_API void iax2_endpoint_input(struct iax2_endpoint *ep, const struct iax2_path *path, const uint8_t *data, size_t len, iax2_ns now);
/* When iax2_endpoint_tick() must run next; IAX2_NS_NEVER when nothing is waiting. */
IAX2_API iax2_ns iax2_endpoint_deadline(const struct iax2_endpoint *ep);
/* Runs the timers that are due.  Calling it too early does no harm. */
IAX2_API void iax2_endpoint_tick(struct iax2_endpoint *ep, iax2_ns now);

/* Takes the next event.  False: there is none.  What `ev` points to stays valid until the next call of this function, of
 * iax2_endpoint_input() or of iax2_endpoint_tick(); handles: see event.h. */
IAX2_API bool iax2_endpoint_event(struct iax2_endpoint *ep, struct iax2_event *ev);

/* A datagram to be sent.  `data` belongs to the library. */
struct iax2_datagram {
	struct iax2_path path;
	const uint8_t *data;
	size_t len;
};
/* Takes up to `max` datagrams, in the order they are to be sent; returns how many.  They stay valid until the next call of any function
 * that takes this endpoint.  Call it until it returns 0. */
IAX2_API size_t iax2_endpoint_output(struct iax2_endpoint *ep, struct iax2_datagram *out, size_t max);

/* How trunk frames to one address are made (protocol reference 3.6).  Defaults as in Asterisk: 20, 1240, 128000, false. */
struct iax2_trunk_params {
	uint32_t freq_ms;      /* 10-1000: a datagram each so many milliseconds */
	uint32_t mtu;          /* 0: sent by the timer only; else 172-3999: sent at once when full.  No datagram is ever longer than IAX2_SEND_MAX. */
	uint32_t max_size;     /* bytes waiting; further entries are dropped and counted */
	bool timestamps;       /* entries carry time stamps of their own */
};
/* Sets them for one remote address (kept for as long as the endpoint lives), or the defaults for all when `remote` is NULL. */
IAX2_API int iax2_endpoint_set_trunk(struct iax2_endpoint *ep, const struct iax2_addr *remote, const struct iax2_trunk_params *params);

/* Counters since the endpoint was made: name, what is counted.  The list is for everybody who shows them all. */
#define IAX2_COUNTERS(X)                                                                                          \
	X(rx_datagrams, "datagrams received")                                                                         \
	X(rx_bytes, "bytes received")                                                                                 \
	X(rx_malformed, "datagrams too short or otherwise damaged")                                                   \
	X(rx_ie_malformed, "full frames dropped for damaged information elements")                                    \
	X(rx_unknown_call, "frames for no known call")                                                                \
	X(rx_wrong_dcall, "full frames of a known call with a wrong destination number")                              \
	X(rx_duplicate, "full frames received again")                                                                 \
	X(rx_gap, "full frames ahead of a lost one (VNAK sent)")                                                      \
	X(rx_early_media, "mini frames before the first full voice frame")                                            \
	X(rx_unknown_format, "voice frames in an unknown or not negotiated format")                                   \
	X(rx_meta_unknown, "meta frames of an unknown command")                                                       \
	X(rx_trunk_frames, "trunk frames received")                                                                   \
	X(rx_trunk_entries, "voice frames received in trunk frames")                                                  \
	X(rx_trunk_damaged, "trunk frames with a damaged tail")                                                       \
	X(tx_datagrams, "datagrams sent")                                                                             \
	X(tx_bytes, "bytes sent")                                                                                     \
	X(tx_retransmitted, "full frames sent again")                                                                 \
	X(tx_trunk_frames, "trunk frames sent")                                                                       \
	X(tx_trunk_entries, "voice frames sent in trunk frames")                                                      \
	X(tx_trunk_dropped, "voice frames dropped because the trunk queue was full")                                  \
	X(tx_limited, "answers not sent because that address had too many already")                                   \
	X(tx_inval, "INVAL sent for unknown calls")                                                                   \
	X(tokens_sent, "call tokens sent")                                                                            \
	X(tokens_refused, "requests refused for a wrong or missing call token")                                       \
	X(calls_refused_limit, "requests refused because a call number limit was reached")                            \
	X(calls_created, "calls, registrations and polls begun")                                                      \
	X(auth_failed, "authentications that failed")                                                                 \
	X(gave_up, "calls ended because nothing was acknowledged any more")                                           \
	X(no_memory, "requests dropped for lack of memory")

struct iax2_stats {
#define IAX2_COUNTER_FIELD(name, text) uint64_t name;
	IAX2_COUNTERS(IAX2_COUNTER_FIELD)
#undef IAX2_COUNTER_FIELD
	/* What there is now. */
	uint32_t legs;          /* calls, registrations and polls in being */
	uint32_t associations;  /* remote addresses known */
	uint32_t unacked;       /* full frames waiting for an acknowledgement */
	uint32_t unvalidated;   /* legs begun by the other side without a token */
};
IAX2_API void iax2_endpoint_stats(const struct iax2_endpoint *ep, struct iax2_stats *stats);

#endif
