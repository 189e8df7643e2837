#include "dialplan/func.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/func_table.h"
#include "util/log.h"

const struct func *const func_table[] = {
	&func_callerid, &func_channel, &func_exists, &func_global, &func_if, &func_isnull, &func_len, NULL,
};

const struct func *func_find(const char *name, size_t len)
{
	for (size_t i = 0; func_table[i]; i++) {
		if (strlen(func_table[i]->name) == len && strncmp(func_table[i]->name, name, len) == 0)
			return func_table[i];
	}
	return NULL;
}

/* Splits "NAME(args)": the function and a copy of its arguments; false after a warning. */
static bool take_apart(const struct subst_env *env, const char *call, const struct func **func, char **args)
{
	const char *open = strchr(call, '(');
	size_t len = open ? (size_t)(open - call) : strlen(call);
	*func = func_find(call, len);
	if (!*func) {
		log_warning("%s: there is no function %.*s", env->place, (int)len, call);
		return false;
	}
	const char *from = open ? open + 1 : call + len;
	const char *close = strrchr(from, ')');
	if (!close)
		log_warning("%s: a closing parenthesis is missing in %s", env->place, call);
	*args = strndup(from, close ? (size_t)(close - from) : strlen(from));
	return *args != NULL;
}

static void report(const struct subst_env *env, const struct func *func, const char *args, int rc)
{
	if (rc == -EINVAL)
		log_warning("%s: %s(%s) makes no sense; it is used as %s", env->place, func->name, args, func->usage);
	else if (rc == -ENOENT)
		log_warning("%s: %s(%s) needs a channel", env->place, func->name, args);
	else if (rc < 0)
		log_warning("%s: %s(%s) failed: %s", env->place, func->name, args, strerror(-rc));
}

void func_read(const struct subst_env *env, const char *call, struct strbuf *out)
{
	const struct func *func;
	char *args;
	if (!take_apart(env, call, &func, &args))
		return;
	report(env, func, args, func->read(env, args, out));
	free(args);
}

void func_write(const struct subst_env *env, const char *call, const char *value)
{
	const struct func *func;
	char *args;
	if (!take_apart(env, call, &func, &args))
		return;
	if (func->write)
		report(env, func, args, func->write(env, args, value));
	else
		log_warning("%s: the function %s can't be set", env->place, func->name);
	free(args);
}
