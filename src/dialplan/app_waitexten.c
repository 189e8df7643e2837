#include <stdio.h>
#include <string.h>

#include "dialplan/app_table.h"
#include "dialplan/args.h"
#include "util/log.h"

/* Asterisk's defaults: for the first digit, and between digits. */
enum { RESPONSE_TIMEOUT_S = 10, DIGIT_TIMEOUT_S = 5 };

struct waitexten {
	char digits[80];
	size_t count;
};

static void set_timer(struct run *run, long long wait)
{
	run_timer(run, run_pbx(run)->ops->now(run_pbx(run)) + wait);
}

static enum app_result go_to(struct run *run, const char *exten)
{
	char target[sizeof((struct waitexten){0}.digits) + 4];
	snprintf(target, sizeof target, "%s,1", exten);
	return run_goto(run, target) < 0 ? APP_HANGUP : APP_CONTINUE;
}

static enum app_result waitexten_start(struct run *run, const char *args)
{
	long long wait = args_seconds_ns(args);
	if (args[0] && wait < 0)
		log_warning("%s: WaitExten(%s): expected a number of seconds", run_place(run), args);
	set_timer(run, wait > 0 ? wait : RESPONSE_TIMEOUT_S * IAX2_NS_PER_S);
	return APP_WAIT;
}

static enum app_result waitexten_event(struct run *run, const struct channel_event *ev)
{
	struct waitexten *we = run_state(run);
	if (ev->type != CHANNEL_EV_DTMF_END)
		return APP_WAIT;
	if (we->count + 1 < sizeof we->digits)
		we->digits[we->count++] = ev->digit;
	int how = run_match(run, we->digits);
	/* A number that leads nowhere is known at once to be invalid; one that could go on waits for more. */
	if (!(how & DIALPLAN_MATCH_MORE))
		return go_to(run, we->digits);
	set_timer(run, DIGIT_TIMEOUT_S * IAX2_NS_PER_S);
	return APP_WAIT;
}

static enum app_result waitexten_timer(struct run *run)
{
	struct waitexten *we = run_state(run);
	if (we->count > 0)
		return go_to(run, we->digits);
	if (run_has_next(run))
		return APP_CONTINUE;
	if (run_match(run, "t") & DIALPLAN_EXISTS)
		return go_to(run, "t");
	log_warning("%s: nothing was dialled, and there is neither another priority nor an extension 't' in context '%s'", run_place(run),
		run_channel(run)->context);
	return APP_HANGUP;
}

const struct app app_waitexten = {
	.name = "WaitExten", .synopsis = "Waits for the digits of an extension and goes there (i: no such extension, t: nothing was dialled, and nothing comes behind it)",
	.usage = "WaitExten([seconds])",
	.state_size = sizeof(struct waitexten), .start = waitexten_start, .event = waitexten_event, .timer = waitexten_timer,
};
