/* Vars: named variables of a channel or of the whole switch.  Names are case-sensitive as in Asterisk. */
#ifndef TANDEM_DIALPLAN_VARS_H
#define TANDEM_DIALPLAN_VARS_H

#include <stddef.h>

struct var;
struct vars {
	struct var *first;
};

void vars_init(struct vars *vars);
void vars_fini(struct vars *vars);
/* 0 or -ENOMEM.  NULL or "" as value removes it (a variable that is set to nothing reads as nothing). */
int vars_set(struct vars *vars, const char *name, const char *value);
const char *vars_get(const struct vars *vars, const char *name);   /* NULL when not set */
/* Visits all in order of creation. */
void vars_each(const struct vars *vars, void (*fn)(const char *name, const char *value, void *arg), void *arg);
/* Copies those that are inherited by a channel made from this one: "__name" stays as it is, "_name" becomes "name". */
int vars_inherit(struct vars *to, const struct vars *from);

#endif
