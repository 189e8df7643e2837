/* The table of messages and states, cell by cell, against real legs. */
#include "pair.h"

#include "call.h"
#include "messages.h"

/* Sends one forged frame from a's address to a leg of b, and looks at what must hold for every one. */
static void walk_cell(struct pair *p, struct iax2_leg *leg, uint8_t type, uint8_t csub)
{
	const struct iax2_message *message = iax2_message_of(type, iax2_subclass_decode(csub));
	enum iax2_leg_state state = leg->state;
	struct iax2_frame frame;
	uint8_t buf[IAX2_FULL_HEADER] = {0}, before = leg->iseq;
	size_t mark = p->logged;
	bool effect = (IAX2_IN(state) & message->states) != 0;

	buf[0] = (uint8_t)(0x80 | leg->remote >> 8);
	buf[1] = (uint8_t)leg->remote;
	buf[2] = (uint8_t)(leg->own >> 8);
	buf[3] = (uint8_t)leg->own;
	buf[8] = leg->iseq;
	buf[9] = leg->rseq;
	buf[10] = type;
	buf[11] = csub;
	iax2_object_ref(&leg->object);
	pair_inject(p, 1, buf, sizeof(buf));
	pair_collect(p);
	/* A numbered message is always answered by something that carries the new ISeqno; the others never by an ACK (REQ-051). */
	assert_int_equal(leg->iseq, (uint8_t)(before + message->numbered));
	if (message->numbered) {
		assert_true(p->logged > mark);
		assert_int_equal(iax2_frame_decode(&frame, p->log[p->logged - 1].data, p->log[p->logged - 1].len), 0);
		assert_int_equal(frame.iseqno, leg->iseq);
	} else {
		assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_ACK), 0);
	}
	if (type == IAX2_TYPE_IAX && effect && (csub == IAX2_CMD_HANGUP || csub == IAX2_CMD_REJECT || csub == IAX2_CMD_INVAL)) {
		assert_false(iax2_leg_alive(leg)); /* REQ-137, REQ-138, REQ-147 */
	}
	if (!effect) {
		assert_int_equal(leg->state, state);
	}
	/* REQ-128: UNSUPPORT for what is unknown, in every state of a live leg, and for nothing else */
	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_UNSUPPORT),
	                 type == IAX2_TYPE_IAX && !message->known && state != IAX2_LEG_ENDED);
	iax2_object_unref(&leg->object);
	pair_del(p);
}

typedef struct iax2_leg *(*make_leg_fn)(struct pair *p);

static void walk_row(make_leg_fn make, enum iax2_leg_state state)
{
	for (unsigned command = 0; command < 128; command++) {
		struct pair *p = pair_new();
		struct iax2_leg *leg = make(p);

		leg->state = state;
		walk_cell(p, leg, IAX2_TYPE_IAX, (uint8_t)command);
	}
	for (unsigned type = 0; type < 256; type++) {
		struct pair *p = pair_new();
		struct iax2_leg *leg = make(p);

		leg->state = state;
		if (type == IAX2_TYPE_IAX) {
			pair_del(p);
		} else {
			walk_cell(p, leg, (uint8_t)type, 4);
		}
	}
}

static struct iax2_leg *call_leg(struct pair *p)
{
	struct iax2_call *a, *b;

	pair_call(p, &a, &b);
	return &b->leg;
}

static void test_every_message_in_every_state_of_a_call(void **state)
{
	static const enum iax2_leg_state states[] = {IAX2_LEG_NEW_RECEIVED, IAX2_LEG_AUTH_WAIT, IAX2_LEG_ACCEPTED, IAX2_LEG_UP,
	                                             IAX2_LEG_NEW_SENT,     IAX2_LEG_AUTH_SENT, IAX2_LEG_ENDED};

	(void)state;
	for (size_t s = 0; s < sizeof(states) / sizeof(states[0]); s++) {
		walk_row(call_leg, states[s]);
	}
}

/* The only leg of an endpoint towards the other. */
static struct iax2_leg *only_leg(struct pair *p, int side)
{
	struct iax2_assoc *assoc = iax2_assoc_find(p->ep[side], &p->path[side]);
	struct iax2_hash_node *node = assoc ? iax2_hash_any(&assoc->by_own) : NULL;

	assert_non_null(node);
	return IAX2_CONTAINER(node, struct iax2_leg, own_node);
}

/* b registers with a, whose challenge is known, so both numbers are. */
static struct iax2_leg *registration_leg(struct pair *p)
{
	static const char *const secrets[] = {"secret", NULL};
	struct iax2_credentials creds = {.methods = IAX2_AUTH_MD5, .secrets = secrets};
	struct iax2_registration_params params = {.username = "bob", .secret = "secret"};
	struct iax2_registration *reg;

	assert_int_equal(iax2_registration_new(p->ep[1], &reg, &p->path[1], &params, p->now), 0);
	pair_settle(p);
	assert_int_equal(iax2_regreq_challenge(pair_expect(p, 0, IAX2_EV_REGREQ).regreq, &creds, p->now), 0);
	pair_settle(p);
	return only_leg(p, 1);
}

static void test_every_message_to_a_registration(void **state)
{
	(void)state;
	walk_row(registration_leg, IAX2_LEG_REG_SENT);
	walk_row(registration_leg, IAX2_LEG_REG_AUTH_SENT);
	walk_row(registration_leg, IAX2_LEG_ENDED);
}

/* a registers with b. */
static struct iax2_leg *registrar_leg(struct pair *p)
{
	static const char *const secrets[] = {"secret", NULL};
	struct iax2_credentials creds = {.methods = IAX2_AUTH_MD5, .secrets = secrets};
	struct iax2_registration_params params = {.username = "alice", .secret = "other"};
	struct iax2_registration *reg;

	assert_int_equal(iax2_registration_new(p->ep[0], &reg, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	p->lose_to[0] = true;
	assert_int_equal(iax2_regreq_challenge(pair_expect(p, 1, IAX2_EV_REGREQ).regreq, &creds, p->now), 0);
	pair_settle(p);
	return only_leg(p, 1);
}

static void test_every_message_to_a_registrar(void **state)
{
	(void)state;
	walk_row(registrar_leg, IAX2_LEG_REGREQ_RECEIVED);
	walk_row(registrar_leg, IAX2_LEG_REGREQ_WAIT);
	walk_row(registrar_leg, IAX2_LEG_ENDED);
}

/* b polls a, which answers as a leg would and not from call 1. */
static struct iax2_leg *poke_leg(struct pair *p)
{
	struct iax2_qualify_params params = {.max_ms = 2000};
	struct iax2_qualify *q;

	p->lose_to[0] = true;
	assert_int_equal(iax2_qualify_new(p->ep[1], &q, &p->path[1], &params, p->now), 0);
	pair_settle(p);
	assert_int_equal(iax2_leg_bind(only_leg(p, 1), 4321), 0);
	return only_leg(p, 1);
}

static void test_every_message_to_a_poll(void **state)
{
	(void)state;
	walk_row(poke_leg, IAX2_LEG_POKE_SENT);
	walk_row(poke_leg, IAX2_LEG_ENDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_message_in_every_state_of_a_call),
	    cmocka_unit_test(test_every_message_to_a_registration),
	    cmocka_unit_test(test_every_message_to_a_registrar),
	    cmocka_unit_test(test_every_message_to_a_poll),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
