#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dialplan/args.h"
#include "dialplan/func_table.h"

static char *member(struct channel *ch, const char *what, size_t *cap)
{
	const struct { const char *name; char *at; size_t cap; } table[] = {
		{"num", ch->caller_number, sizeof ch->caller_number},
		{"name", ch->caller_name, sizeof ch->caller_name},
		{"ani", ch->caller_number, sizeof ch->caller_number},
		{"dnid", ch->dnid, sizeof ch->dnid},
		{"rdnis", ch->rdnis, sizeof ch->rdnis},
	};
	/* "number" is an older word for "num". */
	if (strcasecmp(what, "number") == 0)
		what = "num";
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (strcasecmp(what, table[i].name) == 0) {
			*cap = table[i].cap;
			return table[i].at;
		}
	}
	return NULL;
}

static int callerid_read(const struct subst_env *env, const char *args, struct strbuf *out)
{
	size_t cap;
	if (!env->ch)
		return -ENOENT;
	if (strcasecmp(args, "all") == 0) {
		strbuf_printf(out, "\"%s\" <%s>", env->ch->caller_name, env->ch->caller_number);
		return 0;
	}
	if (strcasecmp(args, "pres") == 0) {
		strbuf_printf(out, "%u", env->ch->caller_pres);
		return 0;
	}
	const char *text = member(env->ch, args, &cap);
	if (!text)
		return -EINVAL;
	strbuf_add(out, text);
	return 0;
}

/* "Name" <number>, <number>, or number alone. */
static void write_all(struct channel *ch, const char *value)
{
	const char *open = strrchr(value, '<');
	const char *close = open ? strchr(open, '>') : NULL;
	if (!close) {
		snprintf(ch->caller_number, sizeof ch->caller_number, "%s", value);
		ch->caller_name[0] = '\0';
		return;
	}
	snprintf(ch->caller_number, sizeof ch->caller_number, "%.*s", (int)(close - open - 1), open + 1);
	char name[sizeof ch->caller_name];
	snprintf(name, sizeof name, "%.*s", (int)(open - value), value);
	char *text = args_trim(name);
	size_t len = strlen(text);
	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		text[len - 1] = '\0';
		text++;
	}
	snprintf(ch->caller_name, sizeof ch->caller_name, "%s", text);
}

static int callerid_write(const struct subst_env *env, const char *args, const char *value)
{
	size_t cap;
	if (!env->ch)
		return -ENOENT;
	if (strcasecmp(args, "all") == 0) {
		write_all(env->ch, value);
		return 0;
	}
	char *text = member(env->ch, args, &cap);
	if (!text)
		return -EINVAL;
	snprintf(text, cap, "%s", value);
	return 0;
}

const struct func func_callerid = {
	.name = "CALLERID", .synopsis = "Who calls", .usage = "CALLERID(num|name|all|ani|dnid|rdnis|pres)",
	.read = callerid_read, .write = callerid_write,
};
