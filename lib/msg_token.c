/* CALLTOKEN, as the side that opens a dialogue (protocol reference 11.2, 14.2). */
#include <string.h>

#include "messages.h"

#define TOKEN_RESTARTS 2 /* REQ-132 */

/* The opening frame, if it was the last we sent, and nobody has answered it; NULL otherwise. */
static const struct iax2_rtx *token_opening(const struct iax2_leg *leg)
{
	const struct iax2_rtx *first = leg->rtx.first;
	bool opening = leg->oseq == 1 && leg->rseq == 0 && first && first != leg->rtx.unsent;

	return opening && first->len >= IAX2_FULL_HEADER + 2 + leg->token_len ? first : NULL;
}

static void token_fail(struct iax2_leg *leg, enum iax2_end_reason reason)
{
	struct iax2_ending ending = {.reason = reason, .cause = IAX2_CAUSE_REJECTED};

	iax2_leg_end(leg, &ending);
	iax2_leg_destroy(leg);
}

void iax2_calltoken_received(struct iax2_leg *leg, const struct iax2_ies *ies)
{
	const struct iax2_rtx *opening = token_opening(leg);
	uint8_t buf[IAX2_SEND_MAX - IAX2_FULL_HEADER];
	struct iax2_ie_writer w;
	struct iax2_view token;
	size_t body;

	if (!opening || !iax2_leg_in(leg, IAX2_IN(IAX2_LEG_NEW_SENT) | IAX2_IN(IAX2_LEG_REG_SENT)) ||
	    !iax2_ies_has(ies, IAX2_IE_CALLTOKEN) || ies->value[IAX2_IE_CALLTOKEN].view.len == 0) {
		return;
	}
	token = ies->value[IAX2_IE_CALLTOKEN].view;
	if (leg->token_restarts++ >= TOKEN_RESTARTS) {
		token_fail(leg, IAX2_END_TOKEN);
		return;
	}
	body = opening->len - IAX2_FULL_HEADER - 2 - leg->token_len;
	iax2_iew_init(&w, buf, sizeof(buf));
	memcpy(buf, opening->data + IAX2_FULL_HEADER, body);
	w.len = body;
	iax2_iew_raw(&w, IAX2_IE_CALLTOKEN, token.data, token.len);
	leg->token_len = token.len;
	if (w.full || iax2_rtx_reopen(leg, buf, w.len, (uint32_t)iax2_stamp_command(&leg->stamp, leg->ep->now)) < 0) {
		token_fail(leg, w.full ? IAX2_END_TOKEN : IAX2_END_NOMEM);
	}
}
