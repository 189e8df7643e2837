#include "control/cmd.h"

#include <errno.h>

static enum command_result show_dialplan(struct command_call *call)
{
	struct pbx *pbx = switch_pbx(call->env->sw);
	const char *context = call->argc > 0 ? call->argv[0] : NULL;

	if (call->argc > 1) {
		return COMMAND_USAGE;
	}
	int result =
		call->json ? dialplan_show_json(pbx->dialplan, context, call->json) : dialplan_show(pbx->dialplan, context, call->out);
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
	.usage = "dialplan show [CONTEXT]\n       Shows the dialplan, or one context of it.\n",
	.run = show_dialplan,
};
