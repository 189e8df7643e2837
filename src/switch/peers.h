/* Peers: whom we may call and who may register: their addresses, registrations and reachability at run time. */
#ifndef TANDEM_SWITCH_PEERS_H
#define TANDEM_SWITCH_PEERS_H

#include "config/iax_conf.h"
#include "iax2/iax2.h"
#include "switch/hostname.h"
#include "switch/table.h"

struct switch_core;

struct peer {
	struct table_node by_name, by_addr;
	struct switch_core *sw;
	const struct iax_entry *entry; /* in the present snapshot */
	struct iax2_path path;         /* remote.family 0: not known */
	struct hostname *hostname;     /* for a host= or defaultip= that is a name */
	struct iax2_qualify *qualify;  /* NULL: not monitored, or no address */
	int32_t last_ms;               /* as iax2_qualify_info */
	struct pbx_timer *expiry;      /* of the registration; NULL: not registered */
	iax2_ns expires;
	bool registered;
	bool token_seen;              /* requirecalltoken=auto: a valid token was shown since the last reload */
	bool kept;                    /* by the reload under way */
	char ip_text[IAX2_ADDR_TEXT]; /* for peer_record */
};

struct peers {
	struct peer **list; /* in file order */
	size_t count;
	struct table by_name, by_addr;
};

/* A reload in two steps: all that can fail, then the change. */
struct peers_plan {
	struct peer **list; /* one for each entry of the new configuration; new ones have no `entry` */
	size_t count;
};
int peers_prepare(struct switch_core *sw, const struct iax_conf *conf, struct peers_plan *plan); /* 0 or -ENOMEM */
void peers_abandon(struct peers_plan *plan);
/* Keeps what is known about those that stay.  `conf` must be the configuration that was prepared. */
void peers_commit(struct switch_core *sw, const struct iax_conf *conf, struct peers_plan *plan);
void peers_fini(struct switch_core *sw);

struct peer *peers_find(const struct peers *peers, const char *name);
/* The first in file order that is at that address now (port included), NULL: none. */
struct peer *peers_at(const struct peers *peers, const struct iax2_addr *addr);
/* True when one of the peers at that address has trunk=yes. */
bool peers_trunk_at(const struct peers *peers, const struct iax2_addr *addr);

/* He has registered: from now on he is there, for granted_s + 10 s. */
void peer_register(struct peer *peer, const struct iax2_path *path, unsigned granted_s);
/* The registration is over (`why` for the log: "expired"). */
void peer_unregister(struct peer *peer, const char *why);
/* Takes up the registrations that the store remembers. */
void peers_restore(struct switch_core *sw);

/* Polls nobody any more, because the switch stops. */
void peers_quiet(struct switch_core *sw);

void peers_on_qualify(const struct iax2_event *ev);
/* 0 when he can be called, or a positive cause with *why a few words. */
int peer_unavailable(const struct peer *peer, const char **why);
/* "Unmonitored" or as iax2_qualify_text(). */
const char *peer_status(const struct peer *peer, char buf[static 32]);

#endif
