#include "control/cmd.h"

#include <string.h>

static enum command_result set_debug(struct command_call *call)
{
	struct switch_core *sw = call->env->sw;
	const char *what = call->argc > 0 ? call->argv[0] : "";

	if (call->argc == 1 && strcmp(what, "on") == 0) {
		switch_debug(sw, true);
		return command_say(call, "IAX2 Debugging Enabled");
	}
	if (call->argc == 1 && strcmp(what, "off") == 0) {
		switch_debug(sw, false);
		return command_say(call, "IAX2 Debugging Disabled");
	}
	if (call->argc != 2 || strcmp(what, "peer") != 0) {
		return COMMAND_USAGE;
	}
	struct peer_record peer;
	if (!switch_peer(sw, call->argv[1], &peer) || switch_debug_peer(sw, call->argv[1]) < 0) {
		return command_fail(call, "IAX2 peer '%s' does not exist", call->argv[1]);
	}
	return command_say(call, "IAX2 Debugging Enabled for IP: %u", peer.host_ip ? peer.port : 0);
}

static void offer_peer(const struct peer_record *r, void *arg)
{
	command_offer(arg, r->name);
}

static void complete_debug(struct command_offer *offer, const struct control_env *env, const char *const *argv, size_t pos)
{
	if (pos == 0) {
		command_offer(offer, "on");
		command_offer(offer, "off");
		command_offer(offer, "peer");
	} else if (pos == 1 && strcmp(argv[0], "peer") == 0) {
		switch_each_peer(env->sw, offer_peer, offer);
	}
}

const struct command cmd_iax2_set_debug = {
	.words = "iax2 set debug",
	.help = "iax2 set debug {on|off|peer}",
	.summary = "Enable/Disable IAX debugging",
	.usage = "iax2 set debug {on|off|peer NAME}\n       Writes every frame, or those of one peer, to the log.\n",
	.run = set_debug,
	.complete = complete_debug,
};
