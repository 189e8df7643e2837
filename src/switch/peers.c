#include "switch/peers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "switch/core.h"
#include "switch/regcontext.h"
#include "switch/text.h"
#include "util/log.h"

#define STORE_FAMILY     "IAX/Registry"
#define EXPIRY_GRACE_S   10 /* 13.3: the client may be that late */
#define ADDR_NODE_OFFSET offsetof(struct peer, by_addr)

static uint64_t name_hash(const char *name)
{
	return table_hash(name, strlen(name));
}

static uint64_t addr_hash(const struct iax2_addr *addr)
{
	return table_hash(addr, sizeof *addr);
}

static struct peer *peer_of_addr_node(struct table_node *node)
{
	return node ? (struct peer *)((char *)node - ADDR_NODE_OFFSET) : NULL;
}

static void qualify_stop(struct peer *peer)
{
	if (peer->qualify) {
		iax2_qualify_stop(peer->qualify);
		peer->qualify = NULL;
	}
	peer->last_ms = 0;
}

static void qualify_start(struct peer *peer)
{
	const struct iax_entry *e = peer->entry;
	if (peer->qualify || !e->qualify_max_ms || !peer->path.remote.family) {
		return;
	}
	struct iax2_qualify_params params = {
	    .max_ms = e->qualify_max_ms,
	    .freq_ok_ms = e->qualify_freq_ok_ms,
	    .freq_notok_ms = e->qualify_freq_notok_ms,
	    .smoothing = e->qualify_smoothing,
	    .user = peer,
	};
	int rc = iax2_qualify_new(peer->sw->ep, &peer->qualify, &peer->path, &params, core_now(peer->sw));
	if (rc) {
		log_warning("Peer '%s' cannot be monitored: %s", e->name, iax2_strerror(rc));
	}
}

/* Gives the peer an address; NULL takes it away. */
static void set_path(struct peer *peer, const struct iax2_path *path)
{
	struct table *index = &peer->sw->peers.by_addr;
	table_remove(index, &peer->by_addr);
	if (!path) {
		peer->path = (struct iax2_path){0};
		qualify_stop(peer);
		return;
	}
	bool same = iax2_addr_equal(&peer->path.remote, &path->remote) && peer->path.socket == path->socket;
	peer->path = *path;
	table_insert(index, &peer->by_addr, addr_hash(&path->remote));
	if (peer->qualify && same) {
		return; /* a refreshed registration is no reason to poll */
	}
	if (peer->qualify) {
		iax2_qualify_set_path(peer->qualify, path, core_now(peer->sw));
	} else {
		qualify_start(peer);
	}
}

static void on_resolved(const struct iax2_addr *addr, void *arg)
{
	struct peer *peer = arg;
	if (peer->registered) {
		return;
	}
	struct iax2_path path = io_path(peer->sw, addr, peer->entry->sourceaddress);
	char text[IAX2_ADDR_TEXT];
	log_verbose("Peer '%s' is at %s", peer->entry->name, iax2_addr_format(addr, text));
	set_path(peer, &path);
}

/* The address that the configuration gives, if any: host=, or defaultip= of a dynamic peer. */
static void use_configured_address(struct peer *peer)
{
	const struct iax_entry *e = peer->entry;
	const char *host = e->dynamic ? e->defaultip : e->host;
	uint16_t port = e->port ? e->port : IAX2_PORT;
	struct iax2_addr addr = {0};
	hostname_del(peer->hostname);
	peer->hostname = NULL;
	if (!host) {
		set_path(peer, NULL);
	} else if (iax2_addr_parse(&addr, host, port) == 0) {
		iax2_addr_normalize(&addr);
		struct iax2_path path = io_path(peer->sw, &addr, e->sourceaddress);
		set_path(peer, &path);
	} else {
		set_path(peer, NULL);
		peer->hostname = hostname_new(peer->sw->loop, &peer->sw->timers, host, port, on_resolved, peer);
		if (!peer->hostname) {
			log_error("Out of memory: the address of peer '%s' is not looked up", e->name);
		}
	}
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_address_settings(const struct iax_entry *a, const struct iax_entry *b)
{
	return a->dynamic == b->dynamic && a->port == b->port && same_text(a->host, b->host) &&
	       same_text(a->defaultip, b->defaultip) && same_text(a->sourceaddress, b->sourceaddress);
}

static bool same_qualify_settings(const struct iax_entry *a, const struct iax_entry *b)
{
	return a->qualify_max_ms == b->qualify_max_ms && a->qualify_smoothing == b->qualify_smoothing &&
	       a->qualify_freq_ok_ms == b->qualify_freq_ok_ms && a->qualify_freq_notok_ms == b->qualify_freq_notok_ms;
}

static void on_expiry(void *arg)
{
	struct peer *peer = arg;
	peer->expiry = NULL;
	peer_unregister(peer, "expired");
}

static void start_registration(struct peer *peer, const struct iax2_path *path, unsigned granted_s)
{
	struct switch_core *sw = peer->sw;
	timers_del(&sw->timers, peer->expiry);
	peer->expires = core_now(sw) + (granted_s + EXPIRY_GRACE_S) * IAX2_NS_PER_S;
	peer->expiry = timers_add(&sw->timers, peer->expires, on_expiry, peer);
	if (!peer->expiry) {
		log_error("Out of memory: the registration of peer '%s' will not expire", peer->entry->name);
	}
	if (!peer->registered) {
		regcontext_add(sw, peer->entry);
	}
	peer->registered = true;
	set_path(peer, path);
}

static void forget_registration(struct peer *peer)
{
	timers_del(&peer->sw->timers, peer->expiry);
	peer->expiry = NULL;
	peer->registered = false;
	regcontext_remove(peer->sw, peer->entry);
	if (peer->sw->store) {
		store_del(peer->sw->store, STORE_FAMILY, peer->entry->name);
	}
}

static void peer_del(struct peer *peer)
{
	table_remove(&peer->sw->peers.by_addr, &peer->by_addr);
	table_remove(&peer->sw->peers.by_name, &peer->by_name);
	timers_del(&peer->sw->timers, peer->expiry);
	hostname_del(peer->hostname);
	qualify_stop(peer);
	free(peer);
}

static void keep_or_change(struct peer *peer, const struct iax_entry *entry)
{
	const struct iax_entry *old = peer->entry;
	bool readdress = !old || !same_address_settings(old, entry);
	bool requalify = old && !same_qualify_settings(old, entry);
	peer->entry = entry;
	peer->token_seen = false;
	if (requalify) {
		qualify_stop(peer);
	}
	if (readdress && peer->registered && entry->dynamic) {
		readdress = false; /* where he registered from still holds */
	}
	if (readdress) {
		if (peer->registered) {
			forget_registration(peer);
		}
		use_configured_address(peer);
	} else {
		qualify_start(peer);
	}
}

int peers_prepare(struct switch_core *sw, const struct iax_conf *conf, struct peers_plan *plan)
{
	*plan = (struct peers_plan){.list = calloc(conf->peer_count + 1, sizeof *plan->list)};
	size_t room = conf->peer_count + sw->peers.count;
	if (!plan->list || table_reserve(&sw->peers.by_name, room) || table_reserve(&sw->peers.by_addr, room)) {
		peers_abandon(plan);
		return -ENOMEM;
	}
	for (; plan->count < conf->peer_count; plan->count++) {
		struct peer *peer = peers_find(&sw->peers, conf->peers[plan->count]->name);
		if (!peer && (peer = calloc(1, sizeof *peer))) {
			peer->sw = sw;
		}
		if (!peer) {
			peers_abandon(plan);
			return -ENOMEM;
		}
		plan->list[plan->count] = peer;
	}
	return 0;
}

void peers_abandon(struct peers_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (!plan->list[i]->entry) {
			free(plan->list[i]);
		}
	}
	free(plan->list);
	*plan = (struct peers_plan){0};
}

void peers_commit(struct switch_core *sw, const struct iax_conf *conf, struct peers_plan *plan)
{
	struct peers *peers = &sw->peers;
	for (size_t i = 0; i < plan->count; i++) {
		plan->list[i]->kept = true;
	}
	for (size_t i = 0; i < peers->count; i++) {
		if (!peers->list[i]->kept) {
			if (peers->list[i]->registered) {
				forget_registration(peers->list[i]);
			}
			peer_del(peers->list[i]);
		}
	}
	free(peers->list);
	peers->list = plan->list;
	peers->count = plan->count;
	*plan = (struct peers_plan){0};
	for (size_t i = 0; i < peers->count; i++) {
		struct peer *peer = peers->list[i];
		peer->kept = false;
		if (!peer->entry) {
			table_insert(&peers->by_name, &peer->by_name, name_hash(conf->peers[i]->name));
		}
		keep_or_change(peer, conf->peers[i]);
	}
}

void peers_fini(struct switch_core *sw)
{
	for (size_t i = 0; i < sw->peers.count; i++) {
		peer_del(sw->peers.list[i]);
	}
	free(sw->peers.list);
	table_fini(&sw->peers.by_name);
	table_fini(&sw->peers.by_addr);
	sw->peers = (struct peers){0};
}

struct peer *peers_find(const struct peers *peers, const char *name)
{
	struct table_node *node = table_first(&peers->by_name, name_hash(name));
	for (; node; node = table_next(node)) {
		struct peer *peer = (struct peer *)node;
		if (strcmp(peer->entry->name, name) == 0) {
			return peer;
		}
	}
	return NULL;
}

static struct peer *skip_to_addr(struct table_node *node, const struct iax2_addr *addr)
{
	while (node && !iax2_addr_equal(&peer_of_addr_node(node)->path.remote, addr)) {
		node = table_next(node);
	}
	return peer_of_addr_node(node);
}

struct peer *peers_at(const struct peers *peers, const struct iax2_addr *addr)
{
	return skip_to_addr(table_first(&peers->by_addr, addr_hash(addr)), addr);
}

bool peers_trunk_at(const struct peers *peers, const struct iax2_addr *addr)
{
	struct peer *peer = peers_at(peers, addr);
	while (peer && !peer->entry->trunk) {
		peer = skip_to_addr(table_next(&peer->by_addr), addr);
	}
	return peer;
}

static void remember(struct peer *peer, unsigned granted_s)
{
	char addr[IAX2_ADDR_TEXT], value[IAX2_ADDR_TEXT + 16];
	if (peer->sw->store) {
		snprintf(value, sizeof value, "%s:%u", iax2_addr_format(&peer->path.remote, addr), granted_s);
		store_put(peer->sw->store, STORE_FAMILY, peer->entry->name, value);
	}
}

void peer_register(struct peer *peer, const struct iax2_path *path, unsigned granted_s)
{
	char text[IAX2_ADDR_TEXT];
	bool moved = !peer->registered || !iax2_addr_equal(&peer->path.remote, &path->remote);
	start_registration(peer, path, granted_s);
	if (moved) {
		log_verbose("Registered IAX2 '%s' at %s for %u s", peer->entry->name, iax2_addr_format(&path->remote, text), granted_s);
		remember(peer, granted_s);
	}
}

void peer_unregister(struct peer *peer, const char *why)
{
	if (!peer->registered) {
		return;
	}
	char text[IAX2_ADDR_TEXT];
	log_verbose("Unregistered IAX2 '%s' (%s, was at %s)", peer->entry->name, why, iax2_addr_format(&peer->path.remote, text));
	forget_registration(peer);
	use_configured_address(peer);
}

/* "address:port:expiry", IPv6 in brackets. */
static void restore_one(const char *key, const char *value, void *arg)
{
	struct switch_core *sw = arg;
	struct peer *peer = peers_find(&sw->peers, key);
	char text[IAX2_ADDR_TEXT];
	const char *colon = strrchr(value, ':');
	struct iax2_addr addr = {0};
	if (!peer || !peer->entry->dynamic) {
		log_verbose("The kept registration of '%s' is not used: it is no dynamic peer any more", key);
		return;
	}
	colon = colon ? colon : value + strlen(value);
	snprintf(text, sizeof text, "%.*s", (int)(colon - value), value);
	char *end = NULL;
	unsigned long granted_s = *colon ? strtoul(colon + 1, &end, 10) : 0;
	if (!end || iax2_addr_parse(&addr, text, IAX2_PORT) || *end || end == colon + 1 || granted_s > UINT16_MAX) {
		log_warning("The kept registration of peer '%s' is damaged: '%s'", key, value);
		return;
	}
	struct iax2_path path = io_path(sw, &addr, peer->entry->sourceaddress);
	start_registration(peer, &path, (unsigned)granted_s);
}

void peers_restore(struct switch_core *sw)
{
	if (sw->store) {
		store_each(sw->store, STORE_FAMILY, restore_one, sw);
	}
}

void peers_quiet(struct switch_core *sw)
{
	for (size_t i = 0; i < sw->peers.count; i++) {
		qualify_stop(sw->peers.list[i]);
	}
}

static void log_transition(const struct peer *peer, int32_t before, int32_t now)
{
	const char *name = peer->entry->name;
	int32_t max = (int32_t)peer->entry->qualify_max_ms;
	bool was_reachable = before > 0 && before <= max;
	if (now < 0 && before >= 0) {
		log_notice("Peer '%s' is now UNREACHABLE! Last qualify: %d", name, before);
	} else if (now > max && before <= max) {
		log_notice("Peer '%s' is now TOO LAGGED (%d ms)!", name, now);
	} else if (now > 0 && now <= max && !was_reachable) {
		log_notice("Peer '%s' is now REACHABLE! Time: %d", name, now);
	}
}

void peers_on_qualify(const struct iax2_event *ev)
{
	struct peer *peer = ev->user;
	struct iax2_qualify_info info;
	iax2_qualify_info(ev->qualify, &info);
	log_transition(peer, peer->last_ms, info.last_ms);
	peer->last_ms = info.last_ms;
	if (info.last_ms < 0 && peer->hostname) {
		hostname_doubt(peer->hostname);
	}
}

int peer_unavailable(const struct peer *peer, const char **why)
{
	*why = NULL;
	if (peer->entry->refused) {
		*why = peer->entry->refused;
		return IAX2_CAUSE_FACILITY_REJECTED;
	}
	if (!peer->path.remote.family) {
		*why = peer->entry->dynamic ? "it has not registered and has no defaultip=" : "its host name is not resolved yet";
	} else if (peer->qualify && peer->last_ms < 0) {
		*why = "it is UNREACHABLE";
	} else if (peer->qualify && peer->last_ms > (int32_t)peer->entry->qualify_max_ms) {
		*why = "it is LAGGED";
	}
	return *why ? IAX2_CAUSE_SUBSCRIBER_ABSENT : 0;
}

const char *peer_status(const struct peer *peer, char buf[static 32])
{
	char text[32];
	uint32_t max_ms = peer->entry->qualify_max_ms;
	text_copy(buf, 32, max_ms ? iax2_qualify_text(peer->last_ms, max_ms, text) : "Unmonitored");
	return buf;
}
