#include <ctype.h>
#include <string.h>

#include "dialplan/app_table.h"
#include "util/log.h"

static enum app_result verbose_start(struct run *run, const char *args)
{
	(void)run;
	const char *comma = strchr(args, ',');
	/* The level tells Asterisk's console how much to indent. */
	if (comma && comma > args && strspn(args, "0123456789") == (size_t)(comma - args))
		args = comma + 1;
	while (isspace((unsigned char)*args))
		args++;
	log_verbose("%s", args);
	return APP_CONTINUE;
}

const struct app app_verbose = {
	.name = "Verbose", .synopsis = "Writes a text to the log", .usage = "Verbose([level,]text)", .start = verbose_start, .on_dead = true,
};
