#include "dialplan/app_table.h"

static enum app_result ringing_start(struct run *run, const char *args)
{
	(void)args;
	channel_control(run_channel(run), IAX2_CONTROL_RINGING);
	return APP_CONTINUE;
}

const struct app app_ringing = {
	.name = "Ringing", .synopsis = "Tells the caller that it rings", .usage = "Ringing()", .start = ringing_start, .on_dead = true,
};
