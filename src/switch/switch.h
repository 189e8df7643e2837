/* Switch: peers, users, registrations, channels and bridges of one tandem, driven by a loop. One thread. */
#ifndef TANDEM_SWITCH_SWITCH_H
#define TANDEM_SWITCH_SWITCH_H

#include "config/diag.h"
#include "dialplan/pbx.h"
#include "iax2/iax2.h"
#include "net/loop.h"

struct switch_core;

struct switch_options {
	const char *config_dir;        /* where iax.conf and extensions.conf are */
	const char *state_dir;         /* registrations are kept there; NULL: not kept */
	const char *const *sound_dirs; /* NULL-terminated */
	const char *const *key_dirs;
};

/* Reads the configuration, opens the sockets, registers, qualifies.  0 and *out; otherwise a negative errno and diag says why (a
 * broken file, a port in use); what went wrong less is there as warnings.  Strings of `options` must live as long as the switch.
 */
int switch_new(struct switch_core **out, struct loop *loop, const struct switch_options *options, struct diag *diag);
/* Ends what is left (no more datagrams are sent) and frees all. */
void switch_del(struct switch_core *sw);

/* Does what is due at the end of a turn of the loop: handles events, sends, frees.  switch_new() makes the loop call it; only who
 * has several switches on one loop calls it himself, from a turn function of his own (loop_set_turn()). */
void switch_turn(struct switch_core *sw);

/* Reads everything anew; all or nothing: 0, or -EINVAL with the old configuration still in force. */
int switch_reload(struct switch_core *sw, struct diag *diag);

/* Stops: "now" hangs up all calls and releases registrations; "gracefully" takes no new calls and waits for those that are there.
 * `done` is called once, when nothing is left to send (at most 2 s after the last call ended). */
void switch_stop(struct switch_core *sw, bool gracefully, void (*done)(void *arg), void *arg);

struct pbx *switch_pbx(struct switch_core *sw);

/* --- records for display; pointers are valid until the next turn of the loop --- */

struct peer_record {
	const char *name, *username, *description, *context, *mailbox;
	const char *host_ip; /* "10.2.2.20", NULL when not known */
	const char *mask;
	unsigned port;
	bool dynamic, trunk, encryption, acl, secret_set, monitored;
	const char *require_token; /* "Yes", "Auto", "No" */
	char status[32];           /* "OK (12 ms)", "Unmonitored", ... */
	int last_ms;               /* as iax2_qualify_info; 0 when not monitored */
	int expire_s;              /* seconds until the registration expires; -1: none */
	unsigned max_calls, qualify_freq_ok_ms, qualify_freq_notok_ms;
	bool qualify_smoothing;
	const char *default_ip;
	const char *callerid_name, *callerid_number;
	iax2_format formats;
	const struct iax2_prefs *prefs;
};
void switch_each_peer(struct switch_core *sw, void (*fn)(const struct peer_record *r, void *arg), void *arg);
bool switch_peer(struct switch_core *sw, const char *name, struct peer_record *out);

struct user_record {
	const char *name, *context;
	bool secret_set, acl;
	unsigned auth; /* IAX2_AUTH_ bits */
	enum iax2_codec_priority priority;
};
void switch_each_user(struct switch_core *sw, void (*fn)(const struct user_record *r, void *arg), void *arg);

struct registry_record {
	char host[IAX2_ADDR_TEXT + 64]; /* "10.2.2.20:4569" */
	bool dnsmgr;                    /* host is a name that is looked up again */
	const char *username;
	char perceived[IAX2_ADDR_TEXT]; /* "<Unregistered>" when not registered */
	unsigned refresh_s;
	const char *state;
};
void switch_each_registration(struct switch_core *sw, void (*fn)(const struct registry_record *r, void *arg), void *arg);

/* IAX2 legs with a call (`iax2 show channels`, `iax2 show netstats`). */
struct leg_record {
	const char *channel; /* NULL: none */
	char peer_ip[IAX2_ADDR_TEXT];
	const char *username; /* NULL: none */
	struct iax2_call_info info;
};
void switch_each_leg(struct switch_core *sw, void (*fn)(const struct leg_record *r, void *arg), void *arg);

/* All channels of any technology. */
void switch_each_channel(struct switch_core *sw, void (*fn)(const struct channel *ch, void *arg), void *arg);
unsigned switch_calls_processed(const struct switch_core *sw);

/* --- actions --- */

/* Calls TECH/DATA and, when it is answered, executes an application or an extension on it.  0, or a negative errno with *why set
 * to a sentence (static).  Answered or not, the result is logged. */
int switch_originate_app(struct switch_core *sw, const char *dest, const char *app, const char *data, const char **why);
int switch_originate_exten(struct switch_core *sw, const char *dest, const char *exten, const char *context, const char **why);
/* Hangs up one channel by its name, or all ("all").  How many. */
unsigned switch_hangup(struct switch_core *sw, const char *name);

/* Frame tracing to the log (`iax2 set debug`): on or off for all, or for one peer.  -ENOENT: no such peer. */
void switch_debug(struct switch_core *sw, bool on);
int switch_debug_peer(struct switch_core *sw, const char *peer);

void switch_stats(struct switch_core *sw, struct iax2_stats *stats);

#endif
