#include "control/cmd.h"

#include <stdio.h>
#include <string.h>

#define ROW "%-15.15s  %-20.20s  %-15.15s  %-15.15s  %-5.5s  %-5.10s\n"

struct user_list {
	struct command_call *call;
	const struct command_like *like;
};

static const char *priority_text(enum iax2_codec_priority priority)
{
	static const char *const texts[] = {
		[IAX2_PRIORITY_HOST] = "Host",
		[IAX2_PRIORITY_CALLER] = "Caller",
		[IAX2_PRIORITY_DISABLED] = "Disabled",
		[IAX2_PRIORITY_REQONLY] = "REQ Only",
	};

	return texts[priority];
}

static void user_json(struct json *j, const struct user_record *r)
{
	json_object_begin(j, NULL);
	json_string(j, "name", r->name);
	json_bool(j, "secret_set", r->secret_set);
	json_array_begin(j, "auth");
	if (r->auth & IAX2_AUTH_PLAINTEXT) {
		json_string(j, NULL, "plaintext");
	}
	if (r->auth & IAX2_AUTH_MD5) {
		json_string(j, NULL, "md5");
	}
	if (r->auth & IAX2_AUTH_RSA) {
		json_string(j, NULL, "rsa");
	}
	json_array_end(j);
	json_string(j, "context", r->context);
	json_bool(j, "acl", r->acl);
	json_string(j, "codec_priority", priority_text(r->priority));
	json_object_end(j);
}

static void add_user(const struct user_record *r, void *arg)
{
	struct user_list *list = arg;
	char auth[32];

	if (!command_like_matches(list->like, r->name)) {
		return;
	}
	if (list->call->json) {
		user_json(list->call->json, r);
		return;
	}
	snprintf(auth, sizeof(auth), "%015u", r->auth);
	strbuf_printf(list->call->out, ROW, r->name, r->secret_set ? "<Set>" : "-no secret-", auth, r->context ? r->context : "",
	              r->acl ? "Yes" : "No", priority_text(r->priority));
}

static enum command_result show_users(struct command_call *call)
{
	struct user_list list = {.call = call};
	struct command_like *like = NULL;

	if (call->argc == 2 && strcmp(call->argv[0], "like") == 0) {
		like = command_like_new(call->argv[1]);
		if (!like) {
			return command_fail(call, "'%s' is not a regular expression", call->argv[1]);
		}
	} else if (call->argc > 0) {
		return COMMAND_USAGE;
	}
	list.like = like;
	if (call->json) {
		json_object_begin(call->json, NULL);
		json_array_begin(call->json, "users");
		switch_each_user(call->env->sw, add_user, &list);
		json_array_end(call->json);
		json_object_end(call->json);
	} else {
		strbuf_printf(call->out, ROW, "Username", "Secret", "Authen", "Def.Context", "A/C", "Codec Pref");
		switch_each_user(call->env->sw, add_user, &list);
	}
	command_like_del(like);
	return COMMAND_DONE;
}

static void complete_users(struct command_offer *offer, const struct control_env *env, const char *const *argv, size_t pos)
{
	(void)env;
	(void)argv;
	if (pos == 0) {
		command_offer(offer, "like");
	}
}

const struct command cmd_iax2_show_users = {
	.words = "iax2 show users",
	.help = "iax2 show users [like]",
	.summary = "List defined IAX users",
	.usage = "iax2 show users [like REGEX]\n       Lists all IAX2 users, or those whose name fits a regular expression.\n",
	.run = show_users,
	.complete = complete_users,
};
