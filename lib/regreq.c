/* Somebody registers with us (protocol reference 13.3). */
#include "iax2/registration.h"

#include "challenge.h"
#include "leg.h"
#include "messages.h"

#define REGREQ_TEXT "Registration Refused"
#define REGREQ_DELAY_MS 1000 /* REQ-217 */

struct iax2_regreq {
	struct iax2_leg leg;             /* first */
	struct iax2_challenge challenge;
	char *asked_user;                /* the user name in the request; NULL: none */
	bool release;                    /* REGREL */
};

static void regreq_ended(struct iax2_leg *leg, const struct iax2_ending *ending)
{
	struct iax2_regreq *req = IAX2_LEG_OF(struct iax2_regreq, leg);
	struct iax2_event ev = {.type = IAX2_EV_REGREQ_FAILED, .regreq = req, .path = leg->path, .cause = ending->cause,
	                        .text = ending->text, .reason = ending->reason, .release = req->release};

	if (leg->object.held && iax2_eventq_push(&leg->ep->events, leg->ep->mem, &leg->object, &ev, false, true) < 0) {
		leg->ep->stats.no_memory++;
	}
}

static void regreq_fini(struct iax2_leg *leg)
{
	struct iax2_regreq *req = IAX2_LEG_OF(struct iax2_regreq, leg);

	iax2_challenge_wipe(&req->challenge, leg->ep);
	iax2_mem_free(leg->ep->mem, req->asked_user);
}

static const struct iax2_leg_ops regreq_ops = {.ended = regreq_ended, .fini = regreq_fini};

static void regreq_reject(struct iax2_leg *leg)
{
	iax2_leg_close(leg, IAX2_CMD_REGREJ, IAX2_CAUSE_FACILITY_REJECTED, REGREQ_TEXT);
}

/* Every refusal looks the same and takes the same time. */
static void regreq_refuse(struct iax2_leg *leg)
{
	leg->state = IAX2_LEG_ENDED;
	if (leg->ep->config.delay_reject) {
		iax2_leg_plan(leg, REGREQ_DELAY_MS, regreq_reject);
	} else {
		regreq_reject(leg);
	}
}

static void regreq_fail(struct iax2_leg *leg, enum iax2_end_reason reason)
{
	struct iax2_ending ending = {.reason = reason, .cause = IAX2_CAUSE_FACILITY_REJECTED};

	iax2_leg_end(leg, &ending);
	regreq_refuse(leg);
}

static void regreq_timeout(struct iax2_leg *leg)
{
	regreq_fail(leg, IAX2_END_TIMEOUT);
}

static int regreq_event(struct iax2_regreq *req, enum iax2_event_type type, const struct iax2_frame *frame)
{
	struct iax2_endpoint *ep = req->leg.ep;
	struct iax2_event ev = {.type = type, .regreq = req, .path = req->leg.path, .data = frame->payload, .len = frame->payload_len,
	                        .release = req->release, .subclass = frame->subclass, .validated = req->leg.validated};
	int rc = iax2_eventq_push(&ep->events, ep->mem, &req->leg.object, &ev, true, false);

	ep->stats.no_memory += rc < 0;
	return rc;
}

static int regreq_begin(struct iax2_regreq *req, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_view name = ies->value[IAX2_IE_USERNAME].view;

	req->asked_user = iax2_mem_copy_text(req->leg.ep->mem, (const char *)name.data, name.len);
	if (!req->asked_user) {
		req->leg.ep->stats.no_memory++;
		return IAX2_ERR_NOMEM;
	}
	return regreq_event(req, IAX2_EV_REGREQ, frame);
}

static int regreq_make(struct iax2_regreq **out, struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame,
                       bool validated)
{
	struct iax2_regreq *req = iax2_mem_alloc_zero(ep->mem, sizeof(*req));
	int rc;

	if (!req) {
		ep->stats.no_memory++;
		return IAX2_ERR_NOMEM;
	}
	rc = iax2_leg_init(&req->leg, ep, &regreq_ops, path, frame->scall, validated);
	if (rc < 0) {
		iax2_mem_free(ep->mem, req);
		return rc;
	}
	req->leg.state = IAX2_LEG_REGREQ_RECEIVED;
	req->leg.iseq = (uint8_t)(frame->oseqno + 1);
	req->release = frame->subclass == IAX2_CMD_REGREL;
	rc = iax2_object_hold(&req->leg.object);
	if (rc < 0) {
		ep->stats.no_memory++;
		iax2_leg_destroy(&req->leg);
		return rc;
	}
	*out = req;
	return 0;
}

int iax2_regreq_received(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame,
                         const struct iax2_ies *ies, bool validated)
{
	bool named = iax2_ies_has(ies, IAX2_IE_USERNAME) && ies->value[IAX2_IE_USERNAME].view.len > 0;
	struct iax2_regreq *req;
	int rc = regreq_make(&req, ep, path, frame, validated);

	if (rc < 0) {
		return rc;
	}
	if (named) {
		rc = regreq_begin(req, frame, ies);
		if (rc < 0) {
			req->leg.told = true;
			iax2_leg_destroy(&req->leg);
			iax2_object_release(&req->leg.object);
			return rc;
		}
		iax2_leg_ack(&req->leg, frame);
		iax2_leg_plan(&req->leg, ep->config.auth_timeout_ms, regreq_timeout);
		return 0;
	}
	iax2_object_ref(&req->leg.object);
	req->leg.told = true;
	iax2_object_release(&req->leg.object);
	iax2_leg_ack(&req->leg, frame);
	regreq_refuse(&req->leg);
	iax2_object_unref(&req->leg.object);
	return 0;
}

/* The request again, on the same leg, with the proof. */
void iax2_receive_regreq(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_regreq *req = IAX2_LEG_OF(struct iax2_regreq, leg);
	bool good = iax2_challenge_verify(&req->challenge, leg->ep, ies);

	iax2_challenge_wipe(&req->challenge, leg->ep);
	if (!good || (frame->subclass == IAX2_CMD_REGREL) != req->release) {
		regreq_fail(leg, IAX2_END_AUTH);
		return;
	}
	leg->state = IAX2_LEG_REGREQ_RECEIVED;
	iax2_leg_plan(leg, leg->ep->config.auth_timeout_ms, regreq_timeout);
	if (regreq_event(req, IAX2_EV_REGREQ_AUTHENTICATED, frame) < 0) {
		regreq_fail(leg, IAX2_END_NOMEM);
	}
}

/* ---- what the owner asks for ---- */

int iax2_regreq_challenge(struct iax2_regreq *req, const struct iax2_credentials *creds, iax2_ns now)
{
	struct iax2_leg *leg = &req->leg;
	uint8_t buf[4 + 2 + IAX2_CHALLENGE_LEN + 2 + 255];
	struct iax2_ie_writer w;
	int rc;

	iax2_endpoint_touch(leg->ep, now);
	if (leg->state != IAX2_LEG_REGREQ_RECEIVED) {
		return IAX2_ERR_STATE;
	}
	rc = iax2_challenge_set(&req->challenge, leg->ep, creds);
	if (rc < 0) {
		return rc;
	}
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_challenge_write(&req->challenge, &w, creds->username ? creds->username : req->asked_user);
	rc = iax2_leg_command(leg, IAX2_CMD_REGAUTH, &w);
	if (rc == 0) {
		leg->state = IAX2_LEG_REGREQ_WAIT;
		iax2_leg_plan(leg, leg->ep->config.auth_timeout_ms, regreq_timeout);
	}
	return rc;
}

static void grant_write(const struct iax2_regreq *req, const struct iax2_grant *grant, struct iax2_ie_writer *w)
{
	iax2_iew_string(w, IAX2_IE_USERNAME, grant->username ? grant->username : req->asked_user);
	if (grant->datetime) {
		iax2_iew_u32(w, IAX2_IE_DATETIME, grant->datetime);
	}
	if (req->release) {
		return;
	}
	iax2_iew_u32(w, IAX2_IE_REFRESH, grant->refresh_s);
	iax2_iew_addr(w, &req->leg.path.remote);
	if (grant->has_messages) {
		iax2_iew_u32(w, IAX2_IE_MSGCOUNT, (uint32_t)grant->old_messages << 8 | grant->new_messages);
	}
	iax2_iew_string(w, IAX2_IE_CALLING_NUMBER, grant->calling_number);
	iax2_iew_string(w, IAX2_IE_CALLING_NAME, grant->calling_name);
}

int iax2_regreq_grant(struct iax2_regreq *req, const struct iax2_grant *grant, iax2_ns now)
{
	struct iax2_leg *leg = &req->leg;
	uint8_t buf[3 * (2 + 255) + 64];
	struct iax2_ie_writer w;
	int rc = IAX2_ERR_STATE;

	iax2_endpoint_touch(leg->ep, now);
	iax2_object_ref(&leg->object);
	leg->told = true;
	iax2_object_release(&leg->object);
	if (leg->state == IAX2_LEG_REGREQ_RECEIVED) {
		iax2_iew_init(&w, buf, sizeof(buf));
		grant_write(req, grant, &w);
		rc = iax2_leg_final(leg, IAX2_CMD_REGACK, &w);
	} else if (iax2_leg_alive(leg) && !iax2_leg_in(leg, IAX2_IN_ENDED)) {
		iax2_leg_destroy(leg);
	}
	iax2_object_unref(&leg->object);
	return rc;
}

void iax2_regreq_refuse(struct iax2_regreq *req, iax2_ns now)
{
	struct iax2_leg *leg = &req->leg;

	iax2_endpoint_touch(leg->ep, now);
	iax2_object_ref(&leg->object);
	leg->told = true;
	iax2_object_release(&leg->object);
	if (iax2_leg_alive(leg) && !iax2_leg_in(leg, IAX2_IN_ENDED)) {
		regreq_refuse(leg);
	}
	iax2_object_unref(&leg->object);
}

void iax2_regreq_set_user(struct iax2_regreq *req, void *user)
{
	req->leg.object.user = user;
}
