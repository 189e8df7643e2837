#include "dialplan/func_table.h"

static int exists_read(const struct subst_env *env, const char *args, struct strbuf *out)
{
	(void)env;
	strbuf_add(out, args[0] ? "1" : "0");
	return 0;
}

const struct func func_exists = {
	.name = "EXISTS", .synopsis = "1 if the text is not empty", .usage = "EXISTS(text)", .read = exists_read,
};
