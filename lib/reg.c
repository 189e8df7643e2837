/* Registering with somebody (protocol reference 13.1, 13.2). */
#include "iax2/registration.h"

#include <string.h>

#include "challenge.h"
#include "leg.h"
#include "messages.h"

#define REG_REFRESH_S 60
#define REG_ANSWERS 2
#define REG_TEXT_MAX 256

struct reg_leg {
	struct iax2_leg leg;                 /* first */
	struct iax2_registration *reg;       /* referenced while the leg lives */
	bool release;
	unsigned answers;
};

struct iax2_registration {
	struct iax2_object object;           /* first; `held` until stopped */
	struct iax2_path path;
	struct iax2_identity identity;
	uint16_t wanted_s;
	struct reg_leg *leg;                 /* the attempt under way; NULL: none */
	struct iax2_timer timer;             /* next attempt */
	iax2_ns next;
	struct iax2_registration_info info;
	char text[REG_TEXT_MAX];
};

static void reg_set_state(struct iax2_registration *reg, enum iax2_registration_state state)
{
	struct iax2_endpoint *ep = reg->object.ep;
	struct iax2_event ev = {.type = IAX2_EV_REGISTRATION, .registration = reg, .path = reg->path};

	reg->info.state = state;
	if (reg->object.held && iax2_eventq_push(&ep->events, ep->mem, &reg->object, &ev, false, false) < 0) {
		ep->stats.no_memory++;
	}
}

/* Five sixths of the refresh interval, less up to a tenth at random so that many clients don't come at once. */
static void reg_arm(struct iax2_registration *reg, uint16_t refresh_s)
{
	struct iax2_endpoint *ep = reg->object.ep;
	uint32_t ms = refresh_s * 1000u / 6 * 5;

	if (!reg->object.held) {
		return;
	}
	ms -= iax2_endpoint_random(ep) % (ms / 10 + 1);
	reg->next = ep->now + (ms ? ms : 1000) * IAX2_NS_PER_MS;
	iax2_timer_start(&ep->timers, &reg->timer, reg->next);
}

static void reg_set_refusal(struct iax2_registration *reg, unsigned cause, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	len = len < REG_TEXT_MAX ? len : REG_TEXT_MAX - 1;
	memcpy(reg->text, text ? text : "", len);
	reg->text[len] = 0;
	reg->info.cause = cause;
}

/* ---- the leg ---- */

static void reg_leg_stop(struct iax2_leg *leg)
{
	struct reg_leg *rl = IAX2_LEG_OF(struct reg_leg, leg);
	struct iax2_registration *reg = rl->reg;

	rl->reg = NULL;
	if (reg) {
		if (reg->leg == rl) {
			reg->leg = NULL;
		}
		iax2_object_unref(&reg->object);
	}
}

static void reg_leg_ended(struct iax2_leg *leg, const struct iax2_ending *ending)
{
	struct iax2_registration *reg = IAX2_LEG_OF(struct reg_leg, leg)->reg;

	if (!reg) {
		return;
	}
	reg_set_refusal(reg, ending->cause, ending->text);
	switch (ending->reason) {
	case IAX2_END_TIMEOUT:
		reg->info.perceived = (struct iax2_addr){0};
		reg->info.refresh_s = REG_REFRESH_S;
		reg_set_state(reg, IAX2_REG_TIMEOUT);
		break;
	case IAX2_END_NO_AUTH:
		reg_set_state(reg, IAX2_REG_NO_AUTHENTICATION);
		break;
	case IAX2_END_REMOTE_REJECT:
	case IAX2_END_TOKEN:
	case IAX2_END_PROTOCOL:
		reg_set_state(reg, IAX2_REG_REJECTED);
		break;
	default:
		reg_set_state(reg, IAX2_REG_UNREGISTERED);
		break;
	}
}

static const struct iax2_leg_ops reg_ops = {.ended = reg_leg_ended, .stop = reg_leg_stop};

static int reg_request(struct reg_leg *rl, const struct iax2_ies *challenge)
{
	struct iax2_registration *reg = rl->reg;
	uint8_t buf[3 * (2 + 255) + 8];
	struct iax2_ie_writer w;
	int rc = 0;

	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_string(&w, IAX2_IE_USERNAME, reg->identity.username);
	if (!rl->release) {
		iax2_iew_u32(&w, IAX2_IE_REFRESH, reg->wanted_s);
	}
	if (challenge) {
		rc = iax2_identity_answer(&reg->identity, rl->leg.ep, challenge, &w);
	}
	iax2_iew_raw(&w, IAX2_IE_CALLTOKEN, "", 0);
	if (rc == 0) {
		rc = iax2_leg_command(&rl->leg, rl->release ? IAX2_CMD_REGREL : IAX2_CMD_REGREQ, &w);
	}
	iax2_auth_wipe(buf, sizeof(buf));
	return rc;
}

static int reg_send(struct iax2_registration *reg, bool release)
{
	struct iax2_endpoint *ep = reg->object.ep;
	struct reg_leg *rl = iax2_mem_alloc_zero(ep->mem, sizeof(*rl));
	int rc;

	if (!rl) {
		ep->stats.no_memory++;
		return IAX2_ERR_NOMEM;
	}
	rc = iax2_leg_init(&rl->leg, ep, &reg_ops, &reg->path, 0, false);
	if (rc < 0) {
		iax2_mem_free(ep->mem, rl);
		return rc;
	}
	rl->leg.state = IAX2_LEG_REG_SENT;
	rl->release = release;
	rl->reg = reg;
	iax2_object_ref(&reg->object);
	reg->leg = rl;
	rc = reg_request(rl, NULL);
	if (rc < 0) {
		iax2_leg_destroy(&rl->leg);
	}
	return rc;
}

static void reg_drop_leg(struct iax2_registration *reg)
{
	if (reg->leg) {
		reg->leg->leg.told = true;
		iax2_leg_destroy(&reg->leg->leg);
	}
}

static int reg_attempt(struct iax2_registration *reg)
{
	int rc;

	reg_drop_leg(reg);
	reg_arm(reg, reg->info.state == IAX2_REG_REGISTERED ? reg->info.refresh_s : reg->wanted_s);
	rc = reg_send(reg, false);
	if (rc == 0 && reg->info.state != IAX2_REG_REGISTERED) {
		reg_set_state(reg, IAX2_REG_REQUEST_SENT);
	}
	return rc;
}

static void reg_fire(iax2_ns now, void *arg)
{
	(void)now;
	(void)reg_attempt(arg); /* without memory the timer, which runs again, leads to the next try */
}

/* ---- answers ---- */

static void reg_fail(struct iax2_leg *leg, enum iax2_end_reason reason)
{
	struct iax2_ending ending = {.reason = reason, .cause = IAX2_CAUSE_NOT_SUBSCRIBED};

	iax2_leg_end(leg, &ending);
	iax2_leg_close(leg, IAX2_CMD_REJECT, ending.cause, NULL);
}

void iax2_receive_regauth(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct reg_leg *rl = IAX2_LEG_OF(struct reg_leg, leg);
	int rc;

	(void)frame;
	if (rl->answers++ >= REG_ANSWERS) {
		reg_fail(leg, IAX2_END_PROTOCOL);
		return;
	}
	leg->state = IAX2_LEG_REG_AUTH_SENT;
	rc = reg_request(rl, ies);
	if (rc < 0) {
		reg_fail(leg, rc == IAX2_ERR_NOAUTH ? IAX2_END_NO_AUTH : IAX2_END_NOMEM);
	} else if (!rl->release && rl->reg->info.state != IAX2_REG_REGISTERED) {
		reg_set_state(rl->reg, IAX2_REG_AUTH_SENT);
	}
}

static void reg_adopt(struct iax2_registration *reg, const struct iax2_ies *ies)
{
	uint32_t refresh = iax2_ies_u32(ies, IAX2_IE_REFRESH, REG_REFRESH_S);

	reg->info.refresh_s = refresh ? (uint16_t)refresh : REG_REFRESH_S;
	reg->info.perceived = iax2_ies_has(ies, IAX2_IE_APPARENT_ADDR) ? ies->apparent_addr : (struct iax2_addr){0};
	reg->info.has_messages = iax2_ies_has(ies, IAX2_IE_MSGCOUNT);
	reg->info.new_messages = (uint8_t)iax2_ies_u32(ies, IAX2_IE_MSGCOUNT, 0);
	reg->info.old_messages = (uint8_t)(iax2_ies_u32(ies, IAX2_IE_MSGCOUNT, 0) >> 8);
	reg_set_refusal(reg, 0, NULL);
	reg_arm(reg, reg->info.refresh_s);
	reg_set_state(reg, IAX2_REG_REGISTERED);
}

void iax2_receive_regack(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct reg_leg *rl = IAX2_LEG_OF(struct reg_leg, leg);

	iax2_leg_ack(leg, frame);
	if (!rl->release && rl->reg->object.held) {
		reg_adopt(rl->reg, ies);
	}
	leg->told = true;
	iax2_leg_destroy(leg);
}

void iax2_receive_regrej(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	char text[REG_TEXT_MAX];
	struct iax2_ending ending = {.reason = IAX2_END_REMOTE_REJECT,
	                             .cause = iax2_ies_u32(ies, IAX2_IE_CAUSECODE, IAX2_CAUSE_FACILITY_REJECTED)};

	ending.text = iax2_ies_string(ies, IAX2_IE_CAUSE, text, sizeof(text));
	iax2_leg_ack(leg, frame);
	iax2_leg_end(leg, &ending);
	iax2_leg_destroy(leg);
}

/* ---- what the owner asks for ---- */

static void reg_del(struct iax2_object *object)
{
	struct iax2_registration *reg = (struct iax2_registration *)(void *)object;

	if (reg->leg) {
		reg->leg->reg = NULL;
	}
	iax2_timer_stop(&object->ep->timers, &reg->timer);
	iax2_timers_release(&object->ep->timers, 1);
	iax2_identity_wipe(&reg->identity, object->ep);
	iax2_mem_free(object->ep->mem, reg);
}

int iax2_registration_new(struct iax2_endpoint *ep, struct iax2_registration **out, const struct iax2_path *path,
                          const struct iax2_registration_params *params, iax2_ns now)
{
	struct iax2_registration *reg;
	int rc;

	iax2_endpoint_touch(ep, now);
	if (!params->username || !params->username[0]) {
		return IAX2_ERR_INVALID;
	}
	reg = iax2_mem_alloc_zero(ep->mem, sizeof(*reg));
	if (!reg || iax2_timers_reserve(&ep->timers, ep->mem, 1) < 0) {
		ep->stats.no_memory++;
		iax2_mem_free(ep->mem, reg);
		return IAX2_ERR_NOMEM;
	}
	iax2_object_init(&reg->object, ep, reg_del);
	reg->object.held = true;
	reg->object.user = params->user;
	reg->path = *path;
	reg->wanted_s = params->refresh_s ? params->refresh_s : REG_REFRESH_S;
	reg->info.refresh_s = reg->wanted_s;
	iax2_timer_init(&reg->timer, reg_fire, reg);
	rc = iax2_identity_set(&reg->identity, ep, params->username, params->secret, params->allow_plaintext);
	if (rc == 0) {
		rc = reg_attempt(reg);
	}
	if (rc < 0) {
		iax2_timer_stop(&ep->timers, &reg->timer);
		iax2_object_release(&reg->object);
		return rc;
	}
	*out = reg;
	return 0;
}

void iax2_registration_set_path(struct iax2_registration *reg, const struct iax2_path *path, iax2_ns now)
{
	iax2_endpoint_touch(reg->object.ep, now);
	reg->path = *path;
	if (reg->info.state != IAX2_REG_REGISTERED) {
		(void)reg_attempt(reg);
	}
}

void iax2_registration_stop(struct iax2_registration *reg, bool release, iax2_ns now)
{
	bool registered = reg->info.state == IAX2_REG_REGISTERED;

	iax2_endpoint_touch(reg->object.ep, now);
	iax2_timer_stop(&reg->object.ep->timers, &reg->timer);
	reg_drop_leg(reg);
	if (release && registered) {
		(void)reg_send(reg, true); /* without memory the registrar forgets us when the time is up */
	}
	iax2_object_release(&reg->object);
}

void iax2_registration_info(const struct iax2_registration *reg, struct iax2_registration_info *info)
{
	*info = reg->info;
	info->path = reg->path;
	info->text = reg->text;
	info->next = reg->next;
}

const char *iax2_registration_state_text(enum iax2_registration_state state)
{
	static const char *const texts[] = {
	    [IAX2_REG_UNREGISTERED] = "Unregistered",
	    [IAX2_REG_REQUEST_SENT] = "Request Sent",
	    [IAX2_REG_AUTH_SENT] = "Auth. Sent",
	    [IAX2_REG_REGISTERED] = "Registered",
	    [IAX2_REG_REJECTED] = "Rejected",
	    [IAX2_REG_TIMEOUT] = "Timeout",
	    [IAX2_REG_NO_AUTHENTICATION] = "No Authentication",
	};

	return (size_t)state < sizeof(texts) / sizeof(texts[0]) ? texts[state] : "Unknown";
}
