#include <stdlib.h>
#include <string.h>

#include "dialplan/app_table.h"
#include "dialplan/args.h"
#include "dialplan/func.h"
#include "util/log.h"

static enum app_result set_start(struct run *run, const char *args)
{
	char *copy = strdup(args);
	if (!copy)
		return APP_HANGUP;
	char *equals = strchr(copy, '=');
	char *name = equals ? copy : NULL;
	if (equals) {
		*equals = '\0';
		name = args_trim(copy);
	}
	if (!name || !name[0]) {
		log_warning("%s: Set(%s) sets nothing; expected: Set(NAME=value)", run_place(run), args);
	} else if (strchr(name, '(')) {
		struct pbx *pbx = run_pbx(run);
		struct subst_env env = {.pbx = pbx, .ch = run_channel(run), .globals = &pbx->globals, .place = run_place(run)};
		func_write(&env, name, equals + 1);
	} else {
		run_set_var(run, name, equals + 1);
	}
	free(copy);
	return APP_CONTINUE;
}

const struct app app_set = {
	.name = "Set", .synopsis = "Sets a variable of the channel (_NAME, __NAME: inherited by channels it dials, once, for ever) or a function",
	.usage = "Set(NAME=value)",
	.start = set_start, .on_dead = true,
};
