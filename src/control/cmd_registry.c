#include "control/cmd.h"

struct registry_list {
	struct command_call *call;
	unsigned total;
};

static void registration_json(struct json *j, const struct registry_record *r)
{
	json_object_begin(j, NULL);
	json_string(j, "host", r->host);
	json_bool(j, "dnsmgr", r->dnsmgr);
	json_string(j, "username", r->username);
	json_string(j, "perceived", r->perceived);
	json_int(j, "refresh_s", r->refresh_s);
	json_string(j, "state", r->state);
	json_object_end(j);
}

static void add_registration(const struct registry_record *r, void *arg)
{
	struct registry_list *list = arg;

	list->total++;
	if (list->call->json) {
		registration_json(list->call->json, r);
	} else {
		strbuf_printf(list->call->out, "%-45.45s  %-6.6s  %-10.10s  %-45.45s %8u  %s\n", r->host, r->dnsmgr ? "Y" : "N",
		              r->username ? r->username : "", r->perceived, r->refresh_s, r->state);
	}
}

static enum command_result show_registry(struct command_call *call)
{
	struct registry_list list = {.call = call};

	if (call->argc > 0) {
		return COMMAND_USAGE;
	}
	if (call->json) {
		json_object_begin(call->json, NULL);
		json_array_begin(call->json, "registrations");
		switch_each_registration(call->env->sw, add_registration, &list);
		json_array_end(call->json);
		json_object_end(call->json);
		return COMMAND_DONE;
	}
	strbuf_printf(call->out, "%-45.45s  %-6.6s  %-10.10s  %-45.45s %8.8s  %s\n", "Host", "dnsmgr", "Username", "Perceived",
	              "Refresh", "State");
	switch_each_registration(call->env->sw, add_registration, &list);
	strbuf_printf(call->out, "%u IAX2 registrations.\n", list.total);
	return COMMAND_DONE;
}

const struct command cmd_iax2_show_registry = {
	.words = "iax2 show registry",
	.summary = "Display IAX registration status",
	.usage = "iax2 show registry\n       Lists the registrations that we hold at others.\n",
	.run = show_registry,
};
