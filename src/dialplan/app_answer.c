#include "dialplan/app_table.h"
#include "dialplan/args.h"
#include "util/log.h"

static enum app_result answer_start(struct run *run, const char *args)
{
	struct channel *ch = run_channel(run);
	bool up = ch->state == CHANNEL_UP;
	if (channel_answer(ch) < 0) {
		log_warning("%s: can't answer %s", run_place(run), ch->name);
		return APP_HANGUP;
	}
	/* Answer(1000): give the media path a second, but not when it was up already. */
	long long wait = args_seconds_ns(args);
	if (up || wait <= 0)
		return APP_CONTINUE;
	run_timer(run, run_pbx(run)->ops->now(run_pbx(run)) + wait / 1000);
	return APP_WAIT;
}

static enum app_result answer_timer(struct run *run)
{
	(void)run;
	return APP_CONTINUE;
}

const struct app app_answer = {
	.name = "Answer", .synopsis = "Answers the call, then waits for some milliseconds", .usage = "Answer([delay-ms])",
	.start = answer_start, .timer = answer_timer,
};
