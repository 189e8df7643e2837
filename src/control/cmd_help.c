#include "control/cmd.h"

#include <string.h>
#include <strings.h>

static const char *title(const struct command *cmd)
{
	return cmd->help ? cmd->help : cmd->words;
}

static void add_command(struct command_call *call, const struct command *cmd)
{
	if (call->json) {
		json_object_begin(call->json, NULL);
		json_string(call->json, "command", cmd->words);
		json_string(call->json, "summary", cmd->summary);
		json_string(call->json, "usage", cmd->usage);
		json_object_end(call->json);
	} else {
		strbuf_printf(call->out, "%-30s -- %s\n", title(cmd), cmd->summary);
	}
}

/* A command is meant by all of its words, or by words that it begins with. */
static bool is_meant(const struct command *cmd, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncasecmp(cmd->words, prefix, len) == 0 && (len == 0 || cmd->words[len] == ' ' || cmd->words[len] == '\0');
}

static enum command_result show_help(struct command_call *call)
{
	struct strbuf prefix = STRBUF_EMPTY;
	const struct command *exact = NULL;
	size_t found = 0;

	command_join(&prefix, call, 0);
	if (call->json) {
		json_object_begin(call->json, NULL);
		json_array_begin(call->json, "commands");
	}
	for (size_t i = 0; command_table[i]; i++) {
		if (is_meant(command_table[i], strbuf_text(&prefix))) {
			exact = strcasecmp(command_table[i]->words, strbuf_text(&prefix)) == 0 ? command_table[i] : exact;
			add_command(call, command_table[i]);
			found++;
		}
	}
	enum command_result result = COMMAND_DONE;
	if (found == 0) {
		result = command_fail(call, "No such command '%s'.", strbuf_text(&prefix));
	} else if (call->json) {
		json_array_end(call->json);
		json_object_end(call->json);
	} else if (exact) {
		strbuf_clear(call->out);
		strbuf_printf(call->out, "Usage: %s", exact->usage);
	}
	strbuf_fini(&prefix);
	return result;
}

static void complete_help(struct command_offer *offer, const struct control_env *env, const char *const *argv, size_t pos)
{
	(void)env;
	for (size_t i = 0; command_table[i]; i++) {
		const char *p = command_table[i]->words;
		size_t k = 0;
		while (k < pos && strncasecmp(p, argv[k], strlen(argv[k])) == 0 && p[strlen(argv[k])] == ' ') {
			p += strlen(argv[k++]) + 1;
		}
		if (k == pos) {
			char word[64];
			size_t len = strcspn(p, " ");
			if (len < sizeof(word)) {
				memcpy(word, p, len);
				word[len] = '\0';
				command_offer(offer, word);
			}
		}
	}
}

const struct command cmd_core_show_help = {
	.words = "core show help",
	.help = "core show help [COMMAND]",
	.summary = "Display help list, or specific help on a command",
	.usage = "core show help [COMMAND]\n       Lists the commands that begin with the words given, or says how one is used.\n",
	.run = show_help,
	.complete = complete_help,
};
