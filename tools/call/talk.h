/* Talk: one call of the phone, from the first ring to the report. */
#ifndef IAXCALL_TALK_H
#define IAXCALL_TALK_H

#include "iax2/iax2.h"

#include "args.h"
#include "audio.h"
#include "console.h"
#include "playout.h"
#include "report.h"

struct talk {
	struct talk *next;
	const struct args *args;
	struct console *con;
	struct iax2_call *call;      /* NULL when it is over */
	bool over;
	struct audio *source, *record, *speaker;
	struct playout playout;
	iax2_format format;          /* what we send */
	iax2_ns created, ready, answered;   /* 0: not yet */
	iax2_ns next_frame;          /* when the next 20 ms are due; 0: the media clock does not run */
	iax2_ns source_ended;        /* 0: not yet */
	iax2_ns next_live;
	const char *digits;          /* still to be sent */
	bool digit_down;
	iax2_ns next_digit;
	struct report report;
};

/* A new call; `who` is the other end in words.  NULL: out of memory. */
struct talk *talk_new(const struct args *args, struct console *con, unsigned number, bool incoming, const char *who, iax2_ns now);
void talk_del(struct talk *talk);
/* Opens what is said and where the heard goes.  0, or -errno with the reason. */
int talk_open_audio(struct talk *talk, struct strbuf *why);
/* An event about this call. */
void talk_event(struct talk *talk, const struct iax2_event *ev, iax2_ns now);
/* Does what is due: at least every 20 ms. */
void talk_tick(struct talk *talk, iax2_ns now);
/* Ends it from our side, with a report. */
void talk_hangup(struct talk *talk, enum outcome outcome, unsigned cause, iax2_ns now);
/* Ended from outside: our side never got as far as a call, or the library says so. */
void talk_end(struct talk *talk, enum outcome outcome, unsigned cause, const char *text, iax2_ns now);

#endif
