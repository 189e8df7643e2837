#include <string.h>

#include "dialplan/func_table.h"

static int len_read(const struct subst_env *env, const char *args, struct strbuf *out)
{
	(void)env;
	strbuf_printf(out, "%zu", strlen(args));
	return 0;
}

const struct func func_len = {
	.name = "LEN", .synopsis = "Length of a text in bytes", .usage = "LEN(text)", .read = len_read,
};
