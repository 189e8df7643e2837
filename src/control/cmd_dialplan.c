#include "control/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum command_result show_dialplan(struct command_call *call)
{
	struct dialplan *dp = switch_pbx(call->env->sw)->dialplan;
	const char *context = call->argc > 0 ? call->argv[0] : NULL;
	char exten[CONTROL_REQUEST_MAX] = "";
	const char *at = context ? strchr(context, '@') : NULL;

	if (call->argc > 1) {
		return COMMAND_USAGE;
	}
	if (at) {
		snprintf(exten, sizeof(exten), "%.*s", (int)(at - context), context);
		context = at + 1;
	}
	int result;
	if (call->json) {
		result = dialplan_show_json(dp, context, call->json);
	} else if (exten[0]) {
		result = dialplan_show_exten(dp, context, exten, call->out);
	} else {
		result = dialplan_show(dp, context, call->out);
	}
	if (result == -ESRCH) {
		return command_fail(call, "There is no existence of %s@%s extension", exten, context);
	}
	if (result == -ENOENT) {
		return command_fail(call, "There is no existence of '%s' context", context ? context : "");
	}
	if (result < 0) {
		return command_fail(call, "out of memory");
	}
	return COMMAND_DONE;
}

const struct command cmd_dialplan_show = {
	.words = "dialplan show",
	.summary = "Show dialplan",
	.help = "dialplan show [[EXTEN@]CONTEXT]",
	.usage = "dialplan show [[EXTEN@]CONTEXT]\n       Shows the dialplan, one context of it, or what takes a number there (in JSON: the whole "
             "context).\n",
	.run = show_dialplan,
};

struct globals {
	struct command_call *call;
	size_t count;
};

static void add_global(const char *name, const char *value, void *arg)
{
	struct globals *globals = arg;

	globals->count++;
	if (globals->call->json) {
		json_string(globals->call->json, name, value);
	} else {
		strbuf_printf(globals->call->out, "   %s=%s\n", name, value);
	}
}

static enum command_result show_globals(struct command_call *call)
{
	struct globals globals = {.call = call};
	struct pbx *pbx = switch_pbx(call->env->sw);

	if (call->argc > 0) {
		return COMMAND_USAGE;
	}
	if (call->json) {
		json_object_begin(call->json, NULL);
	}
	vars_each(&pbx->globals, add_global, &globals);
	if (call->json) {
		json_object_end(call->json);
	} else {
		strbuf_printf(call->out, "\n    -- %zu variable(s)\n", globals.count);
	}
	return COMMAND_DONE;
}

const struct command cmd_dialplan_show_globals = {
	.words = "dialplan show globals",
	.summary = "Show global dialplan variables",
	.usage = "dialplan show globals\n       Lists the global variables and their values.\n",
	.run = show_globals,
};
