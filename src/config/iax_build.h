/* Iax_build: what the files that make a struct iax_conf share: iax_conf.c (sections), iax_general.c and iax_entry.c (values). */
#ifndef TANDEM_CONFIG_IAX_BUILD_H
#define TANDEM_CONFIG_IAX_BUILD_H

#include "config/arena.h"
#include "config/iax_conf.h"
#include "config/iax_options.h"
#include "config/name_index.h"

#define IAX_QUALIFY_DEFAULT_MS 2000 /* what `qualify=yes` and `autokill=yes` mean */

/* What is known of an entry besides what it hands out.  The one of [general] holds the defaults of all others. */
struct iax_draft {
	struct iax_entry *entry;
	const struct conf_section *section;
	unsigned kind; /* IAX_IN_USER or IAX_IN_PEER; IAX_IN_GENERAL for the defaults */
	size_t secret_count, context_count, context_cap, setvar_cap;
	unsigned auth_given;            /* IAX2_AUTH_ bits written in auth=, 0: none */
	bool dbsecret, inkeys;
	bool encryption, force_encryption;
};

struct iax_build {
	struct iax_conf *conf;
	struct arena *arena;
	struct diag *diag;
	const struct conf_file *acl_conf; /* NULL: there is none */
	struct iax_draft *draft;          /* where entry values go now */
	bool silent;                      /* the same section was reported already as its other kind */
	bool no_memory;
	uint16_t bindport;
	bool bound;                       /* a bindaddr line was seen */
	size_t bind_cap, register_cap;
};

typedef void (*iax_set_fn)(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);

/* Adds a message at the place of a setting, unless silent. */
#define iax_warn(b, setting, ...) \
	((b)->silent ? (void)0 : diag_add((b)->diag, DIAG_WARNING, (setting)->file, (setting)->line, __VA_ARGS__))

/* Reads a whole decimal number (or 0x... when hex is allowed).  False: it is none. */
bool iax_number(const char *text, bool hex, unsigned long *value);
/* A bool; anything that is no word for true or false is reported and taken as false. */
bool iax_bool_value(struct iax_build *b, const struct conf_setting *setting);
/* Adds `permit=` or `deny=`; what is not understood is reported and turned into "refuse everybody". */
void iax_acl_rules(struct iax_build *b, struct acl *acl, bool permit, const struct conf_setting *setting);

/* iax_general.c */
void iax_set_bindport(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_bindaddr(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_register(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_autokill(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_tokenoptional(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_tos(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_general_defaults(struct iax_general *general);
/* After the last setting: at least one address to bind, limits in order. */
void iax_general_finish(struct iax_build *b);

/* iax_codecs.c */
void iax_set_bandwidth(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_allow(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_disallow(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_codecpriority(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);

/* iax_entry.c */
void iax_set_auth(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_encryption(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_forceencryption(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_secret(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_dbsecret(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_inkeys(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_context(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_permit(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_deny(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_acl(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_callerid(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_setvar(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_host(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
void iax_set_qualify(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting);
/* After the last setting of an entry: what follows from several of them, and whether it must be refused. */
void iax_entry_finish(struct iax_build *b, struct iax_draft *draft);

#endif
