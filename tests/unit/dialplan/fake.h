/* Fake: a pbx with a virtual clock and channels that write down what is done to them, for the tests of the dialplan. */
#ifndef TESTS_DIALPLAN_FAKE_H
#define TESTS_DIALPLAN_FAKE_H

#include "config/diag.h"
#include "dialplan/run.h"

enum { FAKE_CHANNELS = 80, FAKE_TIMERS = 80 };

struct fake_channel {
	struct channel ch;
	char log[16384];        /* "answer;ring;voice:160;hangup:16;" */
	size_t voice;           /* frames of voice written */
	iax2_ns last_voice;
	uint8_t first_payload[320];
	bool deleted;
	int call_result;        /* what call() gives */
	enum channel_event_type at_call;   /* event told from inside call(); CHANNEL_EV_VOICE: none */
	int64_t at_call_control;
	bool hangup_at_answer;  /* the far end goes while it is answered */
};

struct fake {
	struct pbx pbx;
	iax2_ns now;
	struct fake_timer { struct fake *fake; iax2_ns deadline; pbx_timer_fn fn; void *arg; bool used; } timers[FAKE_TIMERS];
	struct fake_channel *channels[FAKE_CHANNELS];
	size_t channel_count;
	int request_result;     /* for "X/bad": a negative cause */
	int bridge_result;
	char logged[65536];     /* everything that was logged */
	struct diag diag;
};

/* A pbx with extensions.conf of that text; NULL text: no dialplan.  Fails the test when it does not load. */
void fake_init(struct fake *fake, const char *extensions);
void fake_fini(struct fake *fake);
/* Loads a text; the result of dialplan_load(). */
int fake_load(struct dialplan **out, const char *extensions, struct diag *diag);
/* A channel "Test/NAME" that rings in. */
struct fake_channel *fake_channel(struct fake *fake, const char *name);
/* Runs timers up to now + ms. */
void fake_advance(struct fake *fake, int64_t ms);
/* Something arrives from the far end. */
void fake_event(struct fake_channel *fc, const struct channel_event *ev);
void fake_control(struct fake_channel *fc, enum iax2_control control);
void fake_digits(struct fake_channel *fc, const char *digits);
void fake_hangup(struct fake_channel *fc, int cause);
/* The n-th channel that was made, the caller being 0. */
struct fake_channel *fake_nth(struct fake *fake, size_t n);
/* Timers that are set; none when all runs have ended. */
size_t fake_timers(const struct fake *fake);
bool fake_diag_has(const struct diag *diag, enum diag_severity severity, int line, const char *part);

#endif
