#include "control/cmd.h"

#include <stdio.h>
#include <string.h>

enum channel_form { CHANNELS_PLAIN, CHANNELS_CONCISE, CHANNELS_VERBOSE, CHANNELS_COUNT };

static const char *const channel_forms[] = {[CHANNELS_CONCISE] = "concise", [CHANNELS_VERBOSE] = "verbose", [CHANNELS_COUNT] = "count"};

struct channel_list {
	struct command_call *call;
	enum channel_form form;
	iax2_ns now;
	unsigned channels, calls; /* a call: a channel that executes the dialplan */
};

#define PLAIN_ROW   "%-64.64s %-32.32s %-7.7s %-30.30s\n"
#define VERBOSE_ROW "%-80.80s %-24.24s %-24.24s %4.4s %-7.7s %-12.12s %-25.25s %-15.15s %8.8s %-11.11s %-11.11s %-20.20s\n"

static const char *bridged_name(const struct channel *ch)
{
	return ch->bridged ? ch->bridged->name : "";
}

static long long duration_s(const struct channel_list *list, const struct channel *ch)
{
	return (long long)((list->now - ch->created) / IAX2_NS_PER_S);
}

static void plain_row(struct strbuf *out, const struct channel *ch)
{
	char location[sizeof(ch->context) + sizeof(ch->exten) + 16] = "(None)", app[sizeof(ch->app_data) + 64] = "(None)";

	if (ch->context[0] && ch->exten[0]) {
		snprintf(location, sizeof(location), "%s@%s:%d", ch->exten, ch->context, ch->priority);
	}
	if (ch->app) {
		snprintf(app, sizeof(app), "%s(%s)", ch->app, ch->app_data);
	}
	strbuf_printf(out, PLAIN_ROW, ch->name, location, channel_state_text(ch->state), app);
}

static void concise_row(struct strbuf *out, const struct channel_list *list, const struct channel *ch)
{
	strbuf_printf(out, "%s!%s!%s!%d!%s!%s!%s!%s!%s!!3!%lld!%s!%s\n", ch->name, ch->context, ch->exten, ch->priority,
	              channel_state_text(ch->state), ch->app ? ch->app : "(None)", ch->app ? ch->app_data : "", ch->caller_number,
	              ch->accountcode, duration_s(list, ch), bridged_name(ch), ch->uniqueid);
}

static void verbose_row(struct strbuf *out, const struct channel_list *list, const struct channel *ch)
{
	char priority[16], duration[32];
	long long s = duration_s(list, ch);

	snprintf(priority, sizeof(priority), "%d", ch->priority);
	snprintf(duration, sizeof(duration), "%02lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
	strbuf_printf(out, VERBOSE_ROW, ch->name, ch->context, ch->exten, priority, channel_state_text(ch->state),
	              ch->app ? ch->app : "(None)", ch->app ? ch->app_data : "(Empty)", ch->caller_number, duration, ch->accountcode,
	              "", bridged_name(ch));
}

static void channel_json(struct json *j, const struct channel_list *list, const struct channel *ch)
{
	json_object_begin(j, NULL);
	json_string(j, "channel", ch->name);
	json_string(j, "uniqueid", ch->uniqueid);
	json_string(j, "context", ch->context);
	json_string(j, "exten", ch->exten);
	json_int(j, "priority", ch->priority);
	json_string(j, "state", channel_state_text(ch->state));
	json_string(j, "application", ch->app);
	json_string(j, "data", ch->app ? ch->app_data : NULL);
	json_string(j, "caller_number", ch->caller_number);
	json_string(j, "caller_name", ch->caller_name);
	json_string(j, "accountcode", ch->accountcode);
	json_int(j, "duration_s", duration_s(list, ch));
	json_string(j, "bridged_with", ch->bridged ? ch->bridged->name : NULL);
	json_object_end(j);
}

static void add_channel(const struct channel *ch, void *arg)
{
	struct channel_list *list = arg;
	struct strbuf *out = list->call->out;

	list->channels++;
	list->calls += ch->run != NULL;
	if (list->call->json) {
		channel_json(list->call->json, list, ch);
	} else if (list->form == CHANNELS_CONCISE) {
		concise_row(out, list, ch);
	} else if (list->form == CHANNELS_VERBOSE) {
		verbose_row(out, list, ch);
	} else if (list->form == CHANNELS_PLAIN) {
		plain_row(out, ch);
	}
}

static void channels_json(struct channel_list *list)
{
	struct json *j = list->call->json;
	struct switch_core *sw = list->call->env->sw;

	json_object_begin(j, NULL);
	json_array_begin(j, "channels");
	switch_each_channel(sw, add_channel, list);
	json_array_end(j);
	json_int(j, "active_channels", list->channels);
	json_int(j, "active_calls", list->calls);
	json_int(j, "calls_processed", switch_calls_processed(sw));
	json_object_end(j);
}

static void channels_text(struct channel_list *list)
{
	struct strbuf *out = list->call->out;
	struct switch_core *sw = list->call->env->sw;

	if (list->form == CHANNELS_VERBOSE) {
		strbuf_printf(out, VERBOSE_ROW, "Channel", "Context", "Extension", "Prio", "State", "Application", "Data", "CallerID",
		              "Duration", "Accountcode", "PeerAccount", "BridgeID");
	} else if (list->form == CHANNELS_PLAIN) {
		strbuf_printf(out, PLAIN_ROW, "Channel", "Location", "State", "Application(Data)");
	}
	switch_each_channel(sw, add_channel, list);
	if (list->form != CHANNELS_CONCISE) {
		unsigned processed = switch_calls_processed(sw);
		strbuf_printf(out, "%u active channel%s\n", list->channels, list->channels == 1 ? "" : "s");
		strbuf_printf(out, "%u active call%s\n", list->calls, list->calls == 1 ? "" : "s");
		strbuf_printf(out, "%u call%s processed\n", processed, processed == 1 ? "" : "s");
	}
}

static enum command_result show_channels(struct command_call *call)
{
	struct channel_list list = {.call = call, .form = CHANNELS_PLAIN, .now = call->env->now(call->env->arg)};

	if (call->argc > 1) {
		return COMMAND_USAGE;
	}
	if (call->argc == 1) {
		list.form = CHANNELS_CONCISE;
		while (list.form <= CHANNELS_COUNT && strcmp(call->argv[0], channel_forms[list.form]) != 0) {
			list.form++;
		}
		if (list.form > CHANNELS_COUNT) {
			return COMMAND_USAGE;
		}
	}
	if (call->json) {
		channels_json(&list);
	} else {
		channels_text(&list);
	}
	return COMMAND_DONE;
}

static void complete_channels(struct command_offer *offer, const struct control_env *env, const char *const *argv, size_t pos)
{
	(void)env;
	(void)argv;
	if (pos == 0) {
		for (size_t form = CHANNELS_CONCISE; form <= CHANNELS_COUNT; form++) {
			command_offer(offer, channel_forms[form]);
		}
	}
}

const struct command cmd_core_show_channels = {
	.words = "core show channels",
	.help = "core show channels [concise|verbose|count]",
	.summary = "Display information on channels",
	.usage = "core show channels [concise|verbose|count]\n       Lists the channels of all technologies and what they do; 'concise' in "
             "a form for scripts,\n"
             "       with ! between the fields, 'verbose' with more columns, 'count' only how many there are.\n",
	.run = show_channels,
	.complete = complete_channels,
};

/* --- channel request hangup --- */

static void say_hangup(const struct channel *ch, void *arg)
{
	if (ch->state != CHANNEL_HUNGUP) {
		strbuf_printf(arg, "Requested Hangup on channel '%s'\n", ch->name);
	}
}

static enum command_result request_hangup(struct command_call *call)
{
	if (call->argc != 1) {
		return COMMAND_USAGE;
	}
	bool all = strcmp(call->argv[0], "all") == 0;
	if (all && !call->json) {
		switch_each_channel(call->env->sw, say_hangup, call->out);
	}
	unsigned count = switch_hangup(call->env->sw, call->argv[0]);
	if (!all && count == 0) {
		return command_fail(call, "%s is not a known channel", call->argv[0]);
	}
	if (call->json) {
		json_object_begin(call->json, NULL);
		json_bool(call->json, "ok", true);
		json_int(call->json, "channels", count);
		json_object_end(call->json);
	} else if (!all) {
		strbuf_printf(call->out, "Requested Hangup on channel '%s'\n", call->argv[0]);
	}
	return COMMAND_DONE;
}

static void offer_channel(const struct channel *ch, void *arg)
{
	command_offer(arg, ch->name);
}

static void complete_hangup(struct command_offer *offer, const struct control_env *env, const char *const *argv, size_t pos)
{
	(void)argv;
	if (pos == 0) {
		command_offer(offer, "all");
		switch_each_channel(env->sw, offer_channel, offer);
	}
}

const struct command cmd_channel_request_hangup = {
	.words = "channel request hangup",
	.summary = "Request a hangup on a given channel",
	.usage = "channel request hangup NAME|all\n       Hangs up one channel, or all.\n",
	.run = request_hangup,
	.complete = complete_hangup,
};

/* --- channel originate --- */

/* Cuts "EXT@CONTEXT"; without a context it is "default", as in Asterisk. */
static int originate_exten(struct command_call *call, const char **why)
{
	char exten[CONTROL_REQUEST_MAX];

	snprintf(exten, sizeof(exten), "%s", call->argc > 2 ? call->argv[2] : "");
	char *at = strchr(exten, '@');
	if (at) {
		*at++ = '\0';
	}
	return switch_originate_exten(call->env->sw, call->argv[0], exten[0] ? exten : "s", at && *at ? at : "default", why);
}

static enum command_result originate(struct command_call *call)
{
	const char *why = NULL;
	int result;

	if (call->argc < 3 || !strchr(call->argv[0], '/')) {
		return COMMAND_USAGE;
	}
	if (call->env->stopping) {
		return command_fail(call, "tandem is stopping and takes no new calls");
	}
	if (strcmp(call->argv[1], "application") == 0) {
		struct strbuf data = STRBUF_EMPTY;
		command_join(&data, call, 3);
		result = switch_originate_app(call->env->sw, call->argv[0], call->argv[2], strbuf_text(&data), &why);
		strbuf_fini(&data);
	} else if (strcmp(call->argv[1], "extension") == 0 && call->argc == 3) {
		result = originate_exten(call, &why);
	} else {
		return COMMAND_USAGE;
	}
	if (result < 0) {
		return command_fail(call, "%s can't be called: %s", call->argv[0], why ? why : strerror(-result));
	}
	if (call->json) {
		return command_say(call, "%s is being called", call->argv[0]);
	}
	return COMMAND_DONE;
}

static void complete_originate(struct command_offer *offer, const struct control_env *env, const char *const *argv, size_t pos)
{
	(void)env;
	(void)argv;
	if (pos == 1) {
		command_offer(offer, "application");
		command_offer(offer, "extension");
	}
}

const struct command cmd_channel_originate = {
	.words = "channel originate",
	.summary = "Originate a call",
	.usage =
		"channel originate TECH/DATA application APP [DATA]\n       channel originate TECH/DATA extension [EXTEN][@CONTEXT]\n"
		"       Calls TECH/DATA; when it answers, executes an application or an extension on it.\n",
	.run = originate,
	.complete = complete_originate,
};
