/* Acl: permit and deny lists as Asterisk has them (protocol reference 22.5). */
#ifndef TANDEM_NET_ACL_H
#define TANDEM_NET_ACL_H

#include <stdbool.h>
#include <stddef.h>

#include "iax2/types.h"

struct acl_rule {
	bool permit;
	struct iax2_addr addr;   /* port 0 */
	uint8_t bits;            /* length of the prefix */
	uint8_t mask[16];        /* the mask itself: 255.0.255.0 is allowed */
	const char *file;        /* where it stands, for messages; not owned */
	int line;
};

struct acl {
	struct acl_rule *rules;
	size_t count;
	struct acl *also;        /* a named list that must allow too, or NULL; owned */
};

/* Every use begins with this or with a zeroed struct: an empty list, which allows everybody. */
#define ACL_EMPTY ((struct acl){0})

/* Appends the rules of one `permit=` or `deny=` value: "a.b.c.d[/len|/mask]", several with commas, `!` inverts one.  0;
 * -EINVAL with *bad pointing at the element (inside value) that was not understood; -ENOMEM. */
int acl_add(struct acl *acl, bool permit, const char *value, const char *file, int line, const char **bad);
/* Appends a rule for all addresses of both families.  0 or -ENOMEM. */
int acl_add_all(struct acl *acl, bool permit, const char *file, int line);
/* Hangs a new empty list at the end of the chain: an address must be allowed by every one of them.  NULL: out of memory. */
struct acl *acl_add_list(struct acl *acl);
void acl_fini(struct acl *acl);
/* True when the address may: the last matching rule decides, no match allows; every list of the chain must allow.  *rule (if
 * not NULL) is the rule that decided (the refusing one, or the last of the first list) or NULL. */
bool acl_allows(const struct acl *acl, const struct iax2_addr *addr, const struct acl_rule **rule);
/* Parses "a.b.c.d", "a.b.c.d/len" or "/mask" into rule->addr, bits and mask.  0 or -EINVAL. */
int acl_parse_net(struct acl_rule *rule, const char *text);

#endif
