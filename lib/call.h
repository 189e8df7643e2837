/* Calls from inside. */
#ifndef IAX2_LIB_CALL_H
#define IAX2_LIB_CALL_H

#include "challenge.h"
#include "leg.h"
#include "quality.h"

/* What every refused proof of identity is told, whatever was wrong with it (9.7): scripts at the other end look for these words. */
#define IAX2_NO_AUTHORITY "No authority found"

struct iax2_call {
	struct iax2_leg leg;               /* first */
	struct iax2_identity identity;     /* outgoing */
	struct iax2_challenge challenge;   /* incoming */
	char *asked_user;                  /* incoming: the user name in NEW, NULL: none */
	struct iax2_prefs prefs;           /* outgoing: what we offered */
	iax2_format format;                /* negotiated; 0 before */
	iax2_format capability;            /* what we may receive */
	iax2_format tx_formats;            /* what we may send */
	unsigned auth_count;               /* outgoing: demands answered */
	bool authenticated;                /* incoming: he proved who he is */
	bool ready_told;
	bool answered;
	bool trunk;
	bool dtmf_end_only;
	bool quelched;
	bool timers_run;                   /* PING and LAGRQ */
	unsigned reject_cause;
	char *reject_text;                 /* NULL: none */
	/* media we send */
	bool voice_full;                   /* the next voice frame has to be a full one */
	iax2_format voice_format, video_format;
	iax2_ts voice_ts, video_ts;
	iax2_ns voice_sent;
	/* media we receive */
	iax2_format rx_voice_format, rx_video_format;
	unsigned early_frames, early_vnaks;
	iax2_ns rx_zero;                   /* local time of the other side's time stamp 0 */
	iax2_ts rx_voice_next;             /* time stamp behind the last voice frame */
	iax2_ts rx_trunk_shift;            /* trunk entries without time stamps: added to the trunk's clock */
	bool rx_trunk_follows;             /* ... which is set: one came since the last full frame */
	char digit;                        /* being held down; 0: none */
	char digit_overdue;                /* was held down for too long and ended by us: its end may still come; 0: none */
	iax2_ts digit_ts;
	struct iax2_timer ping_timer, lagrq_timer, digit_timer;
	struct iax2_call *bridged;
	struct iax2_meter meter;
	struct iax2_quality remote_quality;
	bool remote_quality_known;
	int32_t lag_ms;
	uint64_t tx_voice, rx_voice;
};

/* The call of a leg; NULL when it is another kind. */
struct iax2_call *iax2_call_of(struct iax2_leg *leg);
/* Makes the call of an incoming or outgoing leg, held by the owner. */
int iax2_call_make(struct iax2_call **call, struct iax2_endpoint *ep, const struct iax2_path *path, uint16_t remote, bool validated);
/* Appends an event about the call.  False without memory (counted). */
bool iax2_call_event(struct iax2_call *call, const struct iax2_event *ev);
/* The same for an event without which the owner would wait for ever: without memory the call ends. */
void iax2_call_event_or_end(struct iax2_call *call, const struct iax2_event *ev);
/* Ends the call from inside: the owner is told, the other side gets `command` with cause and text. */
void iax2_call_fail(struct iax2_call *call, enum iax2_command command, const struct iax2_ending *ending);
void iax2_call_start_timers(struct iax2_call *call);
void iax2_call_stop_timers(struct iax2_call *call);
void iax2_call_digit_up(struct iax2_call *call, uint32_t duration_ms);
/* A voice frame arrived, in whatever form; `ts` is expanded. */
void iax2_call_voice_in(struct iax2_call *call, iax2_ts ts, const uint8_t *data, size_t len);
/* Whether minis are taken; asks for the full frame if not. */
bool iax2_call_takes_minis(struct iax2_call *call, bool video);
/* A mini or video mini frame. */
void iax2_call_mini(struct iax2_call *call, const struct iax2_frame *frame);
int iax2_media_send(struct iax2_call *call, bool video, iax2_format format, iax2_ts ts, bool marker, const void *data, size_t len);

#endif
