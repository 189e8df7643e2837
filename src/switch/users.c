#include "switch/users.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_CONTEXT "default"

int users_build(struct users *users, const struct iax_conf *conf, const struct users *old)
{
	struct users fresh = {.all = calloc(conf->user_count + 1, sizeof *fresh.all), .count = conf->user_count};
	if (!fresh.all || table_reserve(&fresh.by_name, conf->user_count)) {
		free(fresh.all);
		return -ENOMEM;
	}
	for (size_t i = 0; i < conf->user_count; i++) {
		struct user *user = &fresh.all[i];
		const char *name = conf->users[i]->name;
		const struct user *before = users_find(old, name);
		*user = (struct user){.entry = conf->users[i], .challenges = before ? before->challenges : 0};
		table_insert(&fresh.by_name, &user->node, table_hash(name, strlen(name)));
	}
	*users = fresh;
	return 0;
}

void users_fini(struct users *users)
{
	free(users->all);
	table_fini(&users->by_name);
	*users = (struct users){0};
}

struct user *users_find(const struct users *users, const char *name)
{
	struct table_node *node = table_first(&users->by_name, table_hash(name, strlen(name)));
	for (; node; node = table_next(node)) {
		struct user *user = (struct user *)node;
		if (strcmp(user->entry->name, name) == 0) {
			return user;
		}
	}
	return NULL;
}

bool user_has_context(const struct iax_entry *user, const char *context)
{
	for (const char **p = user->contexts; p && *p; p++) {
		if (strcmp(*p, "*") == 0 || strcmp(*p, context) == 0) {
			return true;
		}
	}
	return (!user->contexts || !user->contexts[0]) && strcmp(context, DEFAULT_CONTEXT) == 0;
}

bool user_has_secret(const struct iax_entry *user)
{
	return user->secrets && user->secrets[0];
}

const char *user_context(const struct iax_entry *user, const char *asked)
{
	if (asked[0]) {
		return asked;
	}
	for (const char **p = user->contexts; p && *p; p++) {
		if (strcmp(*p, "*") != 0) {
			return *p;
		}
	}
	return DEFAULT_CONTEXT;
}

static bool context_ok(const struct iax_entry *user, const struct user_query *query)
{
	return !query->context[0] || user_has_context(user, query->context);
}

/* 22.6: 4 no secret and an ACL, 3 neither, 2 both, 1 a secret only. */
static int score(const struct iax_entry *user)
{
	bool has_acl = user->acl.count || user->acl.also;
	if (user_has_secret(user)) {
		return has_acl ? 2 : 1;
	}
	return has_acl ? 4 : 3;
}

static const struct iax_entry *match_nameless(const struct iax_conf *conf, const struct user_query *query)
{
	const struct iax_entry *best = NULL;
	for (size_t i = 0; i < conf->user_count; i++) {
		const struct iax_entry *user = conf->users[i];
		if (!user->refused && context_ok(user, query) && acl_allows(&user->acl, &query->from, NULL) &&
		    (!best || score(user) > score(best))) {
			best = user;
		}
	}
	return best;
}

/* No user has the name: does something look like it? */
static void explain_unknown(const struct iax_conf *conf, const struct user_query *query, char *why, size_t cap)
{
	const struct iax_entry *peer = iax_conf_peer(conf, query->username);
	if (peer) {
		snprintf(why, cap, "[%s] (%s:%d) is a peer only; type=friend or a type=user section would let it call", peer->name,
		         peer->file, peer->line);
		return;
	}
	for (size_t i = 0; i < conf->user_count; i++) {
		const struct iax_entry *user = conf->users[i];
		if (strcasecmp(user->name, query->username) == 0) {
			snprintf(why, cap, "no user of that name; [%s] (%s:%d) is written differently", user->name, user->file, user->line);
			return;
		}
	}
	for (size_t i = 0; i < conf->peer_count; i++) {
		const struct iax_entry *entry = conf->peers[i];
		if (entry->username && strcmp(entry->username, query->username) == 0) {
			snprintf(why, cap,
			         "no user of that name; [%s] (%s:%d) has it as username=, which is what we send: a caller is looked up by "
			         "the name "
			         "in brackets",
			         entry->name, entry->file, entry->line);
			return;
		}
	}
	snprintf(why, cap, "there is no user of that name");
}

static void explain_acl(const struct iax_entry *user, const struct acl_rule *rule, char *why, size_t cap)
{
	if (rule && rule->file) {
		snprintf(why, cap, "[%s] (%s:%d) does not allow this address: the %s at %s:%d decides", user->name, user->file,
		         user->line, rule->permit ? "permit" : "deny", rule->file, rule->line);
	} else {
		snprintf(why, cap, "[%s] (%s:%d) does not allow this address", user->name, user->file, user->line);
	}
}

const struct iax_entry *user_match(const struct iax_conf *conf, const struct user_query *query, char *why, size_t cap)
{
	if (!query->username[0]) {
		const struct iax_entry *user = match_nameless(conf, query);
		if (!user) {
			snprintf(why, cap, "it gives no user name, and no user's permit, deny and context let it in%s%s",
			         query->context[0] ? "; it asks for context " : "", query->context);
		}
		return user;
	}
	const struct iax_entry *user = iax_conf_user(conf, query->username);
	const struct acl_rule *rule = NULL;
	if (!user) {
		explain_unknown(conf, query, why, cap);
	} else if (user->refused) {
		snprintf(why, cap, "[%s] (%s:%d) cannot be used: %s", user->name, user->file, user->line, user->refused);
		user = NULL;
	} else if (!acl_allows(&user->acl, &query->from, &rule)) {
		explain_acl(user, rule, why, cap);
		user = NULL;
	} else if (!context_ok(user, query)) {
		snprintf(why, cap, "[%s] (%s:%d) has no context=%s", user->name, user->file, user->line, query->context);
		user = NULL;
	}
	return user;
}
