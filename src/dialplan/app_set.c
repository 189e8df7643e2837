#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/app_table.h"
#include "dialplan/func.h"
#include "util/log.h"

static enum app_result set_start(struct run *run, const char *args)
{
	char *copy = strdup(args);
	if (!copy)
		return APP_HANGUP;
	char *equals = strchr(copy, '=');
	const char *name = equals ? copy : "";
	if (equals)
		*equals = '\0';
	if (!name[0]) {
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

/* Asterisk takes the name as it is, blanks and all; that is hardly ever meant. */
static void set_check(const char *args, struct diag *diag, const char *file, int line)
{
	size_t len = strcspn(args, "=");
	if (args[len] && len > 0 && (isspace((unsigned char)args[0]) || isspace((unsigned char)args[len - 1])))
		diag_add(diag, DIAG_WARNING, file, line, "the blank before the = belongs to the name of the variable; expected: Set(NAME=value)");
}

const struct app app_set = {
	.name = "Set", .synopsis = "Sets a variable of the channel (_NAME, __NAME: inherited by channels it dials, once, for ever) or a function",
	.usage = "Set(NAME=value)",
	.start = set_start, .check = set_check, .on_dead = true,
};
