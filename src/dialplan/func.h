/* Func: dialplan functions, ${NAME(args)} and Set(NAME(args)=value).  One file each (func_*.c), all in the table of func.c. */
#ifndef TANDEM_DIALPLAN_FUNC_H
#define TANDEM_DIALPLAN_FUNC_H

#include "dialplan/subst.h"

struct func {
	const char *name, *synopsis, *usage;
	/* Appends the value.  0, or -EINVAL when the arguments make no sense, -ENOENT when there is no channel to ask. */
	int (*read)(const struct subst_env *env, const char *args, struct strbuf *out);
	/* NULL: it can't be set.  0 or a negative errno as above, -ENOMEM. */
	int (*write)(const struct subst_env *env, const char *args, const char *value);
};
extern const struct func *const func_table[];    /* NULL at the end */
const struct func *func_find(const char *name, size_t len);   /* exact */

/* Both take "NAME(args)" as written, variables replaced.  What is wrong goes to the log with the place. */
void func_read(const struct subst_env *env, const char *call, struct strbuf *out);
void func_write(const struct subst_env *env, const char *call, const char *value);

#endif
