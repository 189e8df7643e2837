/* The table of messages and states, cell by cell, against real legs. */
#include "pair.h"

#include "call.h"
#include "messages.h"

/* Sends one forged frame to a leg of b in a given state. */
static void walk_cell(uint8_t type, uint8_t csub, enum iax2_leg_state state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_frame frame;
	struct iax2_leg *leg;
	const struct iax2_message *message = iax2_message_of(type, iax2_subclass_decode(csub));
	uint8_t buf[IAX2_FULL_HEADER] = {0}, before;
	uint16_t own, remote;
	size_t mark;
	bool opens_call, ends;

	pair_call(p, &a, &b);
	leg = &b->leg;
	leg->state = state;
	own = leg->own;
	remote = leg->remote;
	before = leg->iseq;
	mark = p->logged;
	buf[0] = (uint8_t)(0x80 | remote >> 8);
	buf[1] = (uint8_t)remote;
	buf[2] = (uint8_t)(own >> 8);
	buf[3] = (uint8_t)own;
	buf[8] = leg->iseq;
	buf[9] = leg->rseq;
	buf[10] = type;
	buf[11] = csub;
	iax2_object_ref(&leg->object);
	pair_inject(p, 1, buf, sizeof(buf));
	pair_collect(p);
	opens_call = (IAX2_IN(state) & message->states) != 0;
	ends = type == IAX2_TYPE_IAX && opens_call &&
	       (csub == IAX2_CMD_HANGUP || csub == IAX2_CMD_REJECT || csub == IAX2_CMD_INVAL);
	/* A numbered message is always answered by something that carries the new ISeqno; the others never by an ACK (REQ-051). */
	assert_int_equal(leg->iseq, (uint8_t)(before + message->numbered));
	if (message->numbered) {
		assert_true(p->logged > mark);
		assert_int_equal(iax2_frame_decode(&frame, p->log[p->logged - 1].data, p->log[p->logged - 1].len), 0);
		assert_int_equal(frame.iseqno, leg->iseq);
	} else {
		assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_ACK), 0);
	}
	if (ends) {
		assert_false(iax2_leg_alive(leg));
	}
	/* REQ-128: UNSUPPORT for what is unknown, in every state of a live leg, and for nothing else */
	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_UNSUPPORT),
	                 type == IAX2_TYPE_IAX && !message->known && state != IAX2_LEG_ENDED);
	iax2_object_unref(&leg->object);
	pair_del(p);
}

static void test_every_message_in_every_state(void **state)
{
	static const enum iax2_leg_state states[] = {IAX2_LEG_NEW_RECEIVED, IAX2_LEG_AUTH_WAIT, IAX2_LEG_ACCEPTED, IAX2_LEG_UP,
	                                             IAX2_LEG_NEW_SENT,     IAX2_LEG_AUTH_SENT, IAX2_LEG_ENDED};

	(void)state;
	for (size_t s = 0; s < sizeof(states) / sizeof(states[0]); s++) {
		for (unsigned command = 0; command < 128; command++) {
			walk_cell(IAX2_TYPE_IAX, (uint8_t)command, states[s]);
		}
		for (unsigned type = 0; type < 256; type++) {
			if (type != IAX2_TYPE_IAX) {
				walk_cell((uint8_t)type, 4, states[s]);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_message_in_every_state)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
