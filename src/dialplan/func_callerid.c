#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dialplan/args.h"
#include "dialplan/func_table.h"

/* CALLINGPRES as the dialplan writes it. */
static const struct { const char *name; uint8_t value; } presentations[] = {
	{"allowed_not_screened", 0x00}, {"allowed_passed_screen", 0x01}, {"allowed_failed_screen", 0x02}, {"allowed", 0x03},
	{"prohib_not_screened", 0x20},  {"prohib_passed_screen", 0x21},  {"prohib_failed_screen", 0x22},  {"prohib", 0x23},
	{"unavailable", 0x43},
};
enum { PRESENTATIONS = sizeof presentations / sizeof *presentations };

static bool is_pres(const char *what)
{
	return strcasecmp(what, "pres") == 0 || strcasecmp(what, "num-pres") == 0 || strcasecmp(what, "name-pres") == 0;
}

static void pres_read(const struct channel *ch, struct strbuf *out)
{
	for (size_t i = 0; i < PRESENTATIONS; i++) {
		if (presentations[i].value == ch->caller_pres)
			strbuf_add(out, presentations[i].name);
	}
}

static int pres_write(struct channel *ch, const char *value)
{
	for (size_t i = 0; i < PRESENTATIONS; i++) {
		if (strcasecmp(presentations[i].name, value) == 0) {
			ch->caller_pres = presentations[i].value;
			return 0;
		}
	}
	return -EINVAL;
}

static char *member(struct channel *ch, const char *what, size_t *cap)
{
	const struct { const char *name; char *at; size_t cap; } table[] = {
		{"num", ch->caller_number, sizeof ch->caller_number},
		{"name", ch->caller_name, sizeof ch->caller_name},
		{"ani", ch->caller_ani, sizeof ch->caller_ani},
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
	if (is_pres(args)) {
		pres_read(env->ch, out);
		return 0;
	}
	const char *text = member(env->ch, args, &cap);
	if (!text)
		return -EINVAL;
	strbuf_add(out, text);
	return 0;
}

/* Takes out what people write into numbers, in place; "" when something is left that is in no number. */
static bool shrink(char *number)
{
	char *out = number;
	for (const char *p = number; *p; p++) {
		if (!strchr(" ()-.", *p))
			*out++ = *p;
	}
	*out = '\0';
	return number[0] && number[strspn(number, "0123456789*#+")] == '\0';
}

/* "Name" <number>, <number>, or one of both alone. */
static void write_all(struct channel *ch, const char *value)
{
	char number[sizeof ch->caller_number] = "", name[sizeof ch->caller_name];
	const char *open = strrchr(value, '<');
	const char *close = open ? strchr(open, '>') : NULL;
	if (close)
		snprintf(number, sizeof number, "%.*s", (int)(close - open - 1), open + 1);
	snprintf(name, sizeof name, "%.*s", close ? (int)(open - value) : (int)sizeof name - 1, value);
	char *text = args_trim(name);
	size_t len = strlen(text);
	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		text[len - 1] = '\0';
		text++;
	} else if (!close) {
		snprintf(number, sizeof number, "%s", text);
		if (shrink(number))
			text[0] = '\0';
		else
			number[0] = '\0';
	}
	char bare[sizeof number];
	snprintf(bare, sizeof bare, "%s", number);
	snprintf(ch->caller_number, sizeof ch->caller_number, "%s", shrink(bare) ? bare : number);
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
	if (is_pres(args))
		return pres_write(env->ch, value);
	char *text = member(env->ch, args, &cap);
	if (!text)
		return -EINVAL;
	char copy[sizeof env->ch->caller_number];
	snprintf(copy, sizeof copy, "%s", value);
	snprintf(text, cap, "%s", args_trim(copy));
	return 0;
}

const struct func func_callerid = {
	.name = "CALLERID", .synopsis = "Who calls", .usage = "CALLERID(num|name|all|ani|dnid|rdnis|pres|num-pres|name-pres)",
	.read = callerid_read, .write = callerid_write,
};
