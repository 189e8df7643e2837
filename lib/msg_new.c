/* NEW: as caller and as callee (protocol reference 10, 11). */
#include <string.h>

#include "call.h"
#include "messages.h"

#define NEW_VERSION 2
#define NEW_NO_ADSI 2
#define NEW_BODY_MAX 1100  /* without the token */

static void new_write_caller(struct iax2_ie_writer *w, const struct iax2_call_params *params)
{
	bool known = params->calling_number || params->calling_name;

	iax2_iew_string(w, IAX2_IE_CALLING_NUMBER, params->calling_number);
	iax2_iew_u32(w, IAX2_IE_CALLINGPRES, known ? params->calling_pres : 0x43);
	iax2_iew_u32(w, IAX2_IE_CALLINGTON, params->calling_ton);
	iax2_iew_u32(w, IAX2_IE_CALLINGTNS, params->calling_tns);
	iax2_iew_u32(w, IAX2_IE_CALLINGANI2, 0);
	iax2_iew_string(w, IAX2_IE_CALLING_NAME, params->calling_name);
	iax2_iew_string(w, IAX2_IE_CALLING_ANI, params->calling_ani);
}

static void new_write_variables(struct iax2_ie_writer *w, const char *const *variables)
{
	for (; variables && *variables; variables++) {
		const char *equals = strchr(*variables, '=');
		struct iax2_ie_writer before = *w;
		char name[256];
		size_t len = equals ? (size_t)(equals - *variables) : 0;

		if (!equals || len == 0 || len >= sizeof(name)) {
			continue;
		}
		memcpy(name, *variables, len);
		name[len] = 0;
		iax2_iew_variable(w, name, equals + 1);
		if (w->full || w->len > NEW_BODY_MAX) {
			*w = before;
			return;
		}
	}
}

static void new_write(struct iax2_ie_writer *w, const struct iax2_call *call, const struct iax2_call_params *params)
{
	char prefs[32];

	iax2_prefs_encode(&params->prefs, prefs);
	iax2_iew_u32(w, IAX2_IE_VERSION, NEW_VERSION);
	iax2_iew_string(w, IAX2_IE_CALLED_NUMBER, params->called_number ? params->called_number : "s");
	if (params->autoanswer) {
		iax2_iew_presence(w, IAX2_IE_AUTOANSWER);
	}
	if (prefs[0]) {
		iax2_iew_string(w, IAX2_IE_CODEC_PREFS, prefs);
	}
	new_write_caller(w, params);
	iax2_iew_string(w, IAX2_IE_LANGUAGE, params->language);
	iax2_iew_string(w, IAX2_IE_DNID, params->dnid);
	iax2_iew_string(w, IAX2_IE_RDNIS, params->rdnis);
	iax2_iew_string(w, IAX2_IE_CALLED_CONTEXT, params->called_context);
	iax2_iew_string(w, IAX2_IE_USERNAME, params->username);
	iax2_iew_u32(w, IAX2_IE_FORMAT, (uint32_t)call->format);
	iax2_iew_format64(w, IAX2_IE_FORMAT2, call->format);
	iax2_iew_u32(w, IAX2_IE_CAPABILITY, (uint32_t)call->capability);
	iax2_iew_format64(w, IAX2_IE_CAPABILITY2, call->capability);
	iax2_iew_u32(w, IAX2_IE_ADSICPE, NEW_NO_ADSI);
	if (params->datetime) {
		iax2_iew_u32(w, IAX2_IE_DATETIME, params->datetime);
	}
	new_write_variables(w, params->variables);
	iax2_iew_raw(w, IAX2_IE_CALLTOKEN, "", 0);
}

static void new_setup_timeout(struct iax2_leg *leg)
{
	struct iax2_ending ending = {.reason = IAX2_END_TIMEOUT, .cause = IAX2_CAUSE_CONGESTION};

	iax2_leg_end(leg, &ending);
	iax2_leg_destroy(leg);
}

static int new_send(struct iax2_call *call, const struct iax2_call_params *params)
{
	uint8_t buf[NEW_BODY_MAX + 2];
	struct iax2_ie_writer w;
	int rc;

	iax2_iew_init(&w, buf, sizeof(buf));
	new_write(&w, call, params);
	call->format = 0;
	if (w.full) {
		return IAX2_ERR_NOSPACE;
	}
	call->leg.state = IAX2_LEG_NEW_SENT;
	rc = iax2_leg_command(&call->leg, IAX2_CMD_NEW, &w);
	if (rc == 0 && params->setup_timeout_ms) {
		iax2_leg_plan(&call->leg, params->setup_timeout_ms, new_setup_timeout);
	}
	return rc;
}

int iax2_call_new(struct iax2_endpoint *ep, struct iax2_call **out, const struct iax2_path *path, const struct iax2_call_params *params,
                  iax2_ns now)
{
	iax2_format capability = iax2_prefs_mask(&params->prefs) | params->format;
	struct iax2_call *call;
	int rc;

	iax2_endpoint_touch(ep, now);
	if (!capability || (params->format && !iax2_format_is_single(params->format))) {
		return IAX2_ERR_INVALID;
	}
	rc = iax2_call_make(&call, ep, path, 0, false);
	if (rc < 0) {
		return rc;
	}
	call->capability = capability;
	call->format = params->format ? params->format : iax2_prefs_pick(&params->prefs, capability);
	call->prefs = params->prefs;
	call->trunk = params->trunk;
	call->dtmf_end_only = params->dtmf_end_only;
	call->leg.object.user = params->user;
	rc = iax2_identity_set(&call->identity, ep, params->username, params->secret, params->allow_plaintext);
	if (rc == 0) {
		rc = new_send(call, params);
	}
	if (rc < 0) {
		call->leg.told = true;
		iax2_leg_destroy(&call->leg);
		iax2_object_release(&call->leg.object);
		return rc;
	}
	*out = call;
	return 0;
}

/* ---- incoming ---- */

static void new_undecided(struct iax2_leg *leg)
{
	struct iax2_ending ending = {.reason = IAX2_END_TIMEOUT, .cause = IAX2_CAUSE_TIMER};

	iax2_call_fail(IAX2_LEG_OF(struct iax2_call, leg), IAX2_CMD_HANGUP, &ending);
}

/* The cause to refuse that protocol version with, or 0. */
static unsigned new_version_cause(const struct iax2_ies *ies)
{
	uint32_t version = iax2_ies_u32(ies, IAX2_IE_VERSION, NEW_VERSION);

	return version > NEW_VERSION ? IAX2_CAUSE_NOT_SUBSCRIBED : version < NEW_VERSION ? 95 : 0;
}

static int new_copy(struct iax2_call *call, const struct iax2_ies *ies)
{
	iax2_format format = iax2_ies_format(ies);
	iax2_format capability = iax2_ies_capability(ies);

	call->tx_formats = format | capability;
	if (iax2_ies_has(ies, IAX2_IE_USERNAME)) {
		struct iax2_view name = ies->value[IAX2_IE_USERNAME].view;

		call->asked_user = iax2_mem_copy_text(call->leg.ep->mem, (const char *)name.data, name.len);
		return call->asked_user ? 0 : IAX2_ERR_NOMEM;
	}
	return 0;
}

static int new_announce(struct iax2_call *call, const struct iax2_frame *frame)
{
	struct iax2_endpoint *ep = call->leg.ep;
	struct iax2_event ev = {.type = IAX2_EV_NEW, .call = call, .path = call->leg.path, .data = frame->payload,
	                        .len = frame->payload_len, .validated = call->leg.validated};
	int rc = new_copy(call, &ep->ies);

	if (rc == 0) {
		rc = iax2_eventq_push(&ep->events, ep->mem, &call->leg.object, &ev, true, false);
	}
	ep->stats.no_memory += rc < 0;
	return rc;
}

int iax2_new_received(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame, const struct iax2_ies *ies,
                      bool validated)
{
	unsigned cause = new_version_cause(ies);
	struct iax2_call *call;
	int rc = iax2_call_make(&call, ep, path, frame->scall, validated);

	if (rc < 0) {
		return rc;
	}
	call->leg.state = IAX2_LEG_NEW_RECEIVED;
	call->leg.iseq = (uint8_t)(frame->oseqno + 1);
	call->leg.first_command = call->leg.last_command = IAX2_CMD_NEW;
	call->rx_zero = ep->now - frame->timestamp * IAX2_NS_PER_MS;
	(void)iax2_tstamp_receive(&call->leg.received, frame->timestamp, IAX2_TSTAMP_FULL);
	if (cause) {
		iax2_object_ref(&call->leg.object);
		call->leg.told = true;
		iax2_leg_close(&call->leg, IAX2_CMD_REJECT, cause, cause == IAX2_CAUSE_NOT_SUBSCRIBED ? IAX2_NO_AUTHORITY : NULL);
		iax2_object_release(&call->leg.object);
		iax2_object_unref(&call->leg.object);
		return 0;
	}
	rc = new_announce(call, frame);
	if (rc < 0) {
		call->leg.told = true;
		iax2_leg_destroy(&call->leg);
		iax2_object_release(&call->leg.object);
		return rc;
	}
	iax2_leg_ack(&call->leg, frame);
	iax2_leg_plan(&call->leg, ep->config.auth_timeout_ms, new_undecided);
	return 0;
}
