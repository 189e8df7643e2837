/* A leg: what calls, registrations and polls have in common.  It has a pair of call numbers, sequence numbers, time stamps, and frames waiting
 * for their acknowledgement. */
#ifndef IAX2_LIB_LEG_H
#define IAX2_LIB_LEG_H

#include "iax2/call.h"

#include "core.h"
#include "rtt.h"
#include "rtx.h"
#include "stamp.h"
#include "tstamp.h"

enum iax2_leg_state {
	IAX2_LEG_INIT,
	IAX2_LEG_NEW_SENT, IAX2_LEG_AUTH_SENT,          /* outgoing call */
	IAX2_LEG_NEW_RECEIVED, IAX2_LEG_AUTH_WAIT,      /* incoming call: our owner decides; the caller has to prove who he is */
	IAX2_LEG_ACCEPTED, IAX2_LEG_UP,                 /* both */
	IAX2_LEG_REG_SENT, IAX2_LEG_REG_AUTH_SENT,      /* our registration */
	IAX2_LEG_REGREQ_RECEIVED, IAX2_LEG_REGREQ_WAIT, /* somebody's registration with us */
	IAX2_LEG_POKE_SENT,
	IAX2_LEG_ENDED,                                 /* our last frame waits for its acknowledgement */
	IAX2_LEG_STATES,
};

/* Sets of states. */
#define IAX2_IN(state) (1u << (state))
#define IAX2_IN_SETUP (IAX2_IN(IAX2_LEG_NEW_SENT) | IAX2_IN(IAX2_LEG_AUTH_SENT))
#define IAX2_IN_OFFER (IAX2_IN(IAX2_LEG_NEW_RECEIVED) | IAX2_IN(IAX2_LEG_AUTH_WAIT))
#define IAX2_IN_STARTED (IAX2_IN(IAX2_LEG_ACCEPTED) | IAX2_IN(IAX2_LEG_UP))
#define IAX2_IN_CALL (IAX2_IN_SETUP | IAX2_IN_OFFER | IAX2_IN_STARTED)
#define IAX2_IN_REG (IAX2_IN(IAX2_LEG_REG_SENT) | IAX2_IN(IAX2_LEG_REG_AUTH_SENT))
#define IAX2_IN_REGREQ (IAX2_IN(IAX2_LEG_REGREQ_RECEIVED) | IAX2_IN(IAX2_LEG_REGREQ_WAIT))
#define IAX2_IN_POKE IAX2_IN(IAX2_LEG_POKE_SENT)
#define IAX2_IN_LIVE (IAX2_IN_CALL | IAX2_IN_REG | IAX2_IN_REGREQ | IAX2_IN_POKE)
#define IAX2_IN_ENDED IAX2_IN(IAX2_LEG_ENDED)
#define IAX2_IN_ANY (IAX2_IN_LIVE | IAX2_IN_ENDED)

/* Why a leg comes to its end. */
struct iax2_ending {
	enum iax2_end_reason reason;
	unsigned cause;
	const char *text;        /* NULL: none */
};

struct iax2_leg;
struct iax2_leg_ops {
	/* Tells the owner, once; the leg's state is ENDED already. */
	void (*ended)(struct iax2_leg *leg, const struct iax2_ending *ending);
	/* A frame with our call number came, in order or outside the sequence. */
	void (*heard)(struct iax2_leg *leg, const struct iax2_frame *frame);
	/* The timers of the leg's own kind are stopped. */
	void (*stop)(struct iax2_leg *leg);
	/* Wipes and frees what the kind of leg owns beyond the leg. */
	void (*fini)(struct iax2_leg *leg);
};

enum { IAX2_LEG_TIMERS = 5 };

struct iax2_leg {
	struct iax2_object object;      /* first */
	const struct iax2_leg_ops *ops;
	struct iax2_endpoint *ep;
	struct iax2_assoc *assoc;       /* NULL once the leg is destroyed */
	struct iax2_path path;
	struct iax2_hash_node own_node, remote_node;
	struct iax2_tombstone *tombstone;
	enum iax2_leg_state state;
	bool incoming;
	bool validated;                 /* incoming: a valid call token was presented */
	bool confirmed;                 /* a frame with our call number came: the other side sees what we send */
	bool told;                      /* the owner knows of the end */
	uint16_t own, remote;           /* remote 0: not known */
	uint8_t oseq, iseq, rseq, aseq; /* protocol reference 4.1 */
	struct iax2_rtx_queue rtx;
	struct iax2_stamp stamp;
	struct iax2_tstamp received;
	int32_t rtt_ms;                 /* smoothed; -1: not measured */
	struct iax2_rtt rtt;
	uint32_t open_ts;               /* time stamp of the message that opened an incoming leg */
	uint64_t open_token;            /* and a hash of its token */
	size_t token_len;               /* of the token in our opening message */
	unsigned token_restarts;
	iax2_ns created;
	iax2_ns vnak_send_next, vnak_obey_next; /* not before that time */
	struct iax2_timer phase_timer;  /* set-up, proof or delayed refusal */
	void (*phase)(struct iax2_leg *leg); /* what it does */
	uint8_t first_command, last_command;
	bool first_sent, last_sent;
};

#define IAX2_LEG_OF(type, leg) ((type *)(void *)(leg))

/* Makes *leg (the zeroed beginning of a bigger object of the kind's own) a leg to `path`: number, timers, tombstone.  `remote` is the other side's
 * number for an incoming leg, else 0.  On success the object has one reference, the leg's own.  On an error (IAX2_ERR_NOMEM, _NOCALLNO,
 * _LIMIT) nothing is left behind and the caller frees the object's memory. */
int iax2_leg_init(struct iax2_leg *leg, struct iax2_endpoint *ep, const struct iax2_leg_ops *ops, const struct iax2_path *path,
                  uint16_t remote, bool validated);
/* Takes the leg out of all tables at once; nothing more is sent or received for it. */
void iax2_leg_destroy(struct iax2_leg *leg);
/* The owner is told (if he still has the handle); the state becomes ENDED. */
void iax2_leg_end(struct iax2_leg *leg, const struct iax2_ending *ending);
/* The other side's number is known now.  0 or IAX2_ERR_NOMEM. */
int iax2_leg_bind(struct iax2_leg *leg, uint16_t remote);
static inline bool iax2_leg_alive(const struct iax2_leg *leg)
{
	return leg->assoc != NULL;
}
static inline bool iax2_leg_in(const struct iax2_leg *leg, uint32_t states)
{
	return (IAX2_IN(leg->state) & states) != 0;
}
/* Runs `phase` after delay_ms, instead of what was planned before; NULL: nothing. */
void iax2_leg_plan(struct iax2_leg *leg, uint32_t delay_ms, void (*phase)(struct iax2_leg *leg));

/* A frame to be sent reliably. */
struct iax2_leg_tx {
	uint8_t type;
	int64_t subclass;
	bool marker;
	bool final;               /* the leg dies when it is acknowledged */
	bool echo;                /* `ts` is given: an answer that echoes it, or media */
	uint32_t ts;
	const void *payload;
	size_t len;
};
/* Queues it, and sends it if window and numbers permit.  0, IAX2_ERR_NOMEM, _NOSPACE or _INVALID. */
int iax2_leg_send(struct iax2_leg *leg, const struct iax2_leg_tx *tx);
/* An IAX command with the elements written to `ies` (NULL: none). */
int iax2_leg_command(struct iax2_leg *leg, enum iax2_command command, const struct iax2_ie_writer *ies);
/* The same as the last frame of the leg. */
int iax2_leg_final(struct iax2_leg *leg, enum iax2_command command, const struct iax2_ie_writer *ies);
/* Ends the leg with HANGUP, REJECT or REGREJ carrying cause and text (0, NULL: left out).  Without a known remote number or without memory
 * it just goes. */
void iax2_leg_close(struct iax2_leg *leg, enum iax2_command command, unsigned cause, const char *text);
/* An unreliable command without elements and outside the sequence; nothing goes to an unknown remote number. */
void iax2_leg_send_once(struct iax2_leg *leg, enum iax2_command command, uint32_t ts, uint8_t oseqno);
void iax2_leg_ack(struct iax2_leg *leg, const struct iax2_frame *frame);
/* VNAK, at most one in 20 ms (REQ-061). */
void iax2_leg_vnak(struct iax2_leg *leg);
/* What the answer to a PING, LAGRQ or POKE of ours tells of the way; for a PING and POKE (`sample`) it goes into the smoothed round trip, if it
 * is certain. */
struct iax2_rtt_echo iax2_leg_echo(struct iax2_leg *leg, const struct iax2_frame *echo, bool sample);

/* A full frame that belongs to this leg. */
void iax2_leg_receive(struct iax2_leg *leg, const struct iax2_frame *frame);
/* CALLTOKEN, REJECT, REGREJ or PONG from call 1, for a leg of ours whose remote number is not known (5.3). */
void iax2_leg_receive_stateless(struct iax2_leg *leg, const struct iax2_frame *frame);

#endif
