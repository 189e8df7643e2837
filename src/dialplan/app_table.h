/* App_table: the applications, for the table in app.c and for those that are made of others. */
#ifndef TANDEM_DIALPLAN_APP_TABLE_H
#define TANDEM_DIALPLAN_APP_TABLE_H

#include "dialplan/run.h"

extern const struct app app_answer, app_busy, app_congestion, app_dial, app_echo, app_goto, app_gotoif, app_hangup, app_milliwatt, app_noop,
	app_playback, app_progress, app_ringing, app_set, app_verbose, app_wait, app_waitexten;

/* For Busy and Congestion: tells the caller, then waits `args` seconds (for ever when empty) and hangs up. */
enum app_result app_signal(struct run *run, enum iax2_control control, int cause, const char *args);
enum app_result app_signal_timer(struct run *run);

#endif
