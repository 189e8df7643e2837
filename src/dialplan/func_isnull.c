#include "dialplan/func_table.h"

static int isnull_read(const struct subst_env *env, const char *args, struct strbuf *out)
{
	(void)env;
	strbuf_add(out, args[0] ? "0" : "1");
	return 0;
}

const struct func func_isnull = {
	.name = "ISNULL", .synopsis = "1 if the text is empty", .usage = "ISNULL(text)", .read = isnull_read,
};
