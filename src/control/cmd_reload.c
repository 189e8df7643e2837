#include "control/cmd.h"

#include <stdio.h>
#include <string.h>

static void diag_json(struct json *j, const struct diag *diag)
{
	static const char *const severities[] = {[DIAG_NOTICE] = "notice", [DIAG_WARNING] = "warning", [DIAG_ERROR] = "error"};

	json_array_begin(j, "findings");
	for (size_t i = 0; i < diag->count; i++) {
		const struct diag_entry *e = &diag->entries[i];
		json_object_begin(j, NULL);
		json_string(j, "severity", severities[e->severity]);
		json_string(j, "file", e->file);
		json_int(j, "line", e->line);
		json_string(j, "text", e->text);
		json_object_end(j);
	}
	json_array_end(j);
}

static void diag_text(struct strbuf *out, const struct diag *diag, enum diag_severity at_least)
{
	for (size_t i = 0; i < diag->count; i++) {
		const struct diag_entry *e = &diag->entries[i];
		if (e->severity < at_least) {
			continue;
		}
		if (e->file && e->line > 0) {
			strbuf_printf(out, "%s:%d: ", e->file, e->line);
		} else if (e->file) {
			strbuf_printf(out, "%s: ", e->file);
		}
		strbuf_printf(out, "%s\n", e->text);
	}
}

/* Reads the configuration anew.  `done` is what is said then, NULL for nothing, as Asterisk says it. */
static enum command_result reload(struct command_call *call, const char *done)
{
	struct diag diag;

	if (call->argc > 0) {
		return COMMAND_USAGE;
	}
	diag_init(&diag);
	int result = call->env->reload(&diag, call->env->arg);
	if (result < 0) {
		struct strbuf text = STRBUF_EMPTY;
		diag_text(&text, &diag, DIAG_ERROR);
		command_fail(call, "Reload failed, the configuration in force stays as it was.%s%s", text.len ? "\n" : "",
		             strbuf_text(&text));
		strbuf_fini(&text);
	} else if (call->json) {
		json_object_begin(call->json, NULL);
		json_bool(call->json, "ok", true);
		diag_json(call->json, &diag);
		json_object_end(call->json);
	} else if (done) {
		diag_text(call->out, &diag, DIAG_WARNING);
		strbuf_printf(call->out, "%s\n", done);
	}
	diag_fini(&diag);
	return result < 0 ? COMMAND_FAILED : COMMAND_DONE;
}

static enum command_result reload_iax2(struct command_call *call)
{
	return reload(call, NULL);
}

static enum command_result reload_dialplan(struct command_call *call)
{
	return reload(call, "Dialplan reloaded.");
}

/* What scripts for Asterisk say: `module reload chan_iax2.so`. */
static enum command_result reload_module(struct command_call *call)
{
	static const char *const modules[] = {"chan_iax2", "chan_iax2.so", "pbx_config", "pbx_config.so"};
	char done[80];

	if (call->argc == 0) {
		return reload(call, "Configuration reloaded.");
	}
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]) && call->argc == 1; i++) {
		if (strcmp(call->argv[0], modules[i]) == 0) {
			snprintf(done, sizeof(done), "Module '%s' reloaded successfully.", call->argv[0]);
			call->argc = 0;
			return reload(call, done);
		}
	}
	return command_fail(call, "No such module '%s'", call->argv[0]);
}

static enum command_result reload_all(struct command_call *call)
{
	return reload(call, "Configuration reloaded.");
}

/* All of them do the same, because a reload is one transaction: read everything, check everything, then swap. */
#define USAGE_TEXT                                                                                                               \
	"       Reads the whole configuration anew.  A mistake in it leaves everything as it was and is told as file:line.\n"

const struct command cmd_iax2_reload = {
	.words = "iax2 reload",
	.summary = "Reload IAX configuration",
	.usage = "iax2 reload\n" USAGE_TEXT,
	.run = reload_iax2,
};

const struct command cmd_dialplan_reload = {
	.words = "dialplan reload",
	.summary = "Reload the dialplan (and the rest)",
	.usage = "dialplan reload\n" USAGE_TEXT,
	.run = reload_dialplan,
};

const struct command cmd_module_reload = {
	.words = "module reload",
	.help = "module reload [chan_iax2|pbx_config]",
	.summary = "Reload the configuration, as scripts for Asterisk do it",
	.usage = "module reload [chan_iax2|pbx_config]\n" USAGE_TEXT,
	.run = reload_module,
};

const struct command cmd_reload = {
	.words = "reload",
	.summary = "Reload the configuration",
	.usage = "reload\n" USAGE_TEXT,
	.run = reload_all,
};
