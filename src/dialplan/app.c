#include "dialplan/app_table.h"

#include <strings.h>

#include "dialplan/args.h"
#include "util/log.h"

const struct app *const app_table[] = {
	&app_answer, &app_busy, &app_congestion, &app_dial, &app_echo, &app_goto, &app_gotoif, &app_hangup, &app_milliwatt, &app_noop,
	&app_playback, &app_progress, &app_ringing, &app_set, &app_verbose, &app_wait, &app_waitexten, NULL,
};

const struct app *app_find(const char *name)
{
	for (size_t i = 0; app_table[i]; i++) {
		if (strcasecmp(app_table[i]->name, name) == 0)
			return app_table[i];
	}
	return NULL;
}

enum app_result app_signal(struct run *run, enum iax2_control control, int cause, const char *args)
{
	struct channel *ch = run_channel(run);
	channel_control(ch, control);
	/* Somebody who was talking hears a tone; his call ends as any other. */
	if (ch->state != CHANNEL_UP)
		ch->hangup_cause = cause;
	long long wait = args_seconds_ns(args);
	if (args[0] && wait < 0)
		log_warning("%s: '%s' is no number of seconds; waiting until the caller hangs up", run_place(run), args);
	if (wait >= 0)
		run_timer(run, run_pbx(run)->ops->now(run_pbx(run)) + wait);
	return APP_WAIT;
}

enum app_result app_signal_timer(struct run *run)
{
	(void)run;
	return APP_HANGUP;
}
