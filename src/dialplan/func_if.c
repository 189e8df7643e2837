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
	bool ok = args_choice(copy, &condition, &yes, &no);
	if (ok) {
		char *value = args_true(condition) ? yes : no;
		size_t len = strlen(value);
		if (len >= 2 && value[0] == '"' && value[len - 1] == '"')
			strbuf_add_bytes(out, value + 1, len - 2);
		else
			strbuf_add(out, value);
	}
	free(copy);
	return ok ? 0 : -EINVAL;
}

const struct func func_if = {
	.name = "IF", .synopsis = "One of two texts, by a condition", .usage = "IF(condition?yes[:no])", .read = if_read,
};
