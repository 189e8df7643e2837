#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/dialplan.h"
#include "dialplan/run.h"
#include "switch/chan_iax2.h"
#include "switch/core.h"
#include "switch/pbx.h"
#include "switch/text.h"
#include "util/log.h"

#define PROTOCOL_VERSION   2
#define PRES_NOT_AVAILABLE 0x43
#define PRES_PASSED_SCREEN 0x01

/* What a NEW said, until the call runs in the dialplan. */
struct incoming {
	struct snapshot *snapshot;    /* in which `user` is */
	const struct iax_entry *user; /* NULL: there is none, he is asked for a proof for the sake of secrecy */
	struct iax2_path path;
	char exten[80], asked_context[80], context[80];
	char number[80], name[80], ani[80], dnid[80], rdnis[80], language[20];
	uint8_t pres;
	iax2_format requested, capability;
	struct iax2_prefs prefs;
	bool challenged; /* counts for maxauthreq */
};

static void release_challenge(struct leg *leg)
{
	struct incoming *in = leg->in;
	if (in->challenged) {
		struct user *user = users_find(&leg->sw->users, in->user->name);
		if (user && user->challenges) {
			user->challenges--;
		}
		in->challenged = false;
	}
}

void iax2_in_free(struct leg *leg)
{
	if (leg->in) {
		release_challenge(leg);
		snapshot_unref(leg->in->snapshot);
		free(leg->in);
		leg->in = NULL;
	}
}

static void read_new(struct leg *leg, const struct iax2_event *ev)
{
	const struct iax2_ies *ies = ev->ies;
	struct incoming *in = leg->in;
	char prefs[256];
	in->path = ev->path;
	iax2_ies_string(ies, IAX2_IE_USERNAME, leg->username, sizeof leg->username);
	iax2_ies_string(ies, IAX2_IE_CALLED_NUMBER, in->exten, sizeof in->exten);
	iax2_ies_string(ies, IAX2_IE_CALLED_CONTEXT, in->asked_context, sizeof in->asked_context);
	iax2_ies_string(ies, IAX2_IE_CALLING_NUMBER, in->number, sizeof in->number);
	iax2_ies_string(ies, IAX2_IE_CALLING_NAME, in->name, sizeof in->name);
	iax2_ies_string(ies, IAX2_IE_CALLING_ANI, in->ani, sizeof in->ani);
	iax2_ies_string(ies, IAX2_IE_DNID, in->dnid, sizeof in->dnid);
	iax2_ies_string(ies, IAX2_IE_RDNIS, in->rdnis, sizeof in->rdnis);
	iax2_ies_string(ies, IAX2_IE_LANGUAGE, in->language, sizeof in->language);
	if (!in->exten[0]) {
		text_copy(in->exten, sizeof in->exten, "s");
	}
	if (core_conf(leg->sw)->general.shrinkcallerid) {
		text_shrink_number(in->number);
	}
	in->pres = (uint8_t)iax2_ies_u32(ies, IAX2_IE_CALLINGPRES, in->number[0] ? 0 : PRES_NOT_AVAILABLE);
	in->requested = iax2_ies_format(ies);
	in->capability = iax2_ies_capability(ies);
	iax2_ies_string(ies, IAX2_IE_CODEC_PREFS, prefs, sizeof prefs);
	iax2_prefs_decode(&in->prefs, prefs, strlen(prefs));
}

/* Refuses the call; the leg is gone. */
static void refuse(struct leg *leg, unsigned cause)
{
	iax2_call_reject(leg->call, cause, iax2_cause_text(cause), core_now(leg->sw));
	leg->call = NULL;
	leg_del(leg);
}

/* The texts that go on the wire are Asterisk's (9.7), since scripts at the other end may look at them. */
static void refuse_text(struct leg *leg, unsigned cause, const char *text)
{
	iax2_call_reject(leg->call, cause, text, core_now(leg->sw));
	leg->call = NULL;
	leg_del(leg);
}

static void log_no_extension(const struct leg *leg)
{
	char addr[IAX2_ADDR_TEXT], user[80], exten[80];
	const struct incoming *in = leg->in;
	log_notice("Call from '%s' (%s) to extension '%s' rejected because extension not found in context '%s'.",
	           text_safe(user, leg->username), iax2_addr_format(&in->path.remote, addr), text_safe(exten, in->exten),
	           in->context);
}

static void log_no_codec(const struct leg *leg)
{
	char addr[IAX2_ADDR_TEXT], user[80], offered[160], allowed[160];
	const struct incoming *in = leg->in;
	log_notice("Call from '%s' (%s) rejected: no codec in common: it offers %s, [%s] (%s:%d) allows %s",
	           text_safe(user, leg->username), iax2_addr_format(&in->path.remote, addr),
	           iax2_formats_text(in->capability ? in->capability : in->requested, offered, sizeof offered), in->user->name,
	           in->user->file, in->user->line, iax2_formats_text(iax2_prefs_mask(&in->user->prefs), allowed, sizeof allowed));
}

/* Nobody owns a channel between ACCEPT and READY but this file. */
static void on_orphan_event(struct channel *ch, const struct channel_event *ev, void *arg)
{
	(void)arg;
	if (ev->type == CHANNEL_EV_HANGUP) {
		channel_del(ch);
	}
}

static int set_user_variables(struct channel *ch, const struct iax_entry *user)
{
	for (size_t i = 0; i < user->setvar_count; i++) {
		if (vars_set(&ch->vars, user->setvars[i].name, user->setvars[i].value)) {
			return -1;
		}
	}
	return 0;
}

static void set_caller(struct channel *ch, const struct incoming *in)
{
	const struct iax_entry *user = in->user;
	bool override = user->callerid_number || user->callerid_name;
	text_copy(ch->caller_number, sizeof ch->caller_number,
	          override ? (user->callerid_number ? user->callerid_number : "") : in->number);
	text_copy(ch->caller_name, sizeof ch->caller_name, override ? (user->callerid_name ? user->callerid_name : "") : in->name);
	ch->caller_pres = override ? PRES_PASSED_SCREEN : in->pres;
	if (!ch->caller_number[0] && !ch->caller_name[0]) {
		ch->caller_pres = PRES_NOT_AVAILABLE;
	}
	text_copy(ch->caller_ani, sizeof ch->caller_ani, in->ani[0] ? in->ani : ch->caller_number);
	text_copy(ch->dnid, sizeof ch->dnid, in->dnid[0] ? in->dnid : in->exten);
	text_copy(ch->rdnis, sizeof ch->rdnis, in->rdnis);
	if (user->language || in->language[0]) {
		text_copy(ch->language, sizeof ch->language, user->language ? user->language : in->language);
	}
	text_copy(ch->accountcode, sizeof ch->accountcode, user->accountcode ? user->accountcode : "");
}

static struct channel *make_channel(struct leg *leg, iax2_format format)
{
	struct incoming *in = leg->in;
	struct channel *ch = pbx_channel_new(leg->sw, &chan_iax2_tech);
	if (!ch) {
		return NULL;
	}
	iax2_format theirs = in->capability ? in->capability : in->requested;
	ch->state = CHANNEL_RING;
	ch->format = format;
	ch->formats = (theirs & iax2_prefs_mask(&in->user->prefs)) | format;
	ch->prefs = in->user->prefs;
	set_caller(ch, in);
	text_copy(ch->context, sizeof ch->context, in->context);
	text_copy(ch->exten, sizeof ch->exten, in->exten);
	ch->priority = 1;
	channel_set_listener(ch, on_orphan_event, NULL);
	if (set_user_variables(ch, in->user)) {
		channel_del(ch);
		return NULL;
	}
	return ch;
}

static void accept(struct leg *leg)
{
	struct incoming *in = leg->in;
	struct switch_core *sw = leg->sw;
	const struct iax_entry *user = in->user;
	if (!(dialplan_match(sw->pbx.dialplan, in->context, in->exten, in->number) & DIALPLAN_EXISTS)) {
		log_no_extension(leg);
		refuse_text(leg, IAX2_CAUSE_NO_ROUTE, "No such context/extension");
		return;
	}
	iax2_format format = iax2_negotiate(user->codec_priority, in->requested, in->capability, &in->prefs, &user->prefs);
	if (!format) {
		log_no_codec(leg);
		refuse_text(leg, IAX2_CAUSE_BEARER, "Unable to negotiate codec");
		return;
	}
	struct channel *ch = make_channel(leg, format);
	if (!ch) {
		log_error("Out of memory: a call from %s is refused", leg->host);
		refuse(leg, IAX2_CAUSE_CONGESTION);
		return;
	}
	leg_attach(leg, ch);
	leg_name_channel(leg);
	/* Before ACCEPT, so that the first voice frame already goes the right way. */
	iax2_call_set_trunk(leg->call, peers_trunk_at(&sw->peers, &in->path.remote));
	int rc = iax2_call_accept(leg->call, format, iax2_prefs_mask(&user->prefs), core_now(sw));
	if (rc) {
		log_warning("%s: the call cannot be accepted: %s", ch->name, iax2_strerror(rc));
		channel_del(ch);
		return;
	}
	log_verbose("%s: call from '%s' to %s@%s accepted, format %s", ch->name, leg->username, in->exten, in->context,
	            iax2_format_name(format));
}

/* Asks a caller for a proof; a made-up one of somebody who does not exist, so that he learns nothing (19.7). */
static void challenge(struct leg *leg)
{
	struct incoming *in = leg->in;
	struct switch_core *sw = leg->sw;
	static const char *const no_secrets[] = {NULL};
	unsigned methods = in->user ? in->user->auth & (IAX2_AUTH_MD5 | IAX2_AUTH_PLAINTEXT) : sw->last_auth_methods;
	struct iax2_credentials creds = {
	    .methods = methods,
	    .username = in->user ? in->user->name : leg->username,
	    .secrets = in->user ? (const char *const *)in->user->secrets : no_secrets,
	    .unknown = !in->user,
	};
	if (!methods) {
		log_warning("[%s] (%s:%d) cannot call: its auth= has no method that we support (md5, plaintext)", in->user->name,
		            in->user->file, in->user->line);
		refuse_text(leg, IAX2_CAUSE_NOT_SUBSCRIBED, "No authority found");
		return;
	}
	int rc = iax2_call_challenge(leg->call, &creds, core_now(sw));
	if (rc) {
		log_warning("A call from %s cannot be authenticated: %s", leg->host, iax2_strerror(rc));
		refuse(leg, IAX2_CAUSE_CONGESTION);
	} else if (in->user) {
		sw->last_auth_methods = methods;
	}
}

/* True when the user has too many unanswered challenges already; otherwise this one is counted. */
static bool too_many_challenges(struct leg *leg)
{
	struct incoming *in = leg->in;
	struct user *user = users_find(&leg->sw->users, in->user->name);
	char ip[IAX2_ADDR_TEXT];
	if (!user) {
		return false;
	}
	if (in->user->max_auth_requests && user->challenges >= in->user->max_auth_requests) {
		log_warning("Host %s: call as '%s' refused: %u authentications of [%s] (%s:%d) are waiting already (maxauthreq=%u)",
		            iax2_addr_format_ip(&in->path.remote, ip), in->user->name, user->challenges, in->user->name, in->user->file,
		            in->user->line, in->user->max_auth_requests);
		return true;
	}
	user->challenges++;
	in->challenged = true;
	return false;
}

static void proceed(struct leg *leg)
{
	struct incoming *in = leg->in;
	struct user_query query = {leg->username, in->asked_context, in->path.remote};
	char why[320], ip[IAX2_ADDR_TEXT], safe[80];
	in->user = user_match(in->snapshot->conf, &query, why, sizeof why);
	if (!in->user) {
		log_notice("Host %s failed to authenticate as '%s': %s", iax2_addr_format_ip(&in->path.remote, ip),
		           text_safe(safe, leg->username), why);
		if (leg->username[0]) {
			challenge(leg);
		} else {
			refuse_text(leg, IAX2_CAUSE_NOT_SUBSCRIBED, "No authority found");
		}
		return;
	}
	text_copy(in->context, sizeof in->context, user_context(in->user, in->asked_context));
	if (!user_has_secret(in->user)) {
		accept(leg);
	} else if (too_many_challenges(leg)) {
		refuse_text(leg, IAX2_CAUSE_REJECTED, "Unauthenticated call limit reached");
	} else {
		challenge(leg);
	}
}

void iax2_in_new(struct switch_core *sw, const struct iax2_event *ev)
{
	struct leg *leg = leg_new(sw);
	if (!leg || !(leg->in = calloc(1, sizeof *leg->in))) {
		log_error("Out of memory: a call is refused");
		iax2_call_reject(ev->call, IAX2_CAUSE_CONGESTION, NULL, core_now(sw));
		if (leg) {
			leg_del(leg);
		}
		return;
	}
	leg->call = ev->call;
	leg->in->snapshot = snapshot_ref(sw->snapshot);
	iax2_call_set_user(ev->call, leg);
	read_new(leg, ev);
	leg_host_from_addr(leg, &ev->path.remote);
	if (sw->no_new_calls) {
		refuse(leg, IAX2_CAUSE_CONGESTION);
	} else if (iax2_ies_u32(ev->ies, IAX2_IE_VERSION, PROTOCOL_VERSION) > PROTOCOL_VERSION) {
		log_notice("Call from %s refused: it speaks a newer version of the protocol", leg->host);
		refuse_text(leg, IAX2_CAUSE_NOT_SUBSCRIBED, "No authority found");
	} else {
		proceed(leg);
	}
}

void iax2_in_authenticated(struct leg *leg)
{
	if (!leg->in || !leg->in->user) {
		return;
	}
	release_challenge(leg);
	accept(leg);
}

void iax2_in_ready(struct leg *leg)
{
	struct incoming *in = leg->in;
	if (!in || !leg->ch) {
		return;
	}
	struct channel *ch = leg->ch;
	char context[80], exten[80];
	text_copy(context, sizeof context, in->context);
	text_copy(exten, sizeof exten, in->exten);
	iax2_in_free(leg);
	leg->sw->calls_processed++;
	if (run_start(ch, context, exten, 1)) {
		log_error("Out of memory: %s cannot run the dialplan", ch->name);
		channel_hangup(ch, IAX2_CAUSE_CONGESTION);
		channel_del(ch);
	}
}

void iax2_in_ended(struct leg *leg, const struct iax2_event *ev)
{
	const struct incoming *in = leg->in;
	char ip[IAX2_ADDR_TEXT];
	if (in && in->user && ev->reason == IAX2_END_AUTH) {
		log_notice("Host %s failed MD5 authentication for '%s': not the secret of [%s] (%s:%d)",
		           iax2_addr_format_ip(&in->path.remote, ip), in->user->name, in->user->name, in->user->file, in->user->line);
	} else if (in && ev->reason != IAX2_END_AUTH) {
		log_debug("A call from %s ended before it was accepted: %s", leg->host, iax2_end_reason_text(ev->reason));
	}
	leg_del(leg);
}
