/* Iax_options: the table of iax.conf's options; its rows are in iax_options.def. */
#ifndef TANDEM_CONFIG_IAX_OPTIONS_H
#define TANDEM_CONFIG_IAX_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { IAX_IN_GENERAL = 1, IAX_IN_USER = 2, IAX_IN_PEER = 4 };

/* What a value looks like; iax_conf.c has a setter for each. */
#define IAX_OPTION_TYPES(X)                                                                                                      \
	X(NONE)                                                                                                                      \
	X(BOOL) X(NUMBER) X(SECONDS) X(PORT) X(TEXT) X(TRISTATE) X(BINDPORT) X(BINDADDR) X(BANDWIDTH) X(ALLOW) X(DISALLOW)           \
	    X(CODECPRIORITY) X(AUTH) X(ENCRYPTION) X(FORCEENCRYPTION) X(REGISTER) X(AUTOKILL) X(TOKENOPTIONAL) X(TRUNKMTU) X(TOS)    \
	        X(SECRET) X(DBSECRET) X(INKEYS) X(CONTEXT) X(PERMIT) X(DENY) X(ACL) X(CALLERID) X(SETVAR) X(HOST) X(QUALIFY)

enum iax_option_type {
#define IAX_OPTION_TYPE_ENUM(name) IAX_TYPE_##name,
	IAX_OPTION_TYPES(IAX_OPTION_TYPE_ENUM)
#undef IAX_OPTION_TYPE_ENUM
};

enum iax_option_support { IAX_OPTION_NOW, IAX_OPTION_LATER, IAX_OPTION_DEAD };
enum iax_option_target { IAX_TARGET_NOWHERE, IAX_TARGET_GENERAL, IAX_TARGET_ENTRY };

struct iax_option {
	const char *name;
	unsigned where; /* IAX_IN_ bits */
	enum iax_option_type type;
	enum iax_option_target target; /* struct iax_general or struct iax_entry */
	size_t offset;                 /* of the member there */
	unsigned long min, max;
	const char *default_text, *unit;
	enum iax_option_support support;
	const char *harmless; /* NULL: none; "*": every value */
	const char *help;
};

extern const struct iax_option iax_options[];
extern const size_t iax_option_count;

/* The row of that name (any case) for a place, or NULL. */
const struct iax_option *iax_option_find(const char *name, unsigned where);
/* The name most like a mistyped one among those for the places, or NULL when none is close. */
const char *iax_option_nearest(const char *name, unsigned where);

#endif
