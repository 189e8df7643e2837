#include "dialplan/app_table.h"

static enum app_result noop_start(struct run *run, const char *args)
{
	(void)run;
	(void)args;
	return APP_CONTINUE;
}

const struct app app_noop = {
	.name = "NoOp", .synopsis = "Does nothing; its text is seen in the log", .usage = "NoOp([text])",
	.start = noop_start, .on_dead = true,
};
