/* Control frames, digits, text, HTML, images, comfort noise (protocol reference 7). */
#include <string.h>

#include "call.h"
#include "messages.h"
#include "names.h"

#define SIGNAL_TEXT_MAX 1200
#define DIGIT_ALONE_MS 100
#define DIGIT_MAX_MS 6000

/* ---- sending ---- */

static bool signal_possible(const struct iax2_call *call)
{
	const struct iax2_leg *leg = &call->leg;

	return iax2_leg_alive(leg) && iax2_leg_in(leg, leg->incoming ? IAX2_IN_STARTED : IAX2_IN_CALL);
}

static int signal_send(struct iax2_call *call, enum iax2_frame_type type, int64_t subclass, const void *data, size_t len)
{
	struct iax2_leg_tx tx = {.type = (uint8_t)type, .subclass = subclass, .payload = data, .len = len};

	if (!signal_possible(call)) {
		return IAX2_ERR_STATE;
	}
	return len > SIGNAL_TEXT_MAX + 1 ? IAX2_ERR_NOSPACE : iax2_leg_send(&call->leg, &tx);
}

int iax2_call_control(struct iax2_call *call, enum iax2_control control, const void *data, size_t len, iax2_ns now)
{
	int rc;

	iax2_endpoint_touch(call->leg.ep, now);
	if (control != IAX2_CONTROL_STOP_SOUNDS && iax2_control_blocked(control)) {
		return IAX2_ERR_INVALID;
	}
	rc = signal_send(call, IAX2_TYPE_CONTROL, control, data, len);
	if (rc == 0 && control == IAX2_CONTROL_ANSWER) {
		call->answered = true;
		if (iax2_leg_in(&call->leg, IAX2_IN_STARTED)) {
			call->leg.state = IAX2_LEG_UP;
		}
		rc = signal_send(call, IAX2_TYPE_CONTROL, IAX2_CONTROL_STOP_SOUNDS, NULL, 0);
	}
	return rc;
}

/* The digit in upper case, or 0 when it is none. */
static char digit_of(int64_t value)
{
	if (value >= 'a' && value <= 'd') {
		return (char)(value - 'a' + 'A');
	}
	return (value >= '0' && value <= '9') || (value >= 'A' && value <= 'D') || value == '*' || value == '#' ? (char)value : 0;
}

int iax2_call_dtmf_begin(struct iax2_call *call, char digit, iax2_ns now)
{
	iax2_endpoint_touch(call->leg.ep, now);
	if (!digit_of(digit)) {
		return IAX2_ERR_INVALID;
	}
	if (call->dtmf_end_only) {
		return signal_possible(call) ? 0 : IAX2_ERR_STATE;
	}
	return signal_send(call, IAX2_TYPE_DTMF_BEGIN, digit_of(digit), NULL, 0);
}

int iax2_call_dtmf_end(struct iax2_call *call, char digit, iax2_ns now)
{
	iax2_endpoint_touch(call->leg.ep, now);
	return digit_of(digit) ? signal_send(call, IAX2_TYPE_DTMF_END, digit_of(digit), NULL, 0) : IAX2_ERR_INVALID;
}

int iax2_call_text(struct iax2_call *call, const char *text, size_t len, iax2_ns now)
{
	char buf[SIGNAL_TEXT_MAX + 1];

	iax2_endpoint_touch(call->leg.ep, now);
	if (len > SIGNAL_TEXT_MAX) {
		return IAX2_ERR_NOSPACE;
	}
	memcpy(buf, text, len);
	buf[len] = 0;
	return signal_send(call, IAX2_TYPE_TEXT, 0, buf, len + 1);
}

int iax2_call_send(struct iax2_call *call, enum iax2_frame_type type, int64_t subclass, const void *data, size_t len, iax2_ns now)
{
	iax2_endpoint_touch(call->leg.ep, now);
	if (type != IAX2_TYPE_HTML && type != IAX2_TYPE_IMAGE && type != IAX2_TYPE_CNG && type != IAX2_TYPE_NULL) {
		return IAX2_ERR_INVALID;
	}
	if (type == IAX2_TYPE_CNG) {
		iax2_stamp_silence(&call->leg.stamp);
	}
	return signal_send(call, type, subclass, data, len);
}

/* ---- receiving ---- */

static void signal_event(struct iax2_leg *leg, enum iax2_event_type type, const struct iax2_frame *frame)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	struct iax2_event ev = {.type = type, .call = call, .path = leg->path, .subclass = frame->subclass, .data = frame->payload,
	                        .len = frame->payload_len};

	if (type == IAX2_EV_IMAGE) {
		ev.format = (iax2_format)frame->subclass;
	}
	(void)iax2_call_event(call, &ev);
}

/* Payloads that are structures of the sender's machine, or carry pointers of it: acknowledged and dropped (7.3). */
static bool control_ignored(int64_t control)
{
	enum { CONTROL_T38_PARAMETERS = 24, CONTROL_AOC = 28 };

	return control == IAX2_CONTROL_OPTION || control == CONTROL_T38_PARAMETERS || control == CONTROL_AOC ||
	       (control != IAX2_CONTROL_STOP_SOUNDS && iax2_control_blocked(control));
}

void iax2_receive_control(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);

	(void)ies;
	if (control_ignored(frame->subclass)) {
		return;
	}
	if (frame->subclass == IAX2_CONTROL_ANSWER) {
		call->answered = true;
		leg->state = IAX2_LEG_UP;
	}
	signal_event(leg, IAX2_EV_CONTROL, frame);
}

void iax2_call_digit_up(struct iax2_call *call, uint32_t duration_ms)
{
	struct iax2_event ev = {.type = IAX2_EV_DTMF_END, .call = call, .path = call->leg.path, .subclass = call->digit,
	                        .duration_ms = duration_ms};

	call->digit = 0;
	iax2_timer_stop(&call->leg.ep->timers, &call->digit_timer);
	(void)iax2_call_event(call, &ev);
}

/* How long the digit has been down at a time stamp. */
static uint32_t digit_duration(const struct iax2_call *call, uint32_t wire)
{
	iax2_ts ms = iax2_tstamp_expand(&call->leg.received, wire, IAX2_TSTAMP_FULL) - call->digit_ts;

	return ms < 1 ? 1 : ms > DIGIT_MAX_MS ? DIGIT_MAX_MS : (uint32_t)ms;
}

void iax2_receive_dtmf_begin(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	char digit = digit_of(frame->subclass);
	struct iax2_event ev = {.type = IAX2_EV_DTMF_BEGIN, .call = call, .path = leg->path, .subclass = digit};

	(void)ies;
	if (!digit) {
		return;
	}
	if (call->digit) {
		iax2_call_digit_up(call, digit_duration(call, frame->timestamp));
	}
	call->digit_overdue = 0;
	call->digit = digit;
	call->digit_ts = iax2_tstamp_expand(&leg->received, frame->timestamp, IAX2_TSTAMP_FULL);
	iax2_timer_start(&leg->ep->timers, &call->digit_timer, leg->ep->now + DIGIT_MAX_MS * IAX2_NS_PER_MS);
	(void)iax2_call_event(call, &ev);
}

void iax2_receive_dtmf_end(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	char digit = digit_of(frame->subclass);
	bool paired = digit && digit == call->digit;
	bool overdue = digit && digit == call->digit_overdue;

	(void)ies;
	if (digit) {
		call->digit_overdue = 0;
	}
	if (!digit || overdue) {
		return; /* overdue: told when it had been down for too long; it was held, or lost on its way and sent again */
	}
	if (call->digit && !paired) {
		iax2_call_digit_up(call, digit_duration(call, frame->timestamp));
	}
	call->digit = digit;
	iax2_call_digit_up(call, paired ? digit_duration(call, frame->timestamp) : DIGIT_ALONE_MS);
}

void iax2_receive_text(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_frame text = *frame;
	const uint8_t *nul = frame->payload_len ? memchr(frame->payload, 0, frame->payload_len) : NULL;

	(void)ies;
	if (nul) {
		text.payload_len = (size_t)(nul - frame->payload);
	}
	if (text.payload_len == 0) {
		text.payload = (const uint8_t *)"";
	}
	signal_event(leg, IAX2_EV_TEXT, &text);
}

void iax2_receive_html(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	(void)ies;
	signal_event(leg, IAX2_EV_HTML, frame);
}

void iax2_receive_image(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	(void)ies;
	signal_event(leg, IAX2_EV_IMAGE, frame);
}

void iax2_receive_cng(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	(void)ies;
	iax2_meter_silence(&IAX2_LEG_OF(struct iax2_call, leg)->meter);
	signal_event(leg, IAX2_EV_CNG, frame);
}
