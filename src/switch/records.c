/* Records: what there is, for display (the first half of switch.h). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "switch/chan_iax2.h"
#include "switch/core.h"
#include "switch/switch.h"
#include "switch/text.h"

#define DEFAULT_REFRESH_S 60
#define DEFAULT_MAX_CALLS 2048

static const char *token_text(const struct peer *peer)
{
	switch (peer->entry->require_token) {
	case IAX_NO:
		return "No";
	case IAX_AUTO:
		return peer->token_seen ? "Yes" : "Auto";
	default:
		return "Yes";
	}
}

static unsigned max_calls(const struct switch_core *sw, const struct iax_entry *e)
{
	unsigned general = core_conf(sw)->general.endpoint.max_calls_per_address;
	return e->max_calls ? e->max_calls : general ? general : DEFAULT_MAX_CALLS;
}

static void fill_peer(struct peer_record *r, struct peer *peer)
{
	const struct iax_entry *e = peer->entry;
	bool here = peer->path.remote.family;
	if (here) {
		iax2_addr_format_ip(&peer->path.remote, peer->ip_text);
	}
	*r = (struct peer_record){
	    .name = e->name,
	    .username = e->username,
	    .description = e->description,
	    .context = e->peercontext,
	    .mailbox = e->mailbox,
	    .host_ip = here ? peer->ip_text : NULL,
	    .mask = e->mask,
	    .port = here ? peer->path.remote.port : 0,
	    .dynamic = e->dynamic,
	    .trunk = e->trunk,
	    .acl = e->acl.count || e->acl.also,
	    .secret_set = e->secrets && e->secrets[0],
	    .monitored = e->qualify_max_ms,
	    .require_token = token_text(peer),
	    .last_ms = peer->last_ms,
	    .expire_s = peer->registered ? (int)((peer->expires - core_now(peer->sw)) / IAX2_NS_PER_S) : -1,
	    .max_calls = max_calls(peer->sw, e),
	    .qualify_freq_ok_ms = e->qualify_freq_ok_ms,
	    .qualify_freq_notok_ms = e->qualify_freq_notok_ms,
	    .qualify_smoothing = e->qualify_smoothing,
	    .default_ip = e->defaultip,
	    .callerid_name = e->callerid_name,
	    .callerid_number = e->callerid_number,
	    .formats = iax2_prefs_mask(&e->prefs),
	    .prefs = &e->prefs,
	};
	if (e->contexts && e->contexts[0]) {
		r->context = e->contexts[0];
	}
	peer_status(peer, r->status);
}

void switch_each_peer(struct switch_core *sw, void (*fn)(const struct peer_record *r, void *arg), void *arg)
{
	for (size_t i = 0; i < sw->peers.count; i++) {
		struct peer_record r;
		fill_peer(&r, sw->peers.list[i]);
		fn(&r, arg);
	}
}

bool switch_peer(struct switch_core *sw, const char *name, struct peer_record *out)
{
	struct peer *peer = peers_find(&sw->peers, name);
	if (peer) {
		fill_peer(out, peer);
	}
	return peer;
}

void switch_each_user(struct switch_core *sw, void (*fn)(const struct user_record *r, void *arg), void *arg)
{
	for (size_t i = 0; i < sw->users.count; i++) {
		const struct iax_entry *e = sw->users.all[i].entry;
		struct user_record r = {
		    .name = e->name,
		    .context = user_context(e, ""),
		    .secret_set = user_has_secret(e),
		    .acl = e->acl.count || e->acl.also,
		    .auth = e->auth,
		    .priority = e->codec_priority,
		};
		fn(&r, arg);
	}
}

static void fill_registration(struct registry_record *r, const struct registration *reg)
{
	struct iax2_registration_info info = {.state = IAX2_REG_UNREGISTERED};
	char addr[IAX2_ADDR_TEXT];
	if (reg->reg) {
		iax2_registration_info(reg->reg, &info);
	}
	*r = (struct registry_record){
	    .dnsmgr = reg->hostname,
	    .username = reg->line->user,
	    .refresh_s = info.refresh_s ? info.refresh_s : DEFAULT_REFRESH_S,
	    .state = iax2_registration_state_text(info.state),
	};
	if (reg->path.remote.family) {
		text_copy(r->host, sizeof r->host, iax2_addr_format(&reg->path.remote, addr));
	} else {
		snprintf(r->host, sizeof r->host, "%.120s:%u", reg->line->host, reg->line->port ? reg->line->port : IAX2_PORT);
	}
	bool known = info.state == IAX2_REG_REGISTERED && info.perceived.family;
	text_copy(r->perceived, sizeof r->perceived, known ? iax2_addr_format(&info.perceived, addr) : "<Unregistered>");
}

void switch_each_registration(struct switch_core *sw, void (*fn)(const struct registry_record *r, void *arg), void *arg)
{
	for (size_t i = 0; i < sw->registry.count; i++) {
		struct registry_record r;
		fill_registration(&r, sw->registry.list[i]);
		fn(&r, arg);
	}
}

void switch_each_leg(struct switch_core *sw, void (*fn)(const struct leg_record *r, void *arg), void *arg)
{
	for (struct leg *leg = sw->legs; leg; leg = leg->next) {
		if (leg->call) {
			struct leg_record r = {.channel = leg->ch ? leg->ch->name : NULL,
			                       .username = leg->username[0] ? leg->username : NULL};
			iax2_call_info(leg->call, &r.info);
			iax2_addr_format_ip(&r.info.path.remote, r.peer_ip);
			fn(&r, arg);
		}
	}
}

void switch_each_channel(struct switch_core *sw, void (*fn)(const struct channel *ch, void *arg), void *arg)
{
	for (const struct channel *ch = sw->channels; ch; ch = ch->next) {
		fn(ch, arg);
	}
}

unsigned switch_calls_processed(const struct switch_core *sw)
{
	return sw->calls_processed;
}

void switch_stats(struct switch_core *sw, struct iax2_stats *stats)
{
	iax2_endpoint_stats(sw->ep, stats);
}
