/* What waits for its acknowledgement. */
#include "pair.h"

#include "call.h"
#include "rtx.h"

/* A call of a whose other side hears nothing. */
static struct iax2_leg *deaf_call(struct pair *p, struct iax2_call **a, struct iax2_call **b)
{
	pair_call(p, a, b);
	p->lose_to[1] = true;
	return &(*a)->leg;
}

static void say(struct pair *p, struct iax2_call *a, int times)
{
	for (int i = 0; i < times; i++) {
		assert_int_equal(iax2_call_text(a, "x", 1, p->now), 0);
	}
	pair_settle(p);
}

/* Gives a a frame of b's with these numbers. */
static void answer(struct pair *p, const struct iax2_leg *leg, enum iax2_command command, uint8_t oseqno, uint8_t iseqno, uint32_t ts)
{
	struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = leg->remote, .dcall = leg->own, .timestamp = ts, .oseqno = oseqno,
	                           .iseqno = iseqno, .type = IAX2_TYPE_IAX, .subclass = command};
	uint8_t buf[16];

	assert_int_equal(iax2_frame_encode(&frame, buf, sizeof(buf)), 12);
	pair_inject(p, 0, buf, 12);
	pair_settle(p);
}

static void test_req_047_all_before_iseqno_is_acknowledged(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_leg *leg = deaf_call(p, &a, &b);
	uint8_t first = leg->rseq;

	(void)state;
	say(p, a, 10);
	assert_int_equal(iax2_rtx_flying(leg), 10);
	answer(p, leg, IAX2_CMD_ACK, 0, (uint8_t)(first + 4), 0);
	assert_int_equal(iax2_rtx_flying(leg), 6);
	assert_int_equal(leg->rtx.first->oseqno, (uint8_t)(first + 4));
	answer(p, leg, IAX2_CMD_VNAK, 0, (uint8_t)(first + 5), 0); /* REQ-049: a VNAK acknowledges too */
	assert_int_equal(iax2_rtx_flying(leg), 5);
	answer(p, leg, IAX2_CMD_ACK, 0, (uint8_t)(first + 10), 0);
	assert_int_equal(iax2_rtx_flying(leg), 0);
	assert_null(leg->rtx.first);
	assert_null(leg->rtx.last);
	pair_del(p);
}

static void test_req_048_outside_the_window_is_ignored(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_leg *leg = deaf_call(p, &a, &b);

	(void)state;
	for (int round = 0; round < 60; round++) { /* over the wrap */
		say(p, a, 5);
		answer(p, leg, IAX2_CMD_ACK, 77, (uint8_t)(leg->oseq + 1), 99);
		answer(p, leg, IAX2_CMD_ACK, 77, (uint8_t)(leg->rseq - 1), 99);
		answer(p, leg, IAX2_CMD_ACK, 77, (uint8_t)(leg->rseq + 128), 99);
		assert_int_equal(iax2_rtx_flying(leg), 5);
		answer(p, leg, IAX2_CMD_ACK, 77, leg->oseq, 99);
		assert_int_equal(iax2_rtx_flying(leg), 0);
	}
	pair_del(p);
}

/* An INVAL acknowledges nothing, it ends; and one that is not for us has no effect at all. */
static void test_req_049_but_inval(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_leg *leg = deaf_call(p, &a, &b);
	struct iax2_leg other = *leg;

	(void)state;
	say(p, a, 3);
	other.own ^= 1;
	answer(p, &other, IAX2_CMD_INVAL, 0, leg->oseq, 0);
	assert_int_equal(iax2_rtx_flying(leg), 3);
	pair_del(p);
}

/* An ACK whose ISeqno says nothing may still name the oldest frame by its time stamp and what that frame had acknowledged (4.4). */
static void test_ack_by_time_stamp(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_leg *leg = deaf_call(p, &a, &b);
	struct iax2_frame text;
	size_t mark = p->logged;

	(void)state;
	say(p, a, 2);
	assert_non_null(pair_find(p, mark, 1, IAX2_TYPE_TEXT, -2, &text));
	answer(p, leg, IAX2_CMD_ACK, text.iseqno, (uint8_t)(leg->oseq + 1), text.timestamp + 1);
	assert_int_equal(iax2_rtx_flying(leg), 2);
	answer(p, leg, IAX2_CMD_ACK, (uint8_t)(text.iseqno + 1), (uint8_t)(leg->oseq + 1), text.timestamp);
	assert_int_equal(iax2_rtx_flying(leg), 2);
	answer(p, leg, IAX2_CMD_ACK, text.iseqno, (uint8_t)(leg->oseq + 1), text.timestamp);
	assert_int_equal(iax2_rtx_flying(leg), 1);
	pair_del(p);
}

/* An ACK of an echo that was overtaken on its way: the next voice frame happens to have the time stamp that was echoed, and was not heard.  To
 * take it for acknowledged would stop the call for ever. */
static void test_req_048_late_ack_of_the_same_time(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_leg *leg = deaf_call(p, &a, &b);
	struct iax2_frame text;
	size_t mark = p->logged;

	(void)state;
	say(p, a, 1);
	assert_non_null(pair_find(p, mark, 1, IAX2_TYPE_TEXT, -2, &text));
	answer(p, leg, IAX2_CMD_ACK, text.iseqno, leg->rseq, text.timestamp);
	answer(p, leg, IAX2_CMD_ACK, text.iseqno, (uint8_t)(leg->rseq - 1), text.timestamp);
	answer(p, leg, IAX2_CMD_ACK, text.iseqno, (uint8_t)(leg->rseq - 100), text.timestamp);
	assert_int_equal(iax2_rtx_flying(leg), 1);
	pair_del(p);
}

static void test_req_059_060_vnak(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_leg *leg = deaf_call(p, &a, &b);
	struct iax2_frame frame;
	uint8_t from;
	size_t mark;

	(void)state;
	say(p, a, 6);
	from = (uint8_t)(leg->rseq + 2);
	mark = p->logged;
	answer(p, leg, IAX2_CMD_VNAK, 0, from, 0);
	assert_int_equal(p->logged - mark, 4);
	for (size_t i = mark; i < p->logged; i++) {
		assert_int_equal(iax2_frame_decode(&frame, p->log[i].data, p->log[i].len), 0);
		assert_int_equal(frame.oseqno, (uint8_t)(from + (i - mark))); /* in order */
		assert_true(frame.retransmitted);
	}
	for (const struct iax2_rtx *rtx = leg->rtx.first; rtx; rtx = rtx->next) {
		assert_int_equal(rtx->transmissions, 1);
	}
	mark = p->logged; /* twelve bytes don't make us send much twice within 20 ms, and do after that */
	answer(p, leg, IAX2_CMD_VNAK, 0, from, 0);
	assert_int_equal(p->logged, mark);
	pair_run(p, 20);
	answer(p, leg, IAX2_CMD_VNAK, 0, from, 0);
	assert_int_equal(p->logged - mark, 4);
	pair_del(p);
}

static void test_req_052_retransmission_carries_the_current_iseqno(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_leg *leg = deaf_call(p, &a, &b);
	struct iax2_frame first, again;
	size_t mark = p->logged;

	(void)state;
	say(p, a, 1);
	assert_non_null(pair_find(p, mark, 1, IAX2_TYPE_TEXT, -2, &first));
	answer(p, leg, IAX2_CMD_LAGRQ, leg->iseq, leg->rseq, 500); /* something comes in meanwhile */
	mark = p->logged;
	pair_run(p, 1000);
	assert_non_null(pair_find(p, mark, 1, IAX2_TYPE_TEXT, -2, &again));
	assert_true(again.retransmitted && !first.retransmitted);
	assert_int_equal(again.iseqno, (uint8_t)(first.iseqno + 1));
	assert_int_equal(again.oseqno, first.oseqno);
	assert_int_equal(again.timestamp, first.timestamp);
	assert_int_equal(again.dcall, first.dcall);
	pair_del(p);
}

static void test_req_053_first_interval_follows_the_round_trip(void **state)
{
	static const struct {
		int32_t rtt_ms;
		int64_t interval_ms;
	} cases[] = {{-1, 1000}, {0, 200}, {50, 200}, {150, 300}, {999, 1998}, {5000, 2000}, {INT32_MAX, 2000}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pair *p = pair_new();
		struct iax2_call *a, *b;
		struct iax2_leg *leg = deaf_call(p, &a, &b);

		leg->rtt_ms = cases[i].rtt_ms;
		say(p, a, 1);
		assert_int_equal(leg->rtx.first->due - p->now, cases[i].interval_ms * PAIR_MS);
		pair_del(p);
	}
}

static void test_req_057_final_frame_is_given_up_silently(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_stats stats;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	p->lose_to[1] = true;
	mark = p->logged;
	iax2_call_hangup(a, 16, NULL, p->now);
	pair_run(p, 40000);
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_HANGUP), 6); /* 0, 1, 3, 7, 15, 25 s */
	iax2_endpoint_stats(p->ep[0], &stats);
	assert_int_equal(stats.legs, 0);
	assert_int_equal(stats.unacked, 0);
	pair_expect_none(p, 0);
	pair_del(p);
}

/* A PING that had to be sent again says nothing about the round trip, and the next one does. */
static void test_repeated_ping_gives_no_round_trip(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_call_info info;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	pair_run(p, 20900);
	p->lose_to[1] = p->lose_to[0] = true;
	mark = p->logged;
	pair_run(p, 200); /* the first PING at 21 s is lost */
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_PING), 1);
	p->lose_to[1] = p->lose_to[0] = false;
	pair_run(p, 2000);
	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_PONG), 1);
	iax2_call_info(a, &info);
	assert_int_equal(info.rtt_ms, -1);
	pair_run(p, 20000);
	iax2_call_info(a, &info);
	assert_int_equal(info.rtt_ms, 0);
	assert_int_equal(info.lag_ms, 0);
	pair_del(p);
}

/* The call's clock follows a media clock that is slow while the answer to a PING is on its way; the round trip must not. */
static void test_round_trip_is_measured_with_the_plain_clock(void **state)
{
	static const uint8_t voice[160] = {0xff};
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_frame ping;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	a->leg.rtt_ms = 1000; /* patience: no retransmission within two seconds */
	pair_run(p, 20990);
	p->lose_to[1] = true;
	mark = p->logged;
	pair_run(p, 10);
	assert_non_null(pair_find(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_PING, &ping));
	for (int i = 0; i < 40; i++) {
		assert_int_equal(iax2_call_send_voice(a, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, voice, sizeof(voice), p->now), 0);
		pair_run(p, 22);
	}
	assert_int_not_equal((a->leg.stamp.zero - 1000 * IAX2_NS_PER_S) / PAIR_MS, 0); /* it has moved */
	answer(p, &a->leg, IAX2_CMD_PONG, a->leg.iseq, a->leg.oseq, ping.timestamp);
	assert_int_equal(a->leg.rtt_ms, (7 * 1000 + 40 * 22) / 8);
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_047_all_before_iseqno_is_acknowledged),
	    cmocka_unit_test(test_req_048_outside_the_window_is_ignored),
	    cmocka_unit_test(test_req_049_but_inval),
	    cmocka_unit_test(test_ack_by_time_stamp),
	    cmocka_unit_test(test_req_048_late_ack_of_the_same_time),
	    cmocka_unit_test(test_req_059_060_vnak),
	    cmocka_unit_test(test_req_052_retransmission_carries_the_current_iseqno),
	    cmocka_unit_test(test_req_053_first_interval_follows_the_round_trip),
	    cmocka_unit_test(test_req_057_final_frame_is_given_up_silently),
	    cmocka_unit_test(test_repeated_ping_gives_no_round_trip),
	    cmocka_unit_test(test_round_trip_is_measured_with_the_plain_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
