/* Iax_conf: the meaning of iax.conf (protocol reference 22.2 to 22.8): general settings, users, peers, registrations.
 *
 * One load gives one immutable snapshot.  Every option is a row of config/iax_options.def. */
#ifndef TANDEM_CONFIG_IAX_CONF_H
#define TANDEM_CONFIG_IAX_CONF_H

#include "config/conf_file.h"
#include "iax2/codec.h"
#include "iax2/endpoint.h"
#include "net/acl.h"

enum iax_tristate { IAX_UNSET, IAX_NO, IAX_YES, IAX_AUTO };

struct iax_setvar { const char *name, *value; };

/* A user (who may call us), a peer (whom we may call, who may register), or both from one `type=friend` section. */
struct iax_entry {
	const char *name;
	const char *file; int line;
	const char *refused;           /* why nobody may call or register as it (it wants protection we cannot give), or NULL */
	/* --- who --- */
	const char **secrets;          /* NULL-terminated; user: all valid (REQ-210); peer: at most one (REQ-211) */
	unsigned auth;                 /* IAX2_AUTH_ bits */
	const char **contexts;         /* user: permitted, first is the default, "*" any; peer: at most one; NULL-terminated */
	struct acl acl;
	enum iax_tristate require_token;
	/* --- call parameters --- */
	const char *callerid_name, *callerid_number;   /* NULL: not set */
	const char *accountcode, *language, *mohinterpret, *mohsuggest, *parkinglot;
	struct iax_setvar *setvars; size_t setvar_count;
	enum iax2_codec_priority codec_priority;
	struct iax2_prefs prefs;
	bool immediate;
	bool trunk;
	unsigned max_auth_requests;    /* 0: no limit */
	/* --- peer only --- */
	const char *host;              /* NULL when dynamic */
	uint16_t port;
	bool dynamic;
	const char *defaultip;
	const char *mask;
	const char *username;
	const char *peercontext;
	const char *mailbox;
	const char *regexten;
	const char *description;
	const char *sourceaddress;
	bool sendani;
	unsigned qualify_max_ms;       /* 0: not monitored */
	bool qualify_smoothing;
	unsigned qualify_freq_ok_ms, qualify_freq_notok_ms;
	unsigned max_calls;            /* maxcallnumbers; 0: general */
};

struct iax_register {
	const char *user, *secret, *host;   /* secret NULL: none */
	const char *key;                    /* [key]: name of an RSA key instead of the secret, else NULL */
	uint16_t port;
	const char *file; int line;
};

struct iax_general {
	struct iax2_addr *bind; size_t bind_count;   /* at least one */
	int tos;
	struct iax2_config endpoint;                 /* its numbers: limits, ping and lag intervals, token lifetime, delay_reject */
	struct iax2_trunk_params trunk;
	unsigned min_reg_expire_s, max_reg_expire_s;
	const char *regcontext;
	unsigned autokill_ms;                        /* 0: off */
	bool authdebug;
	bool shrinkcallerid;
	bool srvlookup;
	struct acl calltoken_optional;               /* rules with permit set */
};

struct iax_conf {
	struct iax_general general;
	struct iax_entry **users; size_t user_count;   /* file order */
	struct iax_entry **peers; size_t peer_count;
	struct iax_register *registers; size_t register_count;
	void *arena_;                                  /* everything that it points to */
};

/* Reads DIR/iax.conf.  0 and *out; -ENOENT, -EINVAL (diag has the errors; *out untouched), -ENOMEM.  Unknown options and
 * options that are understood by Asterisk but not supported here are reported as warnings with their place and do not fail
 * the load. */
int iax_conf_load(struct iax_conf **out, const char *dir, struct diag *diag);
void iax_conf_del(struct iax_conf *conf);

const struct iax_entry *iax_conf_user(const struct iax_conf *conf, const char *name);
const struct iax_entry *iax_conf_peer(const struct iax_conf *conf, const char *name);

/* A dial string (22.7): IAX2/[user[:secret]@]peer[:port][/exten[@context]][/options], given without the "IAX2/".  Strings are
 * copied into `text`; members that are absent are NULL (port 0).  0 or -EINVAL. */
struct iax_dial {
	const char *user, *secret, *key, *peer, *exten, *context, *options;
	uint16_t port;
	char text[512];
};
int iax_dial_parse(struct iax_dial *dial, const char *data);

/* The value of a register line (22.8), "user[:secret]@host[:port]" or "user:[key]@host[:port]", which is cut into pieces in
 * place: the members of *reg point into it; file and line are left alone.  0 or -EINVAL. */
int iax_register_parse(struct iax_register *reg, char *text);

#endif
