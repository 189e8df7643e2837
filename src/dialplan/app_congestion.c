#include "dialplan/app_table.h"

static enum app_result congestion_start(struct run *run, const char *args)
{
	return app_signal(run, IAX2_CONTROL_CONGESTION, IAX2_CAUSE_CONGESTION, args);
}

const struct app app_congestion = {
	.name = "Congestion", .synopsis = "Tells the caller that no line is free, then waits until he hangs up", .usage = "Congestion([timeout])",
	.start = congestion_start, .timer = app_signal_timer,
};
