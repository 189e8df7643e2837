/* ACCEPT (protocol reference 11, 12.3). */
#include "call.h"
#include "messages.h"

/* The one format the callee's choice comes to; 0: none that we offered. */
static iax2_format accept_format(const struct iax2_call *call, const struct iax2_ies *ies)
{
	iax2_format format = iax2_ies_format(ies);
	iax2_format picked;

	if (!format) {
		picked = iax2_prefs_pick(&call->prefs, call->capability);
		return picked ? picked : iax2_format_best(call->capability);
	}
	format &= call->capability;
	if (!format || iax2_format_is_single(format)) {
		return format;
	}
	picked = iax2_prefs_pick(&call->prefs, format);
	return picked ? picked : iax2_format_best(format);
}

void iax2_receive_accept(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	struct iax2_ending ending = {.reason = IAX2_END_NO_FORMAT, .cause = IAX2_CAUSE_BEARER};
	struct iax2_event ev = {.type = IAX2_EV_ACCEPTED, .call = call, .path = leg->path, .format = accept_format(call, ies)};

	(void)frame;
	if (!ev.format) {
		iax2_call_fail(call, IAX2_CMD_REJECT, &ending);
		return;
	}
	call->format = ev.format;
	call->tx_formats = ev.format | (call->capability & IAX2_FORMATS_VIDEO);
	leg->state = IAX2_LEG_ACCEPTED;
	iax2_leg_plan(leg, 0, NULL);
	iax2_identity_wipe(&call->identity, leg->ep);
	iax2_call_event_or_end(call, &ev);
}

int iax2_call_accept(struct iax2_call *call, iax2_format format, iax2_format capability, iax2_ns now)
{
	struct iax2_leg *leg = &call->leg;
	struct iax2_event ev = {.type = IAX2_EV_READY, .call = call, .path = leg->path, .format = format};
	uint8_t buf[2 + 4 + 2 + 9];
	struct iax2_ie_writer w;
	int rc;

	iax2_endpoint_touch(leg->ep, now);
	if (leg->state != IAX2_LEG_NEW_RECEIVED) {
		return IAX2_ERR_STATE;
	}
	if (!iax2_format_is_single(format)) {
		return IAX2_ERR_INVALID;
	}
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_u32(&w, IAX2_IE_FORMAT, (uint32_t)format);
	iax2_iew_format64(&w, IAX2_IE_FORMAT2, format);
	rc = iax2_leg_command(leg, IAX2_CMD_ACCEPT, &w);
	if (rc < 0) {
		return rc;
	}
	leg->state = IAX2_LEG_ACCEPTED;
	iax2_leg_plan(leg, 0, NULL);
	call->format = format;
	call->capability = capability | format;
	call->tx_formats |= format;
	if (call->authenticated) {
		call->ready_told = true;
		iax2_call_event_or_end(call, &ev);
	}
	return 0;
}
