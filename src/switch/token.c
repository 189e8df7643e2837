#include "switch/token.h"

#include "switch/core.h"

/* The entry a request is about: a user for calls, a peer for registrations. */
static const struct iax_entry *find(struct switch_core *sw, enum iax2_command command, const char *username, bool **seen)
{
	const char *name = username[0] ? username : "guest";
	if (command == IAX2_CMD_NEW) {
		struct user *user = users_find(&sw->users, name);
		*seen = user ? &user->token_seen : NULL;
		return user ? user->entry : NULL;
	}
	struct peer *peer = peers_find(&sw->peers, name);
	*seen = peer ? &peer->token_seen : NULL;
	return peer ? peer->entry : NULL;
}

static bool address_exempt(struct switch_core *sw, const struct iax2_addr *from)
{
	const struct acl_rule *rule = NULL;
	return acl_allows(&core_conf(sw)->general.calltoken_optional, from, &rule) && rule;
}

enum iax2_token_policy token_policy(void *arg, enum iax2_command command, const char *username, const struct iax2_addr *from)
{
	struct switch_core *sw = arg;
	bool *seen = NULL;
	const struct iax_entry *entry = find(sw, command, username, &seen);
	switch (entry ? entry->require_token : IAX_UNSET) {
	case IAX_NO:
		return IAX2_TOKEN_NOT_REQUIRED;
	case IAX_AUTO:
		return *seen ? IAX2_TOKEN_REQUIRED : IAX2_TOKEN_NOT_REQUIRED;
	case IAX_YES:
		return IAX2_TOKEN_REQUIRED;
	case IAX_UNSET:
		break;
	}
	return address_exempt(sw, from) ? IAX2_TOKEN_NOT_REQUIRED : IAX2_TOKEN_REQUIRED;
}

void token_seen(void *arg, enum iax2_command command, const char *username)
{
	bool *seen = NULL;
	if (find(arg, command, username, &seen)) {
		*seen = true;
	}
}
