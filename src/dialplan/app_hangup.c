#include <stdlib.h>

#include "dialplan/app_table.h"
#include "util/log.h"

static enum app_result hangup_start(struct run *run, const char *args)
{
	char *end;
	long cause = strtol(args, &end, 10);
	if (args[0] && (*end || cause < 1 || cause > 127))
		log_warning("%s: '%s' is no cause; expected: a number from 1 to 127", run_place(run), args);
	else if (args[0])
		run_channel(run)->hangup_cause = (int)cause;
	return APP_HANGUP;
}

const struct app app_hangup = {
	.name = "Hangup", .synopsis = "Ends the call", .usage = "Hangup([cause])",
	.start = hangup_start, .on_dead = true,
};
