#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "switch/bridge.h"
#include "switch/chan_iax2.h"
#include "switch/core.h"
#include "switch/offer.h"
#include "switch/pbx.h"
#include "switch/text.h"
#include "switch/when.h"
#include "util/log.h"

/* A call that is not placed yet. */
struct outgoing {
	struct iax_dial dial;
	struct iax2_path path; /* remote.family 0: the host has to be looked up */
	struct loop_lookup *lookup;
	char username[80], secret[256], context[80];
	bool allow_plaintext, trunk, sendani;
	uint32_t setup_timeout_ms;
};

void iax2_out_free(struct leg *leg)
{
	struct outgoing *out = leg->out;
	if (out) {
		if (out->lookup) {
			loop_lookup_cancel(out->lookup);
		}
		explicit_bzero(out, sizeof *out);
		free(out);
		leg->out = NULL;
	}
}

static void fill_params(struct leg *leg, struct iax2_call_params *params)
{
	const struct outgoing *out = leg->out;
	const struct channel *ch = leg->ch;
	bool withheld = !ch->caller_number[0] && !ch->caller_name[0];
	const char *ani = ch->caller_ani[0] ? ch->caller_ani : ch->caller_number;
	*params = (struct iax2_call_params){
	    .called_number = out->dial.exten,
	    .called_context = out->context[0] ? out->context : NULL,
	    .username = leg->username[0] ? leg->username : NULL,
	    .secret = out->secret[0] ? out->secret : NULL,
	    .allow_plaintext = out->allow_plaintext,
	    .autoanswer = out->dial.options && strchr(out->dial.options, 'a'),
	    .trunk = out->trunk,
	    .calling_number = ch->caller_number[0] ? ch->caller_number : NULL,
	    .calling_name = ch->caller_name[0] ? ch->caller_name : NULL,
	    .calling_pres = withheld ? 0x43 : ch->caller_pres,
	    .calling_ani = out->sendani && ani[0] ? ani : NULL,
	    .rdnis = ch->rdnis[0] ? ch->rdnis : NULL,
	    .dnid = ch->dnid[0] ? ch->dnid : NULL,
	    .language = ch->language[0] ? ch->language : NULL,
	    .datetime = when_datetime(),
	    .format = ch->format,
	    .prefs = ch->prefs,
	    .setup_timeout_ms = out->setup_timeout_ms,
	    .user = leg,
	};
}

/* 0 or a positive cause. */
static int place(struct leg *leg)
{
	struct iax2_call_params params;
	fill_params(leg, &params);
	int rc = iax2_call_new(leg->sw->ep, &leg->call, &leg->out->path, &params, core_now(leg->sw));
	if (rc) {
		log_warning("%s: the call cannot be placed: %s", leg->ch->name, iax2_strerror(rc));
		leg->call = NULL;
		return rc == IAX2_ERR_NOFORMAT || rc == IAX2_ERR_INVALID ? IAX2_CAUSE_BEARER : IAX2_CAUSE_CONGESTION;
	}
	leg_name_channel(leg);
	leg->sw->calls_processed++;
	iax2_out_free(leg);
	return 0;
}

static void on_looked_up(const struct iax2_addr *addr, const char *error, void *arg)
{
	struct leg *leg = arg;
	struct channel *ch = leg->ch;
	int cause = IAX2_CAUSE_SUBSCRIBER_ABSENT;
	leg->out->lookup = NULL;
	if (error) {
		log_warning("%s: no peer [%s] is configured, and its name cannot be looked up: %s", ch->name, leg->host, error);
	} else {
		leg->out->path = io_path(leg->sw, addr, NULL);
		cause = place(leg);
	}
	if (cause) {
		leg_del(leg);
		bridge_gone(ch, cause);
	}
}

int iax2_out_call(struct channel *ch)
{
	struct leg *leg = ch->tech_data;
	if (!leg || !leg->out || leg->out->lookup) {
		return -IAX2_CAUSE_FAILURE;
	}
	int cause = 0;
	if (leg->out->path.remote.family) {
		cause = place(leg);
	} else {
		uint16_t port = leg->out->dial.port ? leg->out->dial.port : IAX2_PORT;
		leg->out->lookup = loop_lookup_new(leg->sw->loop, leg->out->dial.peer, port, on_looked_up, leg);
		cause = leg->out->lookup ? 0 : IAX2_CAUSE_CONGESTION;
	}
	return -cause;
}

/* Takes the address and what the dial string leaves open from a configured peer.  0 or a positive cause. */
static int use_peer(struct leg *leg, const struct peer *peer)
{
	struct outgoing *out = leg->out;
	const struct iax_entry *e = peer->entry;
	const struct iax_general *general = &core_conf(leg->sw)->general;
	const char *why;
	int cause = peer_unavailable(peer, &why);
	if (cause) {
		log_notice("No call to peer '%s': %s", e->name, why);
		return cause;
	}
	const char *secret = out->dial.secret ? out->dial.secret : e->secrets && e->secrets[0] ? e->secrets[0] : "";
	const char *context = out->dial.context ? out->dial.context : e->peercontext ? e->peercontext : "";
	const char *username = out->dial.user ? out->dial.user : e->username ? e->username : "";
	text_copy(out->secret, sizeof out->secret, secret);
	text_copy(out->context, sizeof out->context, context);
	text_copy(leg->username, sizeof leg->username, username);
	out->path = peer->path;
	if (out->dial.port) {
		out->path.remote.port = out->dial.port;
	}
	out->trunk = e->trunk;
	out->sendani = e->sendani;
	out->allow_plaintext = e->auth & IAX2_AUTH_PLAINTEXT;
	out->setup_timeout_ms = 2 * (e->qualify_max_ms ? e->qualify_max_ms : general->autokill_ms);
	return 0;
}

static void use_host(struct leg *leg)
{
	struct outgoing *out = leg->out;
	struct iax2_addr addr = {0};
	uint16_t port = out->dial.port ? out->dial.port : IAX2_PORT;
	text_copy(out->secret, sizeof out->secret, out->dial.secret ? out->dial.secret : "");
	text_copy(out->context, sizeof out->context, out->dial.context ? out->dial.context : "");
	text_copy(leg->username, sizeof leg->username, out->dial.user ? out->dial.user : "");
	out->setup_timeout_ms = 2 * core_conf(leg->sw)->general.autokill_ms;
	if (iax2_addr_parse(&addr, out->dial.peer, port) == 0) {
		iax2_addr_normalize(&addr);
		out->path = io_path(leg->sw, &addr, NULL);
	}
}

/* 0, or a positive cause and the leg is gone. */
static int make_channel(struct leg *leg, const struct peer *peer, struct channel *from)
{
	struct channel *ch = pbx_channel_new(leg->sw, &chan_iax2_tech);
	if (!ch) {
		leg_del(leg);
		return IAX2_CAUSE_CONGESTION;
	}
	struct iax2_prefs allowed;
	if (peer) {
		allowed = peer->entry->prefs;
	} else {
		offer_default(&allowed);
	}
	ch->outgoing = true;
	leg_attach(leg, ch);
	leg_name_channel(leg);
	offer_formats(&ch->prefs, &allowed, from);
	ch->format = iax2_prefs_pick(&ch->prefs, IAX2_FORMATS_AUDIO);
	ch->formats = ch->format;
	if (!ch->format) {
		char theirs[160];
		char ours[160];
		log_warning("No call to %s: no format in common: the caller has %s, and the peer's allow= has %s", leg->host,
		            iax2_formats_text(from ? from->format : 0, ours, sizeof ours),
		            iax2_formats_text(iax2_prefs_mask(&allowed), theirs, sizeof theirs));
		channel_del(ch);
		return IAX2_CAUSE_BEARER;
	}
	if (from && pbx_channel_inherit(ch, from)) {
		channel_del(ch);
		return IAX2_CAUSE_CONGESTION;
	}
	return 0;
}

int chan_iax2_request(struct switch_core *sw, struct channel **out, const char *data, struct channel *from)
{
	struct leg *leg = leg_new(sw);
	if (!leg || !(leg->out = calloc(1, sizeof *leg->out))) {
		if (leg) {
			leg_del(leg);
		}
		return -IAX2_CAUSE_CONGESTION;
	}
	if (iax_dial_parse(&leg->out->dial, data) || !leg->out->dial.peer) {
		log_warning("IAX2/%s: expected IAX2/[user[:secret]@]peer[:port][/exten[@context]][/options]", data);
		leg_del(leg);
		return -IAX2_CAUSE_NO_ROUTE;
	}
	struct peer *peer = peers_find(&sw->peers, leg->out->dial.peer);
	text_copy(leg->host, sizeof leg->host, leg->out->dial.peer);
	int cause = 0;
	if (peer) {
		cause = use_peer(leg, peer);
	} else {
		use_host(leg);
	}
	if (cause) {
		leg_del(leg);
		return -cause;
	}
	cause = make_channel(leg, peer, from);
	if (cause) {
		return -cause;
	}
	*out = leg->ch;
	return 0;
}
