/* Reliability: acknowledgement, order, retransmission, giving up, unknown calls. */
#include "pair.h"

static uint16_t callno(const struct iax2_call *call)
{
	struct iax2_call_info info;

	iax2_call_info(call, &info);
	return info.callno;
}

/* Encodes a frame as a's call would send it to b, and delivers it. */
static void forge(struct pair *p, const struct iax2_call *a, const struct iax2_call *b, uint8_t type, int64_t subclass, uint8_t oseqno,
                  uint8_t iseqno)
{
	struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = callno(a), .dcall = callno(b), .timestamp = 4242, .oseqno = oseqno,
	                           .iseqno = iseqno, .type = type, .subclass = subclass};
	uint8_t buf[64];
	int len = iax2_frame_encode(&frame, buf, sizeof(buf));

	assert_true(len > 0);
	pair_inject(p, 1, buf, (size_t)len);
	pair_settle(p);
}

static void test_req_043_ack_echoes(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_call_info info;
	struct iax2_frame ack;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	iax2_call_info(b, &info);
	mark = p->logged;
	forge(p, a, b, IAX2_TYPE_DTMF_END, '5', info.iseqno, info.oseqno);
	assert_non_null(pair_find(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_ACK, &ack));
	assert_int_equal(ack.timestamp, 4242);
	assert_int_equal(ack.oseqno, info.oseqno);
	assert_int_equal(ack.iseqno, (uint8_t)(info.iseqno + 1));
	(void)pair_expect(p, 1, IAX2_EV_DTMF_END);
	/* REQ-044: the same again is acknowledged and has no effect */
	mark = p->logged;
	forge(p, a, b, IAX2_TYPE_DTMF_END, '5', info.iseqno, info.oseqno);
	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
	pair_expect_none(p, 1);
	/* REQ-045, REQ-061: a gap gives one VNAK and no effect */
	mark = p->logged;
	forge(p, a, b, IAX2_TYPE_DTMF_END, '6', (uint8_t)(info.iseqno + 5), info.oseqno);
	forge(p, a, b, IAX2_TYPE_DTMF_END, '6', (uint8_t)(info.iseqno + 6), info.oseqno);
	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_VNAK), 1);
	pair_expect_none(p, 1);
	pair_del(p);
}

static void test_req_052_054_retransmission(void **state)
{
	static const int64_t due_ms[] = {0, 1000, 3000, 7000, 15000, 25000};
	struct pair *p = pair_new();
	struct iax2_call *a;
	struct iax2_call_params params = pair_params();
	struct iax2_frame frame;
	struct iax2_event ev;
	iax2_ns begin = p->now;
	size_t at = 0;

	(void)state;
	p->lose_to[1] = true;
	assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	pair_run(p, 40000);
	assert_int_equal(p->logged, 6);
	for (at = 0; at < 6; at++) {
		assert_int_equal(iax2_frame_decode(&frame, p->log[at].data, p->log[at].len), 0);
		assert_int_equal((p->log[at].at - begin) / PAIR_MS, due_ms[at]);
		assert_int_equal(frame.retransmitted, at > 0);
		assert_int_equal(frame.dcall, 0); /* REQ-130 */
		assert_int_equal(frame.oseqno, 0);
		assert_int_equal(frame.iseqno, 0);
	}
	ev = pair_expect(p, 0, IAX2_EV_ENDED); /* REQ-055, REQ-056 */
	assert_int_equal(ev.cause, IAX2_CAUSE_DESTINATION_OUT_OF_ORDER);
	assert_int_equal(ev.reason, IAX2_END_TIMEOUT);
	pair_del(p);
}

static void test_req_056_dead_peer_of_a_call(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_frame frame;
	struct iax2_ies ies;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	mark = p->logged;
	p->lose_to[1] = p->lose_to[0] = true;
	pair_run(p, 60000);
	assert_int_equal(pair_expect(p, 0, IAX2_EV_ENDED).cause, IAX2_CAUSE_DESTINATION_OUT_OF_ORDER);
	assert_non_null(pair_find(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_HANGUP, &frame));
	assert_int_equal(iax2_ies_decode(&ies, frame.payload, frame.payload_len), 0);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_CAUSECODE, 0), IAX2_CAUSE_TIMER);
	pair_del(p);
}

static void test_req_064_066_inval(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = 77, .dcall = 99, .type = IAX2_TYPE_IAX, .subclass = IAX2_CMD_PING};
	uint8_t buf[16];
	size_t mark;

	(void)state;
	assert_int_equal(iax2_frame_encode(&frame, buf, sizeof(buf)), 12);
	for (int i = 0; i < 50; i++) {
		pair_inject(p, 1, buf, 12);
	}
	pair_collect(p);
	assert_int_equal(pair_count(p, 0, 0, IAX2_TYPE_IAX, IAX2_CMD_INVAL), 20);
	p->delivered = p->logged;
	pair_call(p, &a, &b);
	mark = p->logged;
	frame.subclass = IAX2_CMD_INVAL;
	frame.scall = callno(a);
	frame.dcall = (uint16_t)(callno(b) ^ 1);
	assert_int_equal(iax2_frame_encode(&frame, buf, sizeof(buf)), 12);
	pair_inject(p, 1, buf, 12); /* REQ-065 */
	pair_expect_none(p, 1);
	frame.dcall = callno(b);
	assert_int_equal(iax2_frame_encode(&frame, buf, sizeof(buf)), 12);
	pair_inject(p, 1, buf, 12);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_ENDED).reason, IAX2_END_INVAL);
	pair_collect(p);
	assert_int_equal(p->logged, mark);
	pair_del(p);
}

static void test_req_068_window(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_stats stats;
	int got = 0;
	struct iax2_event ev;

	(void)state;
	pair_call(p, &a, &b);
	p->lose_to[1] = true;
	for (int i = 0; i < 300; i++) {
		assert_int_equal(iax2_call_text(a, "x", 1, p->now), 0);
	}
	pair_settle(p);
	iax2_endpoint_stats(p->ep[0], &stats);
	assert_int_equal(stats.unacked, 64);
	p->lose_to[1] = false;
	pair_run(p, 20000); /* REQ-046: over the wrap from 255 to 0 */
	while (iax2_endpoint_event(p->ep[1], &ev)) {
		got += ev.type == IAX2_EV_TEXT;
	}
	assert_int_equal(got, 300);
	pair_del(p);
}

static void test_req_139_crossing_hangups(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_stats stats;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	mark = p->logged;
	iax2_call_hangup(a, 16, NULL, p->now);
	iax2_call_hangup(b, 16, NULL, p->now);
	pair_settle(p);
	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
	for (int i = 0; i < 2; i++) {
		iax2_endpoint_stats(p->ep[i], &stats);
		assert_int_equal(stats.legs, 0);
		pair_expect_none(p, i);
	}
	pair_del(p);
}

static void test_req_078_hangup_after_the_end(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_frame frame;
	const struct pair_packet *hangup;
	struct pair_packet copy;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	iax2_call_hangup(a, 16, NULL, p->now);
	pair_settle(p);
	hangup = pair_find(p, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_HANGUP, &frame);
	assert_non_null(hangup);
	copy = *hangup;
	mark = p->logged;
	pair_inject(p, 1, copy.data, copy.len);
	pair_collect(p);
	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
	pair_del(p);
}

/* Frames lost in both directions at a rate of one in three: in the end the call is up on both sides, or there is none on either (a token
 * may be too old when it arrives at last). */
static void test_loss_heals(void **state)
{
	int set_up = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct pair *p = pair_new();
		struct iax2_call_params params = pair_params();
		struct iax2_call *a, *b = NULL;
		struct iax2_event ev;
		struct iax2_stats stats;
		bool up = false, over = false;

		p->seed = seed;
		assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], &params, p->now), 0);
		for (int i = 0; i < 4000 && !up && !over; i++) {
			uint8_t dice[2];

			pair_random(p, dice, 2);
			p->lose_to[0] = dice[0] % 3 == 0;
			p->lose_to[1] = dice[1] % 3 == 0;
			pair_run(p, 50);
			while (iax2_endpoint_event(p->ep[1], &ev)) {
				if (ev.type == IAX2_EV_NEW) {
					b = ev.call;
					assert_int_equal(iax2_call_accept(b, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, p->now), 0);
				} else if (ev.type == IAX2_EV_READY) {
					assert_int_equal(iax2_call_control(b, IAX2_CONTROL_ANSWER, NULL, 0, p->now), 0);
				}
			}
			while (iax2_endpoint_event(p->ep[0], &ev)) {
				up |= ev.type == IAX2_EV_CONTROL && ev.subclass == IAX2_CONTROL_ANSWER;
				over |= ev.type == IAX2_EV_ENDED;
			}
		}
		assert_true(up || over);
		set_up += up;
		if (!over) {
			iax2_call_hangup(a, 16, NULL, p->now);
		}
		p->lose_to[0] = p->lose_to[1] = false;
		pair_run(p, 40000);
		for (int i = 0; i < 2; i++) {
			iax2_endpoint_stats(p->ep[i], &stats);
			assert_int_equal(stats.legs, 0);
		}
		pair_del(p);
	}
	assert_true(set_up > 30);
}

static uint8_t expected(const struct iax2_call *call)
{
	struct iax2_call_info info;

	iax2_call_info(call, &info);
	return info.iseqno;
}

static void test_req_041_042_051_numbers(void **state)
{
	static const uint8_t unnumbered[] = {IAX2_CMD_ACK, IAX2_CMD_VNAK, IAX2_CMD_TXCNT, IAX2_CMD_TXACC};
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	for (size_t i = 0; i < sizeof(unnumbered); i++) {
		uint8_t before = expected(b);
		struct iax2_frame frame = pair_next_frame(b, IAX2_TYPE_IAX, unnumbered[i]);

		mark = p->logged;
		frame.oseqno = (uint8_t)(frame.oseqno + 99); /* it says nothing */
		pair_forge(p, 1, frame);
		assert_int_equal(expected(b), before);
		assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_ACK), 0);
	}
	for (int i = 0; i < 600; i++) { /* over the wrap, twice */
		uint8_t before = expected(b);

		mark = p->logged;
		pair_forge(p, 1, pair_next_frame(b, IAX2_TYPE_NULL, 0));
		assert_int_equal(expected(b), (uint8_t)(before + 1));
		assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1); /* REQ-050 */
	}
	pair_del(p);
}

/* An answer that carries the number makes an ACK needless (REQ-050); PONG and LAGRP echo the time stamp (REQ-084). */
static void test_req_050_084_199_200_echoes(void **state)
{
	static const uint8_t questions[] = {IAX2_CMD_PING, IAX2_CMD_LAGRQ}, answers[] = {IAX2_CMD_PONG, IAX2_CMD_LAGRP};
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_frame answer;

	(void)state;
	pair_call(p, &a, &b);
	for (int i = 0; i < 2; i++) {
		size_t mark = p->logged;

		pair_forge(p, 1, pair_next_frame(b, IAX2_TYPE_IAX, questions[i]));
		assert_int_equal(p->logged, mark + 1);
		assert_non_null(pair_find(p, mark, 0, IAX2_TYPE_IAX, answers[i], &answer));
		assert_int_equal(answer.timestamp, 5000);
		assert_int_equal(answer.iseqno, expected(b));
	}
	pair_del(p);
}

static void test_req_067_never_inval_for_these(void **state)
{
	static const uint8_t commands[] = {IAX2_CMD_INVAL, IAX2_CMD_ACK, IAX2_CMD_VNAK, IAX2_CMD_TXCNT, IAX2_CMD_TXACC};
	struct pair *p = pair_new();

	(void)state;
	for (size_t i = 0; i < sizeof(commands); i++) {
		pair_forge(p, 1, (struct iax2_frame){.scall = 77, .dcall = 99, .type = IAX2_TYPE_IAX, .subclass = commands[i]});
	}
	pair_forge(p, 1, (struct iax2_frame){.scall = 77, .dcall = 1, .type = IAX2_TYPE_IAX, .subclass = IAX2_CMD_PING});
	assert_int_equal(p->logged, 0);
	pair_del(p);
}

static void test_req_073_074_what_opens_a_leg(void **state)
{
	struct pair *p = pair_new();
	struct iax2_stats stats;
	struct iax2_event ev;

	(void)state;
	for (int command = 0; command < 64; command++) {
		bool opens = command == IAX2_CMD_NEW || command == IAX2_CMD_REGREQ || command == IAX2_CMD_REGREL;

		pair_forge(p, 1, (struct iax2_frame){.scall = (uint16_t)(100 + command), .retransmitted = command % 2, /* the R bit is no number */
		                                     .type = IAX2_TYPE_IAX, .subclass = command});
		iax2_endpoint_stats(p->ep[1], &stats);
		assert_int_equal(stats.calls_created, opens);
		if (opens) {
			while (iax2_endpoint_event(p->ep[1], &ev)) {
			}
			pair_del(p);
			p = pair_new();
		}
	}
	for (uint8_t type = 0; type < 16; type++) {
		pair_forge(p, 1, (struct iax2_frame){.scall = 200, .type = type == IAX2_TYPE_IAX ? 0 : type, .subclass = 1});
	}
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.calls_created, 0);
	pair_del(p);
}

static void test_req_075_wrong_destination(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_frame frame;
	struct iax2_stats stats;
	uint8_t before;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	before = expected(b);
	mark = p->logged;
	frame = pair_next_frame(b, IAX2_TYPE_IAX, IAX2_CMD_HANGUP);
	frame.dcall ^= 1;
	pair_forge(p, 1, frame);
	frame.dcall = 0;
	pair_forge(p, 1, frame); /* REQ-221: only as long as no frame with our number has come */
	assert_int_equal(p->logged, mark);
	assert_int_equal(expected(b), before);
	pair_expect_none(p, 1);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.rx_wrong_dcall, 1);
	pair_del(p);
}

/* A call of a whose NEW nobody answers yet. */
static struct iax2_call *unanswered(struct pair *p)
{
	struct iax2_call_params params = pair_params();
	struct iax2_call *a;

	assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], &params, p->now), 0);
	pair_collect(p);
	p->delivered = p->logged;
	return a;
}

static void test_req_071_072_first_answer_binds(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a = unanswered(p);
	struct iax2_call_info info;
	struct iax2_frame frame = pair_next_frame(a, IAX2_TYPE_IAX, IAX2_CMD_ACK);

	(void)state;
	frame.iseqno = 1;
	frame.scall = 1;
	frame.subclass = IAX2_CMD_PONG; /* from nobody's number */
	pair_forge(p, 0, frame);
	iax2_call_info(a, &info);
	assert_int_equal(info.remote_callno, 0);
	frame.scall = 4711;
	frame.subclass = IAX2_CMD_ACK;
	pair_forge(p, 0, frame);
	iax2_call_info(a, &info);
	assert_int_equal(info.remote_callno, 4711);
	frame.scall = 4712; /* another one comes too late */
	frame.subclass = IAX2_CMD_HANGUP;
	pair_forge(p, 0, frame);
	pair_expect_none(p, 0);
	pair_del(p);
}

static void test_req_145_reject_from_call_1(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a = unanswered(p);
	struct iax2_frame frame = pair_next_frame(a, IAX2_TYPE_IAX, IAX2_CMD_REJECT);
	struct iax2_event ev;
	size_t mark = p->logged;

	(void)state;
	frame.scall = 1;
	frame.iseqno = 1;
	frame.dcall ^= 1;
	pair_forge(p, 0, frame);
	pair_expect_none(p, 0);
	frame.dcall ^= 1;
	pair_forge(p, 0, frame);
	ev = pair_expect(p, 0, IAX2_EV_ENDED);
	assert_int_equal(ev.reason, IAX2_END_REMOTE_REJECT);
	assert_int_equal(ev.cause, IAX2_CAUSE_REJECTED); /* REQ-138: there was none in it */
	assert_int_equal(p->logged, mark); /* nobody to acknowledge it to */
	pair_del(p);
}

static void test_req_093_time_stamps_refuse_nothing(void **state)
{
	static const uint32_t times[] = {5000, 4000, 0, 0xffffffff, 0x80000000, 1, 100};
	struct pair *p = pair_new();
	struct iax2_call *a, *b;

	(void)state;
	pair_call(p, &a, &b);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct iax2_frame frame = pair_next_frame(b, IAX2_TYPE_DTMF_END, '1');

		frame.timestamp = times[i];
		pair_forge(p, 1, frame);
		(void)pair_expect(p, 1, IAX2_EV_DTMF_END);
	}
	pair_del(p);
}

static void test_req_128_129_unsupported(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_frame frame;
	struct iax2_ies ies;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	mark = p->logged;
	pair_forge(p, 1, pair_next_frame(b, IAX2_TYPE_IAX, 99));
	assert_non_null(pair_find(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_UNSUPPORT, &frame));
	assert_int_equal(iax2_ies_decode(&ies, frame.payload, frame.payload_len), 0);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_IAX_UNKNOWN, 0), 99);
	mark = p->logged;
	pair_forge(p, 1, pair_next_frame(b, IAX2_TYPE_IAX, IAX2_CMD_UNSUPPORT));
	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_UNSUPPORT), 0);
	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
	/* REQ-206, REQ-207: from a stranger, and with no more bytes than he sent */
	pair_forge(p, 1, (struct iax2_frame){.scall = 9, .type = IAX2_TYPE_IAX, .subclass = IAX2_CMD_FWDOWNL});
	pair_forge(p, 1, (struct iax2_frame){.scall = 9, .type = IAX2_TYPE_IAX, .subclass = IAX2_CMD_PROVISION});
	assert_int_equal(pair_count(p, p->logged - 2, 0, IAX2_TYPE_IAX, IAX2_CMD_UNSUPPORT), 2);
	assert_int_equal(p->log[p->logged - 1].len, IAX2_FULL_HEADER);
	pair_del(p);
}

static void test_req_002_answers_leave_by_the_socket_that_was_asked(void **state)
{
	static const uint8_t commands[] = {IAX2_CMD_POKE, IAX2_CMD_NEW, IAX2_CMD_REGREQ};
	struct pair *p = pair_new();
	struct iax2_path path = p->path[1];
	struct iax2_datagram d;
	uint8_t buf[IAX2_FULL_HEADER];

	(void)state;
	for (uint16_t i = 0; i < 3; i++) {
		struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = 50 + i, .type = IAX2_TYPE_IAX, .subclass = commands[i]};

		path.socket = 70 + i;
		assert_int_equal(iax2_frame_encode(&frame, buf, sizeof(buf)), sizeof(buf));
		iax2_endpoint_input(p->ep[1], &path, buf, sizeof(buf), p->now);
		assert_int_equal(iax2_endpoint_output(p->ep[1], &d, 1), 1);
		assert_int_equal(d.path.socket, path.socket);
		assert_true(iax2_addr_equal(&d.path.remote, &path.remote));
		while (iax2_endpoint_output(p->ep[1], &d, 1)) {
			assert_int_equal(d.path.socket, path.socket);
		}
	}
	pair_del(p);
}

/* The zero of the clock is its owner's: 0 is a time like any other. */
static void test_req_061_vnak_limits_from_time_zero(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));
	struct iax2_config config;
	struct iax2_call *a, *b;
	size_t mark;

	(void)state;
	assert_non_null(p);
	p->from_zero = true;
	config = pair_config(p);
	assert_true(pair_start(p, &config));
	pair_call(p, &a, &b);
	for (int round = 0; round < 3; round++) {
		struct iax2_frame frame = pair_next_frame(b, IAX2_TYPE_NULL, 0);

		mark = p->logged;
		frame.oseqno += 3;
		pair_forge(p, 1, frame);
		pair_forge(p, 1, frame);
		assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_VNAK), 1);
		p->now += 20 * PAIR_MS;
	}
	assert_int_equal(iax2_call_text(b, "x", 1, p->now), 0);
	pair_collect(p);
	p->delivered = p->logged;
	for (int round = 0; round < 3; round++) {
		struct iax2_frame frame = pair_next_frame(b, IAX2_TYPE_IAX, IAX2_CMD_VNAK);

		mark = p->logged;
		frame.iseqno--; /* the text is missing */
		pair_forge(p, 1, frame);
		pair_forge(p, 1, frame);
		assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_TEXT, -2), 1);
		p->now += 20 * PAIR_MS;
	}
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_043_ack_echoes),          cmocka_unit_test(test_req_052_054_retransmission),
	    cmocka_unit_test(test_req_056_dead_peer_of_a_call), cmocka_unit_test(test_req_064_066_inval),
	    cmocka_unit_test(test_req_068_window),              cmocka_unit_test(test_req_139_crossing_hangups),
	    cmocka_unit_test(test_req_078_hangup_after_the_end), cmocka_unit_test(test_loss_heals),
	    cmocka_unit_test(test_req_041_042_051_numbers),
	    cmocka_unit_test(test_req_050_084_199_200_echoes),
	    cmocka_unit_test(test_req_067_never_inval_for_these),
	    cmocka_unit_test(test_req_073_074_what_opens_a_leg),
	    cmocka_unit_test(test_req_075_wrong_destination),
	    cmocka_unit_test(test_req_071_072_first_answer_binds),
	    cmocka_unit_test(test_req_145_reject_from_call_1),
	    cmocka_unit_test(test_req_093_time_stamps_refuse_nothing),
	    cmocka_unit_test(test_req_128_129_unsupported),
	    cmocka_unit_test(test_req_002_answers_leave_by_the_socket_that_was_asked),
	    cmocka_unit_test(test_req_061_vnak_limits_from_time_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
