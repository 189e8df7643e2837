#include "dialplan/app_table.h"

static enum app_result progress_start(struct run *run, const char *args)
{
	(void)args;
	channel_control(run_channel(run), IAX2_CONTROL_PROGRESS);
	return APP_CONTINUE;
}

const struct app app_progress = {
	.name = "Progress", .synopsis = "Tells the caller that audio comes before the answer", .usage = "Progress()", .start = progress_start,
	.on_dead = true,
};
