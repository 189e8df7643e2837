#include "control/cmd.h"

#include <string.h>

/* --- core show version --- */

static enum command_result show_version(struct command_call *call)
{
	if (call->argc > 0) {
		return COMMAND_USAGE;
	}
	if (call->json) {
		json_object_begin(call->json, NULL);
		json_string(call->json, "program", "tandem");
		json_string(call->json, "version", TANDEM_VERSION);
		json_string(call->json, "libiax2", iax2_version());
		json_object_end(call->json);
	} else {
		strbuf_printf(call->out, "tandem %s (libiax2 %s)\n", TANDEM_VERSION, iax2_version());
	}
	return COMMAND_DONE;
}

const struct command cmd_core_show_version = {
	.words = "core show version",
	.summary = "Display version info",
	.usage = "core show version\n       Shows the release of tandem and of its protocol library.\n",
	.run = show_version,
};

/* --- core show uptime --- */

static void add_unit(struct strbuf *out, int64_t *seconds, int64_t unit, const char *name, bool *first)
{
	int64_t n = *seconds / unit;

	*seconds %= unit;
	if (n > 0 || (unit == 1 && *first)) {
		strbuf_printf(out, "%s%lld %s%s", *first ? "" : ", ", (long long)n, name, n == 1 ? "" : "s");
		*first = false;
	}
}

static void add_span(struct strbuf *out, const char *title, int64_t seconds)
{
	bool first = true;

	strbuf_add(out, title);
	add_unit(out, &seconds, 7 * 86400, "week", &first);
	add_unit(out, &seconds, 86400, "day", &first);
	add_unit(out, &seconds, 3600, "hour", &first);
	add_unit(out, &seconds, 60, "minute", &first);
	add_unit(out, &seconds, 1, "second", &first);
	strbuf_add_char(out, '\n');
}

static enum command_result show_uptime(struct command_call *call)
{
	const struct control_env *env = call->env;
	iax2_ns now = env->now(env->arg);
	int64_t up = (now - env->started) / IAX2_NS_PER_S;
	int64_t since = (now - (env->reloaded ? env->reloaded : env->started)) / IAX2_NS_PER_S;
	bool seconds = call->argc == 1 && strcmp(call->argv[0], "seconds") == 0;

	if (call->argc > 0 && !seconds) {
		return COMMAND_USAGE;
	}
	if (call->json) {
		json_object_begin(call->json, NULL);
		json_int(call->json, "uptime_s", up);
		json_int(call->json, "since_reload_s", since);
		json_object_end(call->json);
	} else if (seconds) {
		strbuf_printf(call->out, "System uptime: %lld\nLast reload: %lld\n", (long long)up, (long long)since);
	} else {
		add_span(call->out, "System uptime: ", up);
		add_span(call->out, "Last reload: ", since);
	}
	return COMMAND_DONE;
}

static void complete_uptime(struct command_offer *offer, const struct control_env *env, const char *const *argv, size_t pos)
{
	(void)env;
	(void)argv;
	if (pos == 0) {
		command_offer(offer, "seconds");
	}
}

const struct command cmd_core_show_uptime = {
	.words = "core show uptime",
	.help = "core show uptime [seconds]",
	.summary = "Show uptime information",
	.usage = "core show uptime [seconds]\n       Shows for how long tandem has been running, and since when it has its "
             "configuration.\n",
	.run = show_uptime,
	.complete = complete_uptime,
};

/* --- core stop --- */

static enum command_result stop(struct command_call *call, bool gracefully)
{
	if (call->argc > 0) {
		return COMMAND_USAGE;
	}
	call->env->stop(gracefully, call->env->arg);
	return command_say(call, gracefully ? "Waiting for inactivity to perform halt" : "Stopping");
}

static enum command_result stop_now(struct command_call *call)
{
	return stop(call, false);
}

static enum command_result stop_gracefully(struct command_call *call)
{
	return stop(call, true);
}

const struct command cmd_core_stop_now = {
	.words = "core stop now",
	.summary = "Shut down immediately",
	.usage = "core stop now\n       Hangs up all calls, takes leave of the registrars and ends tandem.\n",
	.run = stop_now,
};

const struct command cmd_core_stop_gracefully = {
	.words = "core stop gracefully",
	.summary = "Gracefully shut down",
	.usage = "core stop gracefully\n       Takes no new calls and ends tandem when the last call is over.\n",
	.run = stop_gracefully,
};
