/* Users: who may call us: the choice of the user for an incoming NEW, and what is remembered about each user. */
#ifndef TANDEM_SWITCH_USERS_H
#define TANDEM_SWITCH_USERS_H

#include "config/iax_conf.h"
#include "switch/table.h"

/* What is remembered about one user from call to call. */
struct user {
	struct table_node node;
	const struct iax_entry *entry; /* in the present snapshot */
	unsigned challenges;           /* sent and not answered yet (maxauthreq) */
	bool token_seen;               /* a valid token was shown since the last reload (requirecalltoken=auto) */
};

struct users {
	struct user *all;
	size_t count;
	struct table by_name;
};

/* Makes the table of a configuration; `old` supplies the numbers of outstanding challenges.  0 or -ENOMEM (*users untouched). */
int users_build(struct users *users, const struct iax_conf *conf, const struct users *old);
void users_fini(struct users *users);
struct user *users_find(const struct users *users, const char *name); /* NULL: none */

/* What an incoming call says about itself. */
struct user_query {
	const char *username; /* "": not given */
	const char *context;  /* "": not given */
	struct iax2_addr from;
};

/* The user that an incoming call belongs to (protocol reference 22.6), or NULL with `why` a sentence for the log that names the
 * section which nearly matched, and the rule that was against it. */
const struct iax_entry *user_match(const struct iax_conf *conf, const struct user_query *query, char *why, size_t cap);
/* True when the user may use that context. */
bool user_has_context(const struct iax_entry *user, const char *context);
/* True when he has to prove who he is. */
bool user_has_secret(const struct iax_entry *user);
/* The context his call goes to: the one asked for (if it is not ""), else his first. */
const char *user_context(const struct iax_entry *user, const char *asked);

#endif
