#include "switch/registrar.h"

#include <stdlib.h>

#include "switch/core.h"
#include "switch/text.h"
#include "switch/when.h"
#include "util/log.h"

/* One who was asked for a proof. */
struct registrant {
	struct registrant *next;
	struct iax2_path path;
	char name[80];
	uint16_t refresh_s;
	bool release;
	bool unknown; /* was reported already */
};

unsigned registrar_clamp(unsigned asked_s, unsigned min_s, unsigned max_s)
{
	if (max_s < min_s) {
		max_s = min_s;
	}
	if (asked_s < min_s) {
		return min_s;
	}
	return asked_s > max_s ? max_s : asked_s;
}

static void forget(struct switch_core *sw, struct registrant *r)
{
	struct registrant **at = &sw->registrants;
	while (*at && *at != r) {
		at = &(*at)->next;
	}
	if (*at) {
		*at = r->next;
		free(r);
	}
}

static struct registrant *remember(struct switch_core *sw, const struct iax2_event *ev, const char *name)
{
	struct registrant *r = calloc(1, sizeof *r);
	if (r) {
		r->path = ev->path;
		text_copy(r->name, sizeof r->name, name);
		r->refresh_s = (uint16_t)iax2_ies_u32(ev->ies, IAX2_IE_REFRESH, 0);
		r->release = ev->release;
		r->next = sw->registrants;
		sw->registrants = r;
		iax2_regreq_set_user(ev->regreq, r);
	}
	return r;
}

/* One line for the log; the texts are those that fail2ban's filters for Asterisk know. */
static void log_unknown(struct switch_core *sw, const char *name, const struct iax2_addr *from)
{
	char ip[IAX2_ADDR_TEXT], safe[80];
	iax2_addr_format_ip(from, ip);
	const struct iax_entry *user = iax_conf_user(core_conf(sw), name);
	if (user) {
		log_notice("Host %s failed to authenticate as '%s': [%s] (%s:%d) is a user only; type=friend or a type=peer section "
		           "would let it "
		           "register",
		           ip, text_safe(safe, name), user->name, user->file, user->line);
	} else {
		log_notice("No registration for peer '%s' (from %s)", text_safe(safe, name), ip);
	}
}

/* Why a peer may not register from there; logged.  False: he may. */
static bool refused(const struct peer *peer, const struct iax2_addr *from)
{
	const struct iax_entry *e = peer->entry;
	const struct acl_rule *rule = NULL;
	char ip[IAX2_ADDR_TEXT];
	iax2_addr_format_ip(from, ip);
	if (!e->dynamic) {
		log_notice("Host %s failed to authenticate as '%s': peer [%s] (%s:%d) is not dynamic; only host=dynamic lets it register",
		           ip, e->name, e->name, e->file, e->line);
		return true;
	}
	if (e->refused) {
		log_notice("Host %s failed to authenticate as '%s': peer [%s] (%s:%d) cannot be used: %s", ip, e->name, e->name, e->file,
		           e->line, e->refused);
		return true;
	}
	if (!acl_allows(&e->acl, from, &rule)) {
		log_notice(
		    "Host %s failed to authenticate as '%s': peer [%s] (%s:%d) does not allow this address: the %s at %s:%d decides", ip,
		    e->name, e->name, e->file, e->line, rule && rule->permit ? "permit" : "deny",
		    rule && rule->file ? rule->file : e->file, rule ? rule->line : e->line);
		return true;
	}
	return false;
}

static void grant(struct switch_core *sw, struct iax2_regreq *req, struct peer *peer, const struct iax2_path *path,
                  unsigned asked_s, bool release)
{
	const struct iax_general *general = &core_conf(sw)->general;
	const struct iax_entry *e = peer->entry;
	unsigned granted_s = registrar_clamp(asked_s, general->min_reg_expire_s, general->max_reg_expire_s);
	struct iax2_grant params = {
	    .username = e->name,
	    .refresh_s = (uint16_t)granted_s,
	    .datetime = when_datetime(),
	    .calling_number = e->callerid_number,
	    .calling_name = e->callerid_name,
	};
	int rc = iax2_regreq_grant(req, &params, core_now(sw));
	if (rc) {
		log_warning("The registration of peer '%s' could not be answered: %s", e->name, iax2_strerror(rc));
		return;
	}
	if (release) {
		peer_unregister(peer, "released");
	} else {
		peer_register(peer, path, granted_s);
	}
}

static void challenge(struct switch_core *sw, const struct iax2_event *ev, const char *name, const struct peer *peer)
{
	struct registrant *r = remember(sw, ev, name);
	unsigned methods = peer ? peer->entry->auth & (IAX2_AUTH_MD5 | IAX2_AUTH_PLAINTEXT) : sw->last_auth_methods;
	static const char *const no_secrets[] = {NULL};
	struct iax2_credentials creds = {
	    .methods = methods,
	    .username = name,
	    .secrets = peer ? (const char *const *)peer->entry->secrets : no_secrets,
	    .unknown = !peer,
	};
	if (!r || !methods || iax2_regreq_challenge(ev->regreq, &creds, core_now(sw))) {
		if (!methods) {
			log_warning("Peer '%s' (%s:%d) cannot register: its auth= has no method that we support (md5, plaintext)", name,
			            peer->entry->file, peer->entry->line);
		}
		if (r) {
			forget(sw, r);
		}
		iax2_regreq_refuse(ev->regreq, core_now(sw));
		return;
	}
	r->unknown = !peer;
	if (peer) {
		sw->last_auth_methods = methods;
	}
}

static void on_request(struct switch_core *sw, const struct iax2_event *ev)
{
	char name[80];
	iax2_ies_string(ev->ies, IAX2_IE_USERNAME, name, sizeof name);
	struct peer *peer = peers_find(&sw->peers, name);
	if (!peer) {
		log_unknown(sw, name, &ev->path.remote);
		challenge(sw, ev, name, NULL);
	} else if (refused(peer, &ev->path.remote)) {
		iax2_regreq_refuse(ev->regreq, core_now(sw));
	} else if (!peer->entry->secrets || !peer->entry->secrets[0]) {
		grant(sw, ev->regreq, peer, &ev->path, iax2_ies_u32(ev->ies, IAX2_IE_REFRESH, 0), ev->release);
	} else {
		challenge(sw, ev, name, peer);
	}
}

static void on_authenticated(struct switch_core *sw, const struct iax2_event *ev)
{
	struct registrant *r = ev->user;
	struct peer *peer = peers_find(&sw->peers, r->name);
	/* A reload may have come in between. */
	if (!peer || refused(peer, &r->path.remote)) {
		iax2_regreq_refuse(ev->regreq, core_now(sw));
	} else {
		grant(sw, ev->regreq, peer, &r->path, r->refresh_s, r->release);
	}
	forget(sw, r);
}

static void on_failed(struct switch_core *sw, const struct iax2_event *ev)
{
	struct registrant *r = ev->user;
	char ip[IAX2_ADDR_TEXT];
	if (!r) {
		return;
	}
	iax2_addr_format_ip(&r->path.remote, ip);
	if (ev->reason == IAX2_END_AUTH && !r->unknown) {
		const struct iax_entry *e = iax_conf_peer(core_conf(sw), r->name);
		log_notice("Host %s failed MD5 authentication for '%s': not the secret of peer [%s] (%s:%d)", ip, r->name, r->name,
		           e ? e->file : "iax.conf", e ? e->line : 0);
	} else if (!r->unknown) {
		log_debug("The registration of '%s' from %s was not completed: %s", r->name, ip, iax2_end_reason_text(ev->reason));
	}
	forget(sw, r);
}

void registrar_on_event(struct switch_core *sw, const struct iax2_event *ev)
{
	switch (ev->type) {
	case IAX2_EV_REGREQ:
		on_request(sw, ev);
		break;
	case IAX2_EV_REGREQ_AUTHENTICATED:
		on_authenticated(sw, ev);
		break;
	default:
		on_failed(sw, ev);
		break;
	}
}

void registrar_fini(struct switch_core *sw)
{
	while (sw->registrants) {
		forget(sw, sw->registrants);
	}
}
