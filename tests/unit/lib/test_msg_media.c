/* Voice: full frames and minis, time stamps, quelch, early media. */
#include "pair.h"

static const uint8_t silence[1300] = {0xff};

static void send(struct pair *p, struct iax2_call *call)
{
	assert_int_equal(iax2_call_send_voice(call, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, 160, p->now), 0);
}

static void test_req_088_full_frame_at_bit_15(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_event ev;
	iax2_ts last = -1;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	mark = p->logged;
	for (int i = 0; i < 3500; i++) { /* 70 s: REQ-090, over the wrap of 16 bits */
		send(p, a);
		pair_settle(p);
		ev = pair_expect(p, 1, IAX2_EV_VOICE);
		assert_true(last < 0 || ev.ts == last + 20); /* REQ-085 */
		last = ev.ts;
		pair_run(p, 20);
		if (p->logged > PAIR_PACKETS / 2 && p->delivered == p->logged) {
			mark = p->logged = p->delivered = 0;
		}
	}
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_VOICE, -2), 1);
	pair_del(p);
}

static void test_req_063_vnak_asks_for_a_full_frame(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_stats stats;

	(void)state;
	pair_call(p, &a, &b);
	p->lose_to[1] = true;
	send(p, a); /* the full frame is lost */
	pair_settle(p);
	p->lose_to[1] = false;
	pair_run(p, 20);
	send(p, a);
	pair_settle(p);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.rx_early_media, 1); /* REQ-062 */
	(void)pair_expect(p, 1, IAX2_EV_VOICE);    /* sent again at once */
	pair_expect_none(p, 1);
	pair_run(p, 20);
	send(p, a);
	pair_settle(p);
	assert_int_equal(pair_count(p, 0, 1, IAX2_TYPE_VOICE, -2), 3);
	pair_del(p);
}

static void test_no_format_outside_the_negotiated_set_is_sent(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;

	(void)state;
	pair_call(p, &a, &b);
	assert_int_equal(iax2_call_send_voice(a, IAX2_FORMAT_GSM, IAX2_TS_AUTO, silence, 33, p->now), IAX2_ERR_INVALID);
	assert_int_equal(iax2_call_send_voice(a, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, 1201, p->now), IAX2_ERR_NOSPACE);
	pair_del(p);
}

static void test_req_155_another_advertised_format(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;

	(void)state;
	pair_call(p, &a, &b);
	assert_int_equal(iax2_call_send_voice(b, IAX2_FORMAT_ALAW, IAX2_TS_AUTO, silence, 160, p->now), 0);
	pair_settle(p);
	assert_int_equal(pair_expect(p, 0, IAX2_EV_VOICE).format, IAX2_FORMAT_ALAW);
	pair_del(p);
}

static void test_req_094_095_digits(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_event ev;

	(void)state;
	pair_call(p, &a, &b);
	pair_run(p, 1000);
	assert_int_equal(iax2_call_dtmf_begin(a, 'a', p->now), 0);
	pair_run(p, 300);
	assert_int_equal(iax2_call_dtmf_end(a, 'a', p->now), 0);
	pair_settle(p);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_DTMF_BEGIN).subclass, 'A');
	ev = pair_expect(p, 1, IAX2_EV_DTMF_END);
	assert_int_equal(ev.subclass, 'A');
	assert_int_equal(ev.duration_ms, 300);
	assert_int_equal(iax2_call_dtmf_end(a, '5', p->now), 0);
	assert_int_equal(iax2_call_dtmf_begin(a, '6', p->now), 0);
	pair_settle(p);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_DTMF_END).duration_ms, 100);
	(void)pair_expect(p, 1, IAX2_EV_DTMF_BEGIN);
	pair_run(p, 6001);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_DTMF_END).duration_ms, 6000);
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_088_full_frame_at_bit_15),
	    cmocka_unit_test(test_req_063_vnak_asks_for_a_full_frame),
	    cmocka_unit_test(test_no_format_outside_the_negotiated_set_is_sent),
	    cmocka_unit_test(test_req_155_another_advertised_format),
	    cmocka_unit_test(test_req_094_095_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
