/* VNAK received: the other side misses something (protocol reference 4.7). */
#include "call.h"
#include "messages.h"

#define VNAK_GAP (20 * IAX2_NS_PER_MS) /* obeyed once in that time: twelve bytes may make us send much */

void iax2_receive_vnak(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = iax2_call_of(leg);

	(void)ies;
	if (call) {
		call->voice_full = true;
	}
	if (leg->ep->now < leg->vnak_obey_next) {
		return;
	}
	leg->vnak_obey_next = leg->ep->now + VNAK_GAP;
	iax2_rtx_again(leg, frame->iseqno);
}
