#include <stdlib.h>
#include <string.h>

#include "dialplan/app_table.h"
#include "dialplan/args.h"
#include "util/log.h"

static enum app_result gotoif_start(struct run *run, const char *args)
{
	char *copy = strdup(args), *condition, *yes, *no;
	enum app_result result = APP_CONTINUE;
	if (!copy)
		return APP_HANGUP;
	if (!args_choice(copy, &condition, &yes, &no)) {
		log_warning("%s: GotoIf(%s) has no ?; expected: GotoIf(condition?place-if-true:place-if-false)", run_place(run), args);
	} else {
		const char *target = args_true(condition) ? yes : no;
		if (target[0] && run_goto(run, target) < 0)
			result = APP_HANGUP;
	}
	free(copy);
	return result;
}

const struct app app_gotoif = {
	.name = "GotoIf", .synopsis = "Goes on somewhere else if a condition is true (not empty and not 0)",
	.usage = "GotoIf(condition?[place-if-true][:place-if-false])",
	.start = gotoif_start, .on_dead = true,
};
