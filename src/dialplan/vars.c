#include "dialplan/vars.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct var {
	struct var *next;
	char *value;
	char name[];
};

/* "__NAME" and "_NAME" say how far a variable is inherited; it is read as NAME. */
static const char *bare(const char *name)
{
	if (name[0] == '_')
		name++;
	if (name[0] == '_')
		name++;
	return name;
}

static struct var **slot(const struct vars *vars, const char *name)
{
	struct var **at = (struct var **)&vars->first;
	while (*at && strcmp(bare((*at)->name), name) != 0)
		at = &(*at)->next;
	return at;
}

static void unlink_var(struct var **at)
{
	struct var *var = *at;
	*at = var->next;
	free(var->value);
	free(var);
}

static struct var *var_new(const char *name, char *value)
{
	size_t len = strlen(name) + 1;
	struct var *var = malloc(sizeof *var + len);
	if (!var)
		return NULL;
	var->next = NULL;
	var->value = value;
	memcpy(var->name, name, len);
	return var;
}

void vars_init(struct vars *vars)
{
	vars->first = NULL;
}

void vars_fini(struct vars *vars)
{
	while (vars->first)
		unlink_var(&vars->first);
}

int vars_set(struct vars *vars, const char *name, const char *value)
{
	struct var **at = slot(vars, bare(name));
	if (!value || !value[0]) {
		if (*at)
			unlink_var(at);
		return 0;
	}
	char *copy = strdup(value);
	if (!copy)
		return -ENOMEM;
	if (*at && strcmp((*at)->name, name) == 0) {
		free((*at)->value);
		(*at)->value = copy;
		return 0;
	}
	struct var *var = var_new(name, copy);
	if (!var) {
		free(copy);
		return -ENOMEM;
	}
	/* The same variable under another degree of inheritance: it keeps its place. */
	if (*at) {
		var->next = (*at)->next;
		(*at)->next = NULL;
		unlink_var(at);
	}
	*at = var;
	return 0;
}

const char *vars_get(const struct vars *vars, const char *name)
{
	struct var *var = *slot(vars, name);
	return var ? var->value : NULL;
}

void vars_each(const struct vars *vars, void (*fn)(const char *name, const char *value, void *arg), void *arg)
{
	for (const struct var *var = vars->first; var; var = var->next)
		fn(var->name, var->value, arg);
}

int vars_inherit(struct vars *to, const struct vars *from)
{
	for (const struct var *var = from->first; var; var = var->next) {
		if (var->name[0] != '_')
			continue;
		const char *name = var->name[1] == '_' ? var->name : var->name + 1;
		int rc = vars_set(to, name, var->value);
		if (rc < 0)
			return rc;
	}
	return 0;
}
