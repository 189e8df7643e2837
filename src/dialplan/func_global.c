#include <errno.h>

#include "dialplan/func_table.h"

static int global_read(const struct subst_env *env, const char *args, struct strbuf *out)
{
	const char *value = env->globals ? vars_get(env->globals, args) : NULL;
	if (value)
		strbuf_add(out, value);
	return 0;
}

static int global_write(const struct subst_env *env, const char *args, const char *value)
{
	if (!args[0] || !env->pbx)
		return -EINVAL;
	return vars_set(&env->pbx->globals, args, value);
}

const struct func func_global = {
	.name = "GLOBAL", .synopsis = "A global variable", .usage = "GLOBAL(name)", .read = global_read, .write = global_write,
};
