#include "dialplan/subst.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/expr.h"
#include "dialplan/func.h"
#include "util/log.h"

/* Built-in variables: name and how to write the value. */
static void var_exten(const struct subst_env *env, struct strbuf *out)     { strbuf_add(out, env->ch->exten); }
static void var_context(const struct subst_env *env, struct strbuf *out)   { strbuf_add(out, env->ch->context); }
static void var_priority(const struct subst_env *env, struct strbuf *out)  { strbuf_printf(out, "%d", env->ch->priority); }
static void var_channel(const struct subst_env *env, struct strbuf *out)   { strbuf_add(out, env->ch->name); }
static void var_uniqueid(const struct subst_env *env, struct strbuf *out)  { strbuf_add(out, env->ch->uniqueid); }
static void var_cause(const struct subst_env *env, struct strbuf *out)     { strbuf_printf(out, "%d", env->ch->hangup_cause); }
static void var_epoch(const struct subst_env *env, struct strbuf *out)
{
	strbuf_printf(out, "%lld", (long long)env->pbx->ops->wall_s(env->pbx));
}

enum needs { NEEDS_CHANNEL, NEEDS_PBX };
static const struct {
	const char *name;
	enum needs needs;
	void (*write)(const struct subst_env *env, struct strbuf *out);
} builtins[] = {
	{"EXTEN", NEEDS_CHANNEL, var_exten},       {"CONTEXT", NEEDS_CHANNEL, var_context},   {"PRIORITY", NEEDS_CHANNEL, var_priority},
	{"CHANNEL", NEEDS_CHANNEL, var_channel},   {"UNIQUEID", NEEDS_CHANNEL, var_uniqueid}, {"HANGUPCAUSE", NEEDS_CHANNEL, var_cause},
	{"EPOCH", NEEDS_PBX, var_epoch},
};

static bool builtin(struct strbuf *out, const struct subst_env *env, const char *name)
{
	for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++) {
		if (strcmp(name, builtins[i].name) != 0)
			continue;
		if (builtins[i].needs == NEEDS_CHANNEL ? env->ch == NULL : env->pbx == NULL)
			return false;
		builtins[i].write(env, out);
		return true;
	}
	return false;
}

void subst_variable(struct strbuf *out, const struct subst_env *env, const char *name)
{
	if (builtin(out, env, name))
		return;
	const char *value = env->ch ? vars_get(&env->ch->vars, name) : NULL;
	if (!value && env->globals)
		value = vars_get(env->globals, name);
	if (value)
		strbuf_add(out, value);
}

/* One call of subst(): what it has complained about already. */
struct work {
	const struct subst_env *env;
	bool cut, deep;
};

static void limit(struct work *w, struct strbuf *out)
{
	if (out->len <= SUBST_MAX)
		return;
	out->len = SUBST_MAX;
	out->text[SUBST_MAX] = '\0';
	if (!w->cut)
		log_warning("%s: a result is longer than %d bytes and was cut", w->env->place, SUBST_MAX);
	w->cut = true;
}

/* The bracket that closes the one before `p`, counting those of its kind; NULL when there is none. */
static const char *find_close(const char *p, const char *end, char open, char close)
{
	int depth = 1;
	for (; p < end; p++) {
		if (*p == open)
			depth++;
		else if (*p == close && --depth == 0)
			return p;
	}
	return NULL;
}

static int clamp(long n)
{
	return n > SUBST_MAX ? SUBST_MAX : n < -SUBST_MAX ? -SUBST_MAX : (int)n;
}

/* ":offset[:length]" applied to value; negative ones count from the end. */
static void add_part(struct strbuf *out, const char *value, const char *spec)
{
	char *end;
	int size = clamp((long)strlen(value)), length = INT_MAX;
	int offset = clamp(strtol(spec, &end, 10));
	if (end == spec) {
		strbuf_add(out, value);
		return;
	}
	if (*end == ':' && end[1])
		length = clamp(strtol(end + 1, NULL, 10));
	if (offset < 0)
		offset = offset + size < 0 ? 0 : offset + size;
	if (offset > size)
		offset = size;
	int left = size - offset;
	if (length < 0)
		length = left + length < 0 ? 0 : left + length;
	strbuf_add_bytes(out, value + offset, (size_t)(length < left ? length : left));
}

/* Where the ":offset" of "NAME(args):offset" begins, or NULL. */
static char *find_spec(char *name, bool *func)
{
	int depth = 0;
	*func = false;
	for (char *p = name; *p; p++) {
		if (*p == '(') {
			depth++;
			*func = true;
		} else if (*p == ')' && depth > 0) {
			depth--;
		} else if (*p == ':' && depth == 0) {
			return p;
		}
	}
	return NULL;
}

/* The inside of ${ }, with everything nested replaced already. */
static void add_value(struct work *w, struct strbuf *out, char *name)
{
	bool func;
	struct strbuf value = STRBUF_EMPTY;
	char *spec = find_spec(name, &func);
	if (spec)
		*spec++ = '\0';
	if (func)
		func_read(w->env, name, &value);
	else
		subst_variable(&value, w->env, name);
	limit(w, &value);
	if (spec)
		add_part(out, strbuf_text(&value), spec);
	else
		strbuf_add(out, strbuf_text(&value));
	out->failed |= value.failed;
	strbuf_fini(&value);
}

static void add_expression(struct work *w, struct strbuf *out, const char *text)
{
	const char *why = NULL;
	if (expr_eval(out, text, &why) == -ENOMEM)
		out->failed = true;
	if (why)
		log_warning("%s: in $[%s]: %s", w->env->place, text, why);
}

static void expand(struct work *w, struct strbuf *out, const char *p, const char *end, int depth);

/* What stands between two brackets: replaces what is nested in it, then gives it its value. */
static void expand_inner(struct work *w, struct strbuf *out, const char *p, const char *end, int depth, bool expression)
{
	struct strbuf inner = STRBUF_EMPTY;
	strbuf_add(&inner, "");
	expand(w, &inner, p, end, depth + 1);
	if (inner.failed || !inner.text)
		out->failed |= inner.failed;
	else if (expression)
		add_expression(w, out, inner.text);
	else
		add_value(w, out, inner.text);
	strbuf_fini(&inner);
}

static void expand(struct work *w, struct strbuf *out, const char *p, const char *end, int depth)
{
	if (depth > SUBST_DEPTH) {
		if (!w->deep)
			log_warning("%s: ${ } and $[ ] are nested more than %d deep; the innermost are taken as empty", w->env->place, SUBST_DEPTH);
		w->deep = true;
		return;
	}
	while (p < end && out->len < SUBST_MAX && !out->failed) {
		bool opens = *p == '$' && p + 1 < end && (p[1] == '{' || p[1] == '[');
		if (!opens) {
			const char *dollar = memchr(p + 1, '$', (size_t)(end - p - 1));
			strbuf_add_bytes(out, p, (size_t)((dollar ? dollar : end) - p));
			p = dollar ? dollar : end;
			continue;
		}
		bool expression = p[1] == '[';
		const char *close = find_close(p + 2, end, p[1], expression ? ']' : '}');
		if (!close) {
			log_warning("%s: %.2s is not closed in: %.*s", w->env->place, p, (int)(end - p > 200 ? 200 : end - p), p);
			close = end;
		}
		expand_inner(w, out, p + 2, close, depth, expression);
		p = close < end ? close + 1 : end;
	}
	limit(w, out);
}

int subst(struct strbuf *out, const struct subst_env *env, const char *text)
{
	struct work w = {.env = env};
	struct strbuf result = STRBUF_EMPTY;
	expand(&w, &result, text, text + strlen(text), 0);
	strbuf_add(out, strbuf_text(&result));
	bool failed = result.failed || out->failed;
	strbuf_fini(&result);
	return failed ? -ENOMEM : 0;
}
