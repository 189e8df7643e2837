/* PING and PONG, LAGRQ and LAGRP (protocol reference 17.1); POKE and whatever else gets a short answer inside a leg. */
#include "call.h"
#include "messages.h"
#include "poke.h"

static void ping_echo(struct iax2_leg *leg, const struct iax2_frame *frame, enum iax2_command command, const struct iax2_ie_writer *ies)
{
	struct iax2_leg_tx tx = {.type = IAX2_TYPE_IAX, .subclass = command, .echo = true, .ts = frame->timestamp};

	if (ies) {
		tx.payload = ies->buf;
		tx.len = ies->len;
	}
	(void)iax2_leg_send(leg, &tx); /* without memory the frame is only acknowledged: it was a question about the line */
}

void iax2_receive_ping(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = iax2_call_of(leg);
	struct iax2_quality quality = {0};
	uint8_t buf[64];
	struct iax2_ie_writer w;

	(void)ies;
	if (call) {
		quality = iax2_meter_read(&call->meter);
	}
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_quality_write(&quality, &w);
	ping_echo(leg, frame, IAX2_CMD_PONG, &w);
}

void iax2_receive_pong(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = iax2_call_of(leg);

	if (!call) {
		iax2_poke_pong(leg, frame);
		return;
	}
	(void)iax2_leg_echo(leg, frame, true);
	if (iax2_ies_has(ies, IAX2_IE_RR_PKTS)) {
		call->remote_quality = iax2_quality_decode(ies);
		call->remote_quality_known = true;
	}
}

void iax2_receive_lagrq(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	(void)ies;
	ping_echo(leg, frame, IAX2_CMD_LAGRP, NULL);
}

void iax2_receive_lagrp(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_rtt_echo answer = iax2_leg_echo(leg, frame, false);

	(void)ies;
	if (answer.certain) {
		IAX2_LEG_OF(struct iax2_call, leg)->lag_ms = answer.ms;
	}
}

void iax2_receive_poke(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	(void)ies;
	iax2_poke_answer(leg->ep, &leg->path, frame);
}

void iax2_receive_unsupported(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	uint8_t buf[3];
	struct iax2_ie_writer w;

	(void)ies;
	if (frame->subclass < 0 || frame->subclass > UINT8_MAX) {
		return; /* the element has one byte */
	}
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_u32(&w, IAX2_IE_IAX_UNKNOWN, (uint32_t)frame->subclass);
	(void)iax2_leg_command(leg, IAX2_CMD_UNSUPPORT, &w);
}

/* We take part in no transfer; the call stays as it is (16). */
void iax2_receive_txreq(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	(void)frame;
	(void)ies;
	(void)iax2_leg_command(leg, IAX2_CMD_TXREJ, NULL);
}
