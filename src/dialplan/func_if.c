#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/args.h"
#include "dialplan/func_table.h"

static int if_read(const struct subst_env *env, const char *args, struct strbuf *out)
{
	(void)env;
	char *copy = strdup(args), *condition, *yes, *no;
	if (!copy)
		return -ENOMEM;
	bool ok = args_choice(copy, &condition, &yes, &no) && args[0] != '?';
	if (ok) {
		/* As in Asterisk, only the last part keeps its quotes. */
		args_unquote(condition);
		args_unquote(yes);
		strbuf_add(out, args_trim(args_true(condition) ? yes : no));
	}
	free(copy);
	return ok ? 0 : -EINVAL;
}

const struct func func_if = {
	.name = "IF", .synopsis = "One of two texts, by a condition", .usage = "IF(condition?yes[:no])", .read = if_read,
};
