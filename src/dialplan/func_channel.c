#include <errno.h>
#include <stdio.h>
#include <strings.h>

#include "dialplan/func_table.h"

static int channel_read(const struct subst_env *env, const char *args, struct strbuf *out)
{
	const struct channel *ch = env->ch;
	if (!ch)
		return -ENOENT;
	const char *format = iax2_format_name(ch->format) ? iax2_format_name(ch->format) : "";
	char native[40];
	snprintf(native, sizeof native, "(%s)", format);
	const struct { const char *name, *value; } table[] = {
		{"name", ch->name},
		{"language", ch->language},
		{"state", channel_state_text(ch->state)},
		{"channeltype", ch->tech ? ch->tech->name : ""},
		{"accountcode", ch->accountcode},
		{"uniqueid", ch->uniqueid},
		{"context", ch->context},
		{"exten", ch->exten},
		{"audionativeformat", native},
		{"audioreadformat", format},
		{"audiowriteformat", format},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (strcasecmp(args, table[i].name) == 0) {
			strbuf_add(out, table[i].value);
			return 0;
		}
	}
	return -EINVAL;
}

static int channel_write_item(const struct subst_env *env, const char *args, const char *value)
{
	struct channel *ch = env->ch;
	if (!ch)
		return -ENOENT;
	if (strcasecmp(args, "language") == 0)
		snprintf(ch->language, sizeof ch->language, "%s", value);
	else if (strcasecmp(args, "accountcode") == 0)
		snprintf(ch->accountcode, sizeof ch->accountcode, "%s", value);
	else
		return -EINVAL;
	return 0;
}

const struct func func_channel = {
	.name = "CHANNEL", .synopsis = "Properties of the channel; language and accountcode can be set",
	.usage = "CHANNEL(name|language|state|channeltype|accountcode|uniqueid|context|exten|audionativeformat|audioreadformat|"
		"audiowriteformat)",
	.read = channel_read, .write = channel_write_item,
};
