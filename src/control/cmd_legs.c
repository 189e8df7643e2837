#include "control/cmd.h"

#include <stdio.h>

struct leg_list {
	struct command_call *call;
	unsigned total;
};

static const char *or_none(const char *text)
{
	return text ? text : "(None)";
}

static const char *command_text(uint8_t command)
{
	const char *name = command ? iax2_command_name(command) : "";

	return name ? name : "?";
}

static const char *direction(bool sent)
{
	return sent ? "Tx:" : "Rx:";
}

static const char *format_text(iax2_format format)
{
	const char *name = format ? iax2_format_name(format) : NULL;

	return name ? name : "Unknown";
}

static void quality_json(struct json *j, const char *name, const struct iax2_quality *q)
{
	json_object_begin(j, name);
	json_int(j, "jitter_ms", q->jitter_ms);
	json_int(j, "delay_ms", q->delay_ms);
	json_int(j, "lost", q->lost);
	json_int(j, "loss_percent", q->loss_percent);
	json_int(j, "dropped", q->dropped);
	json_int(j, "out_of_order", q->out_of_order);
	json_int(j, "packets", q->packets);
	json_object_end(j);
}

static void leg_json(struct json *j, const struct leg_record *r)
{
	json_object_begin(j, NULL);
	json_string(j, "channel", r->channel);
	json_string(j, "peer", r->peer_ip);
	json_int(j, "port", r->info.path.remote.port);
	json_string(j, "username", r->username);
	json_string(j, "state", r->info.state);
	json_bool(j, "incoming", r->info.incoming);
	json_bool(j, "trunk", r->info.trunk);
	json_int(j, "callno", r->info.callno);
	json_int(j, "remote_callno", r->info.remote_callno);
	json_int(j, "tx_seq", r->info.oseqno);
	json_int(j, "rx_seq", r->info.iseqno);
	json_string(j, "format", r->info.format ? iax2_format_name(r->info.format) : NULL);
	json_int(j, "rtt_ms", r->info.rtt_ms);
	json_int(j, "lag_ms", r->info.lag_ms);
	json_int(j, "tx_voice", (int64_t)r->info.tx_voice);
	json_int(j, "rx_voice", (int64_t)r->info.rx_voice);
	json_string(j, "first_message", command_text(r->info.first_command));
	json_bool(j, "first_sent", r->info.first_sent);
	json_string(j, "last_message", command_text(r->info.last_command));
	json_bool(j, "last_sent", r->info.last_sent);
	quality_json(j, "local", &r->info.local);
	quality_json(j, "remote", &r->info.remote);
	json_object_end(j);
}

static void add_leg_json(const struct leg_record *r, void *arg)
{
	struct leg_list *list = arg;

	list->total++;
	leg_json(list->call->json, r);
}

/* Both commands have the same records as JSON. */
static enum command_result legs_as_json(struct command_call *call)
{
	struct leg_list list = {.call = call};

	json_object_begin(call->json, NULL);
	json_array_begin(call->json, "channels");
	switch_each_leg(call->env->sw, add_leg_json, &list);
	json_array_end(call->json);
	json_int(call->json, "active", list.total);
	json_object_end(call->json);
	return COMMAND_DONE;
}

static void add_footer(const struct leg_list *list)
{
	strbuf_printf(list->call->out, "%u active IAX channel%s\n", list->total, list->total == 1 ? "" : "s");
}

/* --- iax2 show channels --- */

static void add_channel(const struct leg_record *r, void *arg)
{
	struct leg_list *list = arg;
	const struct iax2_call_info *info = &r->info;

	list->total++;
	strbuf_printf(
		list->call->out,
		"%-20.20s  %-40.40s  %-10.10s  %5.5d/%5.5d  %5.5d/%5.5d  %-5.5dms  %-4.4dms  %-4.4dms  %-6.6s  %s%-7s  %3s%-7s\n",
		or_none(r->channel), r->peer_ip, or_none(r->username), info->callno, info->remote_callno, info->oseqno, info->iseqno,
		info->remote.delay_ms, info->local.jitter_ms, info->local.delay_ms, format_text(info->format),
		direction(info->first_sent), command_text(info->first_command), direction(info->last_sent),
		command_text(info->last_command));
}

static enum command_result show_channels(struct command_call *call)
{
	struct leg_list list = {.call = call};

	if (call->argc > 0) {
		return COMMAND_USAGE;
	}
	if (call->json) {
		return legs_as_json(call);
	}
	strbuf_printf(call->out, "%-20.20s  %-40.40s  %-10.10s  %-11.11s  %-11.11s  %-7.7s  %-6.6s  %-6.6s  %s  %s  %9s\n", "Channel",
	              "Peer", "Username", "ID (Lo/Rem)", "Seq (Tx/Rx)", "Lag", "Jitter", "JitBuf", "Format", "FirstMsg", "LastMsg");
	switch_each_leg(call->env->sw, add_channel, &list);
	add_footer(&list);
	return COMMAND_DONE;
}

const struct command cmd_iax2_show_channels = {
	.words = "iax2 show channels",
	.summary = "List active IAX channels",
	.usage = "iax2 show channels\n       Lists the IAX2 calls: call numbers, sequence numbers, delay, format, first and last "
             "message.\n",
	.run = show_channels,
};

/* --- iax2 show netstats --- */

static void add_netstats(const struct leg_record *r, void *arg)
{
	struct leg_list *list = arg;
	const struct iax2_call_info *info = &r->info;
	const struct iax2_quality *l = &info->local, *m = &info->remote;

	list->total++;
	strbuf_printf(list->call->out, "%-24.25s %4d %4d %4d %5d %3d %5d %4d %6u %4d %4d %5d %3d %5d %4d %6u %s%-7s %4s%-7s\n",
	              or_none(r->channel), info->rtt_ms, l->jitter_ms, l->delay_ms, l->lost, l->loss_percent, l->dropped,
	              l->out_of_order, l->packets / 1000, m->jitter_ms, m->delay_ms, m->lost, m->loss_percent, m->dropped,
	              m->out_of_order, m->packets / 1000, direction(info->first_sent), command_text(info->first_command),
	              direction(info->last_sent), command_text(info->last_command));
}

static enum command_result show_netstats(struct command_call *call)
{
	struct leg_list list = {.call = call};

	if (call->argc > 0) {
		return COMMAND_USAGE;
	}
	if (call->json) {
		return legs_as_json(call);
	}
	strbuf_printf(call->out, "%32s-------- LOCAL ---------------------  -------- REMOTE --------------------\n", "");
	strbuf_printf(call->out, "%-25s %4s %4s %4s %5s %3s %5s %4s %6s %4s %4s %5s %3s %5s %4s %6s %-11s %s\n", "Channel", "RTT",
	              "Jit", "Del", "Lost", "%", "Drop", "OOO", "Kpkts", "Jit", "Del", "Lost", "%", "Drop", "OOO", "Kpkts",
	              "FirstMsg", "LastMsg");
	switch_each_leg(call->env->sw, add_netstats, &list);
	add_footer(&list);
	return COMMAND_DONE;
}

const struct command cmd_iax2_show_netstats = {
	.words = "iax2 show netstats",
	.summary = "List active IAX channel netstats",
	.usage = "iax2 show netstats\n       Lists round trip, jitter, delay and loss of the IAX2 calls, as seen here and as the far "
             "end reports.\n",
	.run = show_netstats,
};
