/* HANGUP, REJECT and INVAL: the other side ends a leg (protocol reference 4.8, 11). */
#include "call.h"
#include "messages.h"

/* Ends the leg for a reason that came in a message; `fallback` without a CAUSECODE. */
static void hangup_leg(struct iax2_leg *leg, const struct iax2_ies *ies, enum iax2_end_reason reason, unsigned fallback)
{
	char text[256];
	struct iax2_ending ending = {.reason = reason, .cause = iax2_ies_u32(ies, IAX2_IE_CAUSECODE, fallback)};

	ending.text = iax2_ies_string(ies, IAX2_IE_CAUSE, text, sizeof(text));
	iax2_leg_end(leg, &ending);
	iax2_leg_destroy(leg);
}

void iax2_receive_hangup(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	iax2_leg_ack(leg, frame);
	hangup_leg(leg, ies, IAX2_END_REMOTE_HANGUP, IAX2_CAUSE_NORMAL);
}

void iax2_receive_reject(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	iax2_leg_ack(leg, frame);
	hangup_leg(leg, ies, IAX2_END_REMOTE_REJECT, IAX2_CAUSE_REJECTED);
}

void iax2_receive_inval(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_ending ending = {.reason = IAX2_END_INVAL, .cause = IAX2_CAUSE_INVALID_CALL};

	(void)frame;
	(void)ies;
	iax2_leg_end(leg, &ending);
	iax2_leg_destroy(leg);
}
