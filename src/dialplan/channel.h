/* Channel: one side of a call, whatever its technology.
 *
 * The dialplan and its applications work on channels by this interface; src/switch has the technologies (chan_iax2.c, chan_local.c).
 *
 * Ownership: a channel has one owner at a time, the one who must end it: channel_hangup(), then channel_del().  For a call that
 * runs the dialplan that is its run (run.h); for a call that is being dialled, the application that dials; and so on.  Memory goes at the
 * end of the turn of the loop, so that a channel may be deleted from inside its own events. */
#ifndef TANDEM_DIALPLAN_CHANNEL_H
#define TANDEM_DIALPLAN_CHANNEL_H

#include <stdbool.h>

#include "dialplan/vars.h"
#include "iax2/call.h"

struct channel;
struct local_family;
struct pbx;
struct run;

enum channel_state {
	CHANNEL_DOWN,      /* made, not dialled yet */
	CHANNEL_RING,      /* an incoming call that is not answered yet */
	CHANNEL_DIALING,   /* an outgoing call, nothing heard yet */
	CHANNEL_RINGING,   /* an outgoing call, the far end rings */
	CHANNEL_UP,        /* answered */
	CHANNEL_HUNGUP,    /* gone; only the object is left */
};
/* "Down", "Ring", "Dialing", "Ringing", "Up", "Hungup" as in `core show channels`. */
const char *channel_state_text(enum channel_state state);

/* What happens on a channel, seen from the switch: it came from the far end.  The same struct goes the other way in channel_write(). */
enum channel_event_type {
	CHANNEL_EV_VOICE,      /* format, ts (IAX2_TS_AUTO when not known), data, len */
	CHANNEL_EV_VIDEO,      /* the same with marker */
	CHANNEL_EV_DTMF_BEGIN, /* digit */
	CHANNEL_EV_DTMF_END,   /* digit, duration_ms */
	CHANNEL_EV_TEXT,       /* data, len */
	CHANNEL_EV_HTML,       /* subclass, data, len */
	CHANNEL_EV_IMAGE,      /* format, data, len */
	CHANNEL_EV_CNG,        /* subclass */
	CHANNEL_EV_CONTROL,    /* subclass: enum iax2_control: RINGING, PROGRESS, PROCEEDING, ANSWER, BUSY, CONGESTION, HOLD, UNHOLD, ... */
	CHANNEL_EV_HANGUP,     /* the far end is gone; channel->hangup_cause says why; state is CHANNEL_HUNGUP already */
	CHANNEL_EV_BRIDGE_END, /* the bridge it was in is over because the other side left; this side is as it was */
};

struct channel_event {
	enum channel_event_type type;
	iax2_format format;
	iax2_ts ts;
	bool marker;
	char digit;
	uint32_t duration_ms;
	int64_t subclass;
	const uint8_t *data;
	size_t len;
};

/* Who hears what happens on a channel; the owner sets it.  Must not free the channel except by channel_del(). */
typedef void (*channel_listener_fn)(struct channel *ch, const struct channel_event *ev, void *arg);

/* A technology. */
struct channel_tech {
	const char *name;   /* "IAX2", "Local" */
	/* Begins the outgoing call that request() has prepared.  0, or a negative cause (-20 is cause 20). */
	int (*call)(struct channel *ch);
	int (*answer)(struct channel *ch);                       /* 0 or a negative errno */
	/* Sends one frame or control to the far end.  0 or a negative errno; not answered for HANGUP and BRIDGE_END. */
	int (*write)(struct channel *ch, const struct channel_event *ev);
	void (*hangup)(struct channel *ch, int cause);           /* the technology lets go */
	/* Optional: moves media between two channels of this technology without the switch.  0 when it does. */
	int (*native_bridge)(struct channel *a, struct channel *b);
	void (*native_unbridge)(struct channel *ch);
};

struct channel {
	const struct channel_tech *tech;
	void *tech_data;
	struct pbx *pbx;
	char name[80];               /* "IAX2/office-b-1234" */
	char uniqueid[40];           /* "1795245194.17" */
	enum channel_state state;
	int hangup_cause;            /* Q.850; while alive: what the last dialled leg ended with, and what this call will end with; 0: nothing yet */
	bool outgoing;
	iax2_format formats;         /* what may be written to it */
	iax2_format format;          /* what it should be written in (one bit) */
	struct iax2_prefs prefs;     /* the same in order; used to offer formats to an outgoing leg */

	char caller_number[80], caller_name[80];   /* "" not known */
	char caller_ani[80];         /* the number to bill; "" not known */
	uint8_t caller_pres;
	char dnid[80], rdnis[80], language[20], accountcode[40];
	struct vars vars;            /* channel variables */

	/* Where the dialplan stands (run.h keeps it up to date; for display and variables). */
	char context[80], exten[80];
	int priority;
	const char *app;             /* application being executed, NULL: none */
	char app_data[256];

	struct run *run;             /* the dialplan that is executed on it, or NULL */
	struct channel *bridged;     /* the channel on the other side of the bridge, or NULL */
	channel_listener_fn listener;
	void *listener_arg;
	iax2_ns created, answered;   /* answered 0: not yet */
	struct local_family *family; /* of the Local calls that come from it, kept by the switch; NULL: none */
	struct channel *next, *prev; /* list of all channels, kept by the switch */
};

/* The operations; each is safe in any state and does nothing on a channel that is gone. */
int channel_call(struct channel *ch);                       /* begins an outgoing call: 0 or a negative cause */
int channel_answer(struct channel *ch);                     /* 0 also when it is answered already */
int channel_write(struct channel *ch, const struct channel_event *ev);
int channel_control(struct channel *ch, enum iax2_control control);   /* RINGING, PROGRESS, BUSY, ... to the far end */
/* Voice of any format that media/codec.h can turn into one the channel takes; what can't be translated is dropped. */
int channel_voice(struct channel *ch, iax2_format format, iax2_ts ts, const void *data, size_t len);
/* State becomes CHANNEL_HUNGUP, no event is delivered.  Cause 0: nothing happened that has one (on the wire that is 16). */
void channel_hangup(struct channel *ch, int cause);
void channel_del(struct channel *ch);                       /* hangs up first if need be; memory goes at the end of the turn */
void channel_set_listener(struct channel *ch, channel_listener_fn fn, void *arg);

#endif
