#include "control/cmd.h"

#include <stdio.h>
#include <string.h>

/* What stands for an address that is not known (Asterisk prints "(null)"; protocol reference 23.1). */
#define UNSPECIFIED "(Unspecified)"

static const char *or_unspecified(const char *text)
{
	return text ? text : UNSPECIFIED;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* A host that is given in the configuration is one host. */
static const char *mask_text(const struct peer_record *r)
{
	return !r->mask && !r->dynamic && r->host_ip ? "255.255.255.255" : r->mask;
}

static const char *yes_no(bool value)
{
	return value ? "Yes" : "No";
}

/* --- iax2 show peers --- */

struct peer_list {
	struct command_call *call;
	const struct command_like *like;
	bool registered; /* only those with an address */
	unsigned total, online, offline, unmonitored;
};

static void count_peer(struct peer_list *list, const struct peer_record *r)
{
	list->total++;
	if (!r->monitored) {
		list->unmonitored++;
	} else if (strncmp(r->status, "OK", 2) == 0 || strncmp(r->status, "LAGGED", 6) == 0) {
		list->online++;
	} else {
		list->offline++;
	}
}

static void peer_row(struct strbuf *out, const struct peer_record *r)
{
	struct strbuf name = STRBUF_EMPTY;
	char port[16];

	strbuf_add(&name, r->name);
	if (r->username && *r->username) {
		strbuf_printf(&name, "/%s", r->username);
	}
	snprintf(port, sizeof(port), "%u", r->host_ip ? r->port : 0);
	strbuf_printf(out, "%-15.15s  %-40.40s %s  %-40.40s  %-6s%s %s  %-11s %-32.32s\n", strbuf_text(&name),
	              or_unspecified(r->host_ip), r->dynamic ? "(D)" : "(S)", or_unspecified(mask_text(r)), port, r->trunk ? "(T)" : "   ",
	              r->encryption ? "(E)" : "   ", r->status, or_empty(r->description));
	strbuf_fini(&name);
}

static void peer_json(struct json *j, const struct peer_record *r)
{
	json_string(j, "name", r->name);
	json_string(j, "username", r->username);
	json_string(j, "description", r->description);
	json_string(j, "host", r->host_ip);
	json_int(j, "port", r->host_ip ? r->port : 0);
	json_string(j, "mask", mask_text(r));
	json_bool(j, "dynamic", r->dynamic);
	json_bool(j, "trunk", r->trunk);
	json_bool(j, "encryption", r->encryption);
	json_bool(j, "monitored", r->monitored);
	json_string(j, "status", r->status);
	json_int(j, "last_ms", r->last_ms);
}

static void add_peer(const struct peer_record *r, void *arg)
{
	struct peer_list *list = arg;

	if ((list->registered && !r->host_ip) || !command_like_matches(list->like, r->name)) {
		return;
	}
	count_peer(list, r);
	if (list->call->json) {
		json_object_begin(list->call->json, NULL);
		peer_json(list->call->json, r);
		json_object_end(list->call->json);
	} else {
		peer_row(list->call->out, r);
	}
}

static void list_peers(struct peer_list *list)
{
	struct command_call *call = list->call;
	struct json *j = call->json;

	if (j) {
		json_object_begin(j, NULL);
		json_array_begin(j, "peers");
		switch_each_peer(call->env->sw, add_peer, list);
		json_array_end(j);
		json_int(j, "online", list->online);
		json_int(j, "offline", list->offline);
		json_int(j, "unmonitored", list->unmonitored);
		json_object_end(j);
		return;
	}
	strbuf_printf(call->out, "%-15.15s  %-40.40s %s   %-40.40s  %-9s %s  %-11s %-32.32s\n", "Name/Username", "Host", "   ",
	              "Mask", "Port", "   ", "Status", "Description");
	switch_each_peer(call->env->sw, add_peer, list);
	strbuf_printf(call->out, "%u iax2 peers [%u online, %u offline, %u unmonitored]\n", list->total, list->online, list->offline,
	              list->unmonitored);
}

static enum command_result show_peers(struct command_call *call)
{
	struct peer_list list = {.call = call};
	struct command_like *like = NULL;
	size_t i = 0;

	if (i < call->argc && strcmp(call->argv[i], "registered") == 0) {
		list.registered = true;
		i++;
	}
	if (i + 2 == call->argc && strcmp(call->argv[i], "like") == 0) {
		like = command_like_new(call->argv[i + 1]);
		if (!like) {
			return command_fail(call, "'%s' is not a regular expression", call->argv[i + 1]);
		}
		i += 2;
	}
	if (i != call->argc) {
		return COMMAND_USAGE;
	}
	list.like = like;
	list_peers(&list);
	command_like_del(like);
	return COMMAND_DONE;
}

static void complete_peers(struct command_offer *offer, const struct control_env *env, const char *const *argv, size_t pos)
{
	(void)env;
	if (pos == 0) {
		command_offer(offer, "registered");
	}
	if (pos == 0 || (pos == 1 && strcmp(argv[0], "registered") == 0)) {
		command_offer(offer, "like");
	}
}

const struct command cmd_iax2_show_peers = {
	.words = "iax2 show peers",
	.summary = "List defined IAX peers",
	.usage = "iax2 show peers [registered] [like REGEX]\n       Lists all IAX2 peers; with 'registered' only those whose address "
             "is known,\n"
             "       with 'like' only those whose name fits a regular expression.\n",
	.run = show_peers,
	.complete = complete_peers,
};

/* --- iax2 show peer --- */

/* The preferences as "(ulaw|alaw)", best first. */
static void add_order(struct strbuf *out, const struct iax2_prefs *prefs)
{
	strbuf_add_char(out, '(');
	for (unsigned i = 0; prefs && i < prefs->count; i++) {
		const char *name = iax2_format_name(IAX2_FORMAT(prefs->bit[i]));
		strbuf_printf(out, "%s%s", i ? "|" : "", name ? name : "unknown");
	}
	strbuf_add(out, prefs && prefs->count ? ")" : "none)");
}

static void peer_text(struct strbuf *out, const struct peer_record *r)
{
	char formats[512];

	strbuf_printf(out, "\n\n  * Name       : %s\n", r->name);
	strbuf_printf(out, "  Description  : %s\n", or_empty(r->description));
	strbuf_printf(out, "  Secret       : %s\n", r->secret_set ? "<Set>" : "<Not set>");
	strbuf_printf(out, "  Context      : %s\n", or_empty(r->context));
	strbuf_printf(out, "  Parking lot  : \n");
	strbuf_printf(out, "  Mailbox      : %s\n", or_empty(r->mailbox));
	strbuf_printf(out, "  Dynamic      : %s\n", yes_no(r->dynamic));
	strbuf_printf(out, "  Callnum limit: %u\n", r->max_calls);
	strbuf_printf(out, "  Calltoken req: %s\n", or_empty(r->require_token));
	strbuf_printf(out, "  Trunk        : %s\n", yes_no(r->trunk));
	strbuf_printf(out, "  Encryption   : %s\n", r->encryption ? "(aes128)" : "No");
	strbuf_printf(out, "  Callerid     : \"%s\" <%s>\n", or_empty(r->callerid_name), or_empty(r->callerid_number));
	strbuf_printf(out, "  Expire       : %d\n", r->expire_s);
	strbuf_printf(out, "  ACL          : %s\n", yes_no(r->acl));
	strbuf_printf(out, "  Addr->IP     : %s Port %u\n", or_unspecified(r->host_ip), r->host_ip ? r->port : 0);
	strbuf_printf(out, "  Defaddr->IP  : %s Port %u\n", or_unspecified(r->default_ip), r->default_ip ? r->port : 0);
	strbuf_printf(out, "  Username     : %s\n", or_empty(r->username));
	strbuf_printf(out, "  Codecs       : %s\n", iax2_formats_text(r->formats, formats, sizeof(formats)));
	strbuf_add(out, "  Codec Order  : ");
	add_order(out, r->prefs);
	strbuf_printf(out, "\n  Status       : %s\n", r->status);
	strbuf_printf(out, "  Qualify      : every %ums when OK, every %ums when UNREACHABLE (sample smoothing %s)\n\n",
	              r->qualify_freq_ok_ms, r->qualify_freq_notok_ms, r->qualify_smoothing ? "On" : "Off");
}

static void peer_details_json(struct json *j, const struct peer_record *r)
{
	json_object_begin(j, NULL);
	peer_json(j, r);
	json_bool(j, "secret_set", r->secret_set);
	json_string(j, "context", r->context);
	json_string(j, "mailbox", r->mailbox);
	json_int(j, "max_calls", r->max_calls);
	json_string(j, "require_calltoken", r->require_token);
	json_string(j, "callerid_name", r->callerid_name);
	json_string(j, "callerid_number", r->callerid_number);
	json_int(j, "expire_s", r->expire_s);
	json_bool(j, "acl", r->acl);
	json_string(j, "default_host", r->default_ip);
	json_array_begin(j, "codecs");
	for (unsigned i = 0; r->prefs && i < r->prefs->count; i++) {
		json_string(j, NULL, iax2_format_name(IAX2_FORMAT(r->prefs->bit[i])));
	}
	json_array_end(j);
	json_int(j, "qualify_freq_ok_ms", r->qualify_freq_ok_ms);
	json_int(j, "qualify_freq_notok_ms", r->qualify_freq_notok_ms);
	json_bool(j, "qualify_smoothing", r->qualify_smoothing);
	json_object_end(j);
}

static enum command_result show_peer(struct command_call *call)
{
	struct peer_record r;

	if (call->argc != 1) {
		return COMMAND_USAGE;
	}
	if (!switch_peer(call->env->sw, call->argv[0], &r)) {
		return command_fail(call, "Peer %s not found.\n", call->argv[0]);
	}
	if (call->json) {
		peer_details_json(call->json, &r);
	} else {
		peer_text(call->out, &r);
	}
	return COMMAND_DONE;
}

static void offer_peer(const struct peer_record *r, void *arg)
{
	command_offer(arg, r->name);
}

static void complete_peer(struct command_offer *offer, const struct control_env *env, const char *const *argv, size_t pos)
{
	(void)argv;
	if (pos == 0) {
		switch_each_peer(env->sw, offer_peer, offer);
	}
}

const struct command cmd_iax2_show_peer = {
	.words = "iax2 show peer",
	.summary = "Show details on specific IAX peer",
	.usage = "iax2 show peer NAME\n       Shows all about one IAX2 peer.\n",
	.run = show_peer,
	.complete = complete_peer,
};
