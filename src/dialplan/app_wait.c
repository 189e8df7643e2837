#include "dialplan/app_table.h"
#include "dialplan/args.h"
#include "util/log.h"

static enum app_result wait_start(struct run *run, const char *args)
{
	long long wait = args_seconds_ns(args);
	if (wait < 0) {
		log_warning("%s: Wait(%s): expected a number of seconds, as 1.5", run_place(run), args);
		return APP_CONTINUE;
	}
	if (wait == 0)
		return APP_CONTINUE;
	run_timer(run, run_pbx(run)->ops->now(run_pbx(run)) + wait);
	return APP_WAIT;
}

static enum app_result wait_timer(struct run *run)
{
	(void)run;
	return APP_CONTINUE;
}

const struct app app_wait = {
	.name = "Wait", .synopsis = "Waits for some seconds", .usage = "Wait(seconds)", .start = wait_start, .timer = wait_timer,
};
