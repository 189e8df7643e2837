/* Report: how a call went, at its end, for people and as JSON. */
#ifndef IAXCALL_REPORT_H
#define IAXCALL_REPORT_H

#include "iax2/call.h"
#include "util/strbuf.h"

/* How things end.  name, exit status, words */
#define OUTCOMES(X)                                        \
	X(ANSWERED, 0, "answered")                             \
	X(LOCAL_ERROR, 1, "error on this side")                \
	X(USAGE, 2, "usage error")                             \
	X(BUSY, 3, "busy")                                     \
	X(REFUSED, 4, "refused")                               \
	X(NO_ANSWER, 5, "no answer")                           \
	X(UNREACHABLE, 6, "unreachable")                       \
	X(LOST, 7, "the other end was lost during the call")   \
	X(INTERRUPTED, 130, "interrupted before the answer")

enum outcome {
#define OUTCOME_ENUM(name, status, words) OUTCOME_##name,
	OUTCOMES(OUTCOME_ENUM)
#undef OUTCOME_ENUM
};

int outcome_status(enum outcome outcome);
const char *outcome_words(enum outcome outcome);
/* What the end of a call (IAX2_EV_ENDED, or control BUSY and the like with reason IAX2_END_REMOTE_HANGUP) comes to. */
enum outcome outcome_of_end(enum iax2_end_reason reason, unsigned cause, bool answered);

struct report {
	unsigned number;              /* of the call in this run, from 1 */
	bool incoming;
	char who[160];                /* the other end: address and number */
	enum outcome outcome;
	unsigned cause;               /* Q.850; 0: none */
	char text[160];               /* what the other side said about it, or "" */
	double duration_s;            /* since the answer */
	struct iax2_call_info info;   /* as it was at the end */
	uint64_t late, undecodable;   /* frames that came too late to be heard, or in a format we can't play */
	char digits[64];              /* received */
	unsigned texts;               /* received */
};

/* Several lines for people. */
void report_print(const struct report *report, struct strbuf *out);
/* One line of JSON. */
void report_json(const struct report *report, struct strbuf *out);
/* The one line while the call is going on. */
void report_live(const struct iax2_call_info *info, double seconds, struct strbuf *out);

#endif
