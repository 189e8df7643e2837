/* AUTHREQ and AUTHREP (protocol reference 11, 19). */
#include "call.h"
#include "messages.h"

#define AUTH_ANSWERS 3
#define AUTH_DELAY_MS 1000 /* REQ-217 */

/* ---- as caller ---- */

static void auth_no_answer(struct iax2_call *call, enum iax2_end_reason reason)
{
	struct iax2_ending ending = {.reason = reason, .cause = IAX2_CAUSE_NOT_SUBSCRIBED};

	iax2_call_fail(call, IAX2_CMD_HANGUP, &ending);
}

void iax2_receive_authreq(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	uint8_t buf[2 + 255];
	struct iax2_ie_writer w;
	int rc;

	(void)frame;
	if (call->auth_count++ >= AUTH_ANSWERS) {
		auth_no_answer(call, IAX2_END_PROTOCOL);
		return;
	}
	iax2_iew_init(&w, buf, sizeof(buf));
	rc = iax2_identity_answer(&call->identity, leg->ep, ies, &w);
	if (rc == 0) {
		leg->state = IAX2_LEG_AUTH_SENT;
		rc = iax2_leg_command(leg, IAX2_CMD_AUTHREP, &w);
	}
	iax2_auth_wipe(buf, sizeof(buf));
	if (rc < 0) {
		auth_no_answer(call, rc == IAX2_ERR_NOMEM ? IAX2_END_NOMEM : IAX2_END_NO_AUTH);
	}
}

/* ---- as callee ---- */

static void auth_timeout(struct iax2_leg *leg)
{
	struct iax2_ending ending = {.reason = IAX2_END_TIMEOUT, .cause = IAX2_CAUSE_TIMER};

	iax2_call_fail(IAX2_LEG_OF(struct iax2_call, leg), IAX2_CMD_HANGUP, &ending);
}

int iax2_call_challenge(struct iax2_call *call, const struct iax2_credentials *creds, iax2_ns now)
{
	struct iax2_leg *leg = &call->leg;
	const char *name = creds->username ? creds->username : call->asked_user;
	uint8_t buf[4 + 2 + IAX2_CHALLENGE_LEN + 2 + 255];
	struct iax2_ie_writer w;
	int rc;

	iax2_endpoint_touch(leg->ep, now);
	if (leg->state != IAX2_LEG_NEW_RECEIVED || call->authenticated) {
		return IAX2_ERR_STATE;
	}
	rc = iax2_challenge_set(&call->challenge, leg->ep, creds);
	if (rc < 0) {
		return rc;
	}
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_challenge_write(&call->challenge, &w, name ? name : "");
	rc = iax2_leg_command(leg, IAX2_CMD_AUTHREQ, &w);
	if (rc == 0) {
		leg->state = IAX2_LEG_AUTH_WAIT;
		iax2_leg_plan(leg, leg->ep->config.auth_timeout_ms, auth_timeout);
	}
	return rc;
}

static void auth_refuse(struct iax2_leg *leg)
{
	iax2_leg_close(leg, IAX2_CMD_REJECT, IAX2_CAUSE_NOT_SUBSCRIBED, IAX2_NO_AUTHORITY);
}

void iax2_receive_authrep(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	struct iax2_ending ending = {.reason = IAX2_END_AUTH, .cause = IAX2_CAUSE_NOT_SUBSCRIBED};
	struct iax2_event ev = {.type = IAX2_EV_AUTHENTICATED, .call = call, .path = leg->path};
	bool good = iax2_challenge_verify(&call->challenge, leg->ep, ies);

	(void)frame;
	iax2_challenge_wipe(&call->challenge, leg->ep);
	if (!good) {
		iax2_leg_end(leg, &ending);
		if (leg->ep->config.delay_reject) {
			iax2_leg_plan(leg, AUTH_DELAY_MS, auth_refuse);
		} else {
			auth_refuse(leg);
		}
		return;
	}
	call->authenticated = true;
	leg->state = IAX2_LEG_NEW_RECEIVED;
	iax2_leg_plan(leg, leg->ep->config.auth_timeout_ms, auth_timeout);
	iax2_call_event_or_end(call, &ev);
}
