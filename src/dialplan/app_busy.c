#include "dialplan/app_table.h"

static enum app_result busy_start(struct run *run, const char *args)
{
	return app_signal(run, IAX2_CONTROL_BUSY, IAX2_CAUSE_BUSY, args);
}

const struct app app_busy = {
	.name = "Busy", .synopsis = "Tells the caller that the line is busy, then waits until he hangs up", .usage = "Busy([timeout])",
	.start = busy_start, .timer = app_signal_timer,
};
