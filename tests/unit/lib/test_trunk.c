/* Trunk frames, both ways, and calls joined by a bridge. */
#include "pair.h"

static const uint8_t silence[160] = {0xff};

static void trunked_call(struct pair *p, struct iax2_call **a, struct iax2_call **b)
{
	pair_call(p, a, b);
	iax2_call_set_trunk(*a, true);
}

static void trunk_both_forms(bool timestamps)
{
	struct iax2_trunk_params params = {.freq_ms = 20, .mtu = 1240, .max_size = 128000, .timestamps = timestamps};
	struct pair *p = pair_new();
	struct iax2_call *a[3], *b[3];
	struct iax2_event ev;
	struct iax2_stats tx, rx;
	iax2_ts last[3] = {-1, -1, -1};
	int voices = 0;

	assert_int_equal(iax2_endpoint_set_trunk(p->ep[0], NULL, &params), 0);
	for (int i = 0; i < 3; i++) {
		trunked_call(p, &a[i], &b[i]);
	}
	for (int n = 0; n < 50; n++) {
		for (int i = 0; i < 3; i++) {
			assert_int_equal(iax2_call_send_voice(a[i], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now), 0);
		}
		pair_run(p, 20);
		while (iax2_endpoint_event(p->ep[1], &ev)) {
			assert_int_equal(ev.type, IAX2_EV_VOICE);
			for (int i = 0; i < 3; i++) {
				if (ev.call == b[i]) {
					assert_true(ev.ts > last[i] && (last[i] < 0 || n < 3 || ev.ts - last[i] < 100));
					last[i] = ev.ts;
				}
			}
			voices++;
		}
	}
	pair_run(p, 40);
	while (iax2_endpoint_event(p->ep[1], &ev)) {
		voices++;
	}
	assert_int_equal(voices, 150);
	iax2_endpoint_stats(p->ep[0], &tx);
	iax2_endpoint_stats(p->ep[1], &rx);
	assert_int_equal(tx.tx_trunk_entries, 147); /* REQ-037: the first of each call is a full frame */
	assert_int_equal(tx.tx_trunk_frames, 49);
	assert_int_equal(rx.rx_trunk_entries, 147);
	assert_int_equal(rx.rx_trunk_damaged, 0);
	pair_del(p);
}

static void test_req_023_with_timestamps(void **state)
{
	(void)state;
	trunk_both_forms(true); /* REQ-029, REQ-037 */
}

static void test_req_024_without_timestamps(void **state)
{
	(void)state;
	trunk_both_forms(false); /* REQ-035 */
}

static void test_req_026_unknown_entry_is_skipped(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_call_info info;
	struct iax2_stats stats;
	uint8_t frame[] = {0, 0, 1, 0, 0, 0, 0, 0, 0x12, 0x34, 0, 2, 9, 9, 0, 0, 0, 2, 7, 7, 0, 0, 0, 200, 1};

	(void)state;
	pair_call(p, &a, &b);
	assert_int_equal(iax2_call_send_voice(a, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now), 0);
	pair_settle(p);
	(void)pair_expect(p, 1, IAX2_EV_VOICE);
	iax2_call_info(a, &info);
	frame[14] = frame[20] = (uint8_t)(info.callno >> 8 | 0x80); /* REQ-027: the top bit is ignored */
	frame[15] = frame[21] = (uint8_t)info.callno;
	pair_inject(p, 1, frame, sizeof(frame));
	assert_int_equal(pair_expect(p, 1, IAX2_EV_VOICE).len, 2);
	pair_expect_none(p, 1);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.rx_trunk_damaged, 1); /* REQ-025 */
	pair_del(p);
}

/* The sender's jitter puts two frames of a call into one trunk frame, whose one time they would share. */
static void test_entries_without_time_never_overlap(void **state)
{
	static const int burst[] = {1, 1, 0, 2, 1, 0, 0, 3, 1, 1};
	struct iax2_trunk_params params = {.freq_ms = 20, .mtu = 1240, .max_size = 128000};
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_event ev;
	iax2_ts first = -1, last = -1;
	int voices = 0;

	(void)state;
	assert_int_equal(iax2_endpoint_set_trunk(p->ep[0], NULL, &params), 0);
	trunked_call(p, &a, &b);
	for (size_t n = 0; n < sizeof(burst) / sizeof(burst[0]); n++) {
		for (int i = 0; i < burst[n]; i++) {
			assert_int_equal(iax2_call_send_voice(a, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now), 0);
		}
		pair_run(p, 20);
	}
	pair_run(p, 40);
	while (iax2_endpoint_event(p->ep[1], &ev)) {
		assert_int_equal(ev.type, IAX2_EV_VOICE);
		assert_true(voices == 0 || ev.ts - last >= 20);
		assert_true(voices != 1 || ev.ts - last == 20); /* the first entry continues the full frame */
		first = voices ? first : ev.ts;
		last = ev.ts;
		voices++;
	}
	assert_int_equal(voices, 10);
	assert_in_range(last - first, 180, 220);
	pair_del(p);
}

static void test_trunk_frame_that_comes_twice_is_heard_once(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_call_info info;
	struct iax2_stats stats;
	uint8_t frame[] = {0, 0, 1, 0, 0, 0, 0, 100, 0, 0, 0, 2, 7, 7};

	(void)state;
	pair_call(p, &a, &b);
	assert_int_equal(iax2_call_send_voice(a, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now), 0);
	pair_settle(p);
	(void)pair_expect(p, 1, IAX2_EV_VOICE);
	iax2_call_info(a, &info);
	frame[8] = (uint8_t)(info.callno >> 8);
	frame[9] = (uint8_t)info.callno;
	pair_inject(p, 1, frame, sizeof(frame));
	assert_int_equal(pair_expect(p, 1, IAX2_EV_VOICE).len, 2);
	pair_inject(p, 1, frame, sizeof(frame));
	pair_expect_none(p, 1);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.rx_duplicate, 1);
	pair_del(p);
}

static void test_bridge_forwards_without_events(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a[2], *b[2];
	struct iax2_event ev;
	iax2_ts last = -1;

	(void)state;
	pair_call(p, &a[0], &b[0]);
	pair_call(p, &a[1], &b[1]);
	assert_int_equal(iax2_call_bridge(b[0], b[1]), 0);
	assert_int_equal(iax2_call_bridge(b[0], b[1]), IAX2_ERR_STATE);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(iax2_call_send_voice(a[0], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now), 0);
		pair_settle(p);
		pair_expect_none(p, 1);
		ev = pair_expect(p, 0, IAX2_EV_VOICE);
		assert_ptr_equal(ev.call, a[1]);
		assert_true(last < 0 || ev.ts - last == 20);
		last = ev.ts;
		pair_run(p, 20);
	}
	iax2_call_hangup(a[0], 16, NULL, p->now);
	pair_settle(p);
	(void)pair_expect(p, 1, IAX2_EV_ENDED);
	assert_int_equal(iax2_call_bridge(b[1], b[1]), IAX2_ERR_STATE);
	pair_del(p);
}

/* Calls `count` trunked calls and gives each its full frame. */
static void many_calls(struct pair *p, struct iax2_call **a, int count)
{
	struct iax2_event ev;

	for (int i = 0; i < count; i++) {
		struct iax2_call *b;

		trunked_call(p, &a[i], &b);
		assert_int_equal(iax2_call_send_voice(a[i], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now), 0);
		pair_settle(p);
		while (iax2_endpoint_event(p->ep[1], &ev)) {
		}
	}
}

/* Sends one voice frame of each call; how many datagrams left at once, without waiting for the timer. */
static size_t all_speak(struct pair *p, struct iax2_call **a, int count)
{
	size_t mark = p->logged;

	for (int i = 0; i < count; i++) {
		assert_int_equal(iax2_call_send_voice(a[i], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now), 0);
	}
	pair_collect(p);
	return p->logged - mark;
}

/* How many trunk frames were logged from `mark` on, none longer than `most` bytes, all of different time. */
static size_t trunk_frames(const struct pair *p, size_t mark, size_t most)
{
	uint32_t last = 0;
	size_t n = 0;

	for (size_t i = mark; i < p->logged; i++) {
		struct iax2_frame frame;

		assert_int_equal(iax2_frame_decode(&frame, p->log[i].data, p->log[i].len), 0);
		if (frame.kind == IAX2_KIND_TRUNK) {
			assert_true(p->log[i].len <= most);
			assert_true(n == 0 || frame.timestamp > last); /* REQ-034 */
			last = frame.timestamp;
			n++;
		}
	}
	return n;
}

static void with_mtu(uint32_t mtu, size_t at_once, size_t in_all, size_t most)
{
	struct iax2_trunk_params params = {.freq_ms = 20, .mtu = mtu, .max_size = 128000, .timestamps = true};
	struct pair *p = pair_new();
	struct iax2_call *a[40];
	struct iax2_event ev;
	size_t mark;
	int heard = 0;

	assert_int_equal(iax2_endpoint_set_trunk(p->ep[0], NULL, &params), 0);
	many_calls(p, a, 40);
	pair_run(p, 20);
	mark = p->logged;
	assert_int_equal(all_speak(p, a, 40), at_once);
	pair_run(p, 21);
	assert_int_equal(trunk_frames(p, mark, most), in_all);
	while (iax2_endpoint_event(p->ep[1], &ev)) {
		heard += ev.type == IAX2_EV_VOICE;
	}
	assert_int_equal(heard, 40);
	pair_del(p);
}

/* 40 entries of 166 bytes. */
static void test_req_030_031_trunkmtu(void **state)
{
	(void)state;
	with_mtu(1240, 5, 6, 1240);          /* 7 in a datagram: an eighth would reach it */
	with_mtu(0, 0, 5, IAX2_SEND_MAX);    /* by the timer only, 8 in each */
	with_mtu(3999, 5, 5, IAX2_SEND_MAX); /* more than we ever send: as full as may be, at once */
	with_mtu(172, 40, 40, 180);
}

static void test_req_032_full_queue(void **state)
{
	struct iax2_trunk_params params = {.freq_ms = 1000, .max_size = 1000, .timestamps = true};
	struct pair *p = pair_new();
	struct iax2_call *a[10];
	struct iax2_stats stats;
	struct iax2_event ev;

	(void)state;
	assert_int_equal(iax2_endpoint_set_trunk(p->ep[0], NULL, &params), 0);
	many_calls(p, a, 10);
	for (int i = 0; i < 10; i++) {
		int rc = iax2_call_send_voice(a[i], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now);

		assert_int_equal(rc, i < 5 ? 0 : IAX2_ERR_LIMIT); /* 8 + 5 * 166 bytes */
	}
	iax2_endpoint_stats(p->ep[0], &stats);
	assert_int_equal(stats.tx_trunk_dropped, 5);
	assert_int_equal(stats.tx_trunk_entries, 5);
	ev = pair_expect(p, 0, IAX2_EV_TRUNK_FULL); /* told once, not five times */
	assert_true(iax2_addr_equal(&ev.path.remote, &p->path[0].remote));
	pair_expect_none(p, 0);
	pair_run(p, 1001); /* sent: there is room again */
	assert_int_equal(iax2_call_send_voice(a[9], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now), 0);
	pair_run(p, 1001);
	for (int i = 0; i < 10; i++) {
		(void)iax2_call_send_voice(a[i], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now);
	}
	(void)pair_expect(p, 0, IAX2_EV_TRUNK_FULL); /* more than a second later it is told again */
	pair_del(p);
}

static void test_req_033_time_restarts_after_a_pause(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a;
	struct iax2_frame frame;
	static const int64_t pause_ms[] = {20, 20, 4000, 6000, 20};
	static const uint32_t least[] = {0, 1, 40, 0, 1}, most[] = {0, 40, 4200, 0, 40};

	(void)state;
	many_calls(p, &a, 1);
	for (size_t i = 0; i < 5; i++) {
		size_t mark;

		pair_run(p, pause_ms[i]);
		mark = p->logged;
		(void)all_speak(p, &a, 1);
		pair_run(p, 20);
		while (iax2_frame_decode(&frame, p->log[mark].data, p->log[mark].len) != 0 || frame.kind != IAX2_KIND_TRUNK) {
			assert_true(++mark < p->logged);
		}
		assert_in_range(frame.timestamp, least[i], most[i]);
	}
	pair_del(p);
}

static void test_req_028_entry_before_the_full_frame(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_call_info info;
	uint8_t frame[] = {0, 0, 1, 0, 0, 0, 0, 100, 0, 0, 0, 2, 7, 7};

	(void)state;
	pair_call(p, &a, &b);
	iax2_call_info(a, &info);
	frame[8] = (uint8_t)(info.callno >> 8);
	frame[9] = (uint8_t)info.callno;
	pair_inject(p, 1, frame, sizeof(frame));
	pair_collect(p);
	assert_int_equal(pair_count(p, 0, 0, IAX2_TYPE_IAX, IAX2_CMD_VNAK), 1);
	pair_expect_none(p, 1);
	pair_del(p);
}

static void test_req_040_video_goes_alone(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_call *a, *b;
	struct iax2_stats stats;

	(void)state;
	assert_int_equal(iax2_prefs_apply(&params.prefs, true, "h264", NULL), 0);
	params.trunk = true;
	assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	b = pair_expect(p, 1, IAX2_EV_NEW).call;
	assert_int_equal(iax2_call_accept(b, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW | IAX2_FORMAT(21), p->now), 0);
	pair_settle(p);
	(void)pair_expect(p, 1, IAX2_EV_READY);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(iax2_call_send_video(a, IAX2_FORMAT(21), IAX2_TS_AUTO, true, silence, sizeof(silence), p->now), 0);
		pair_settle(p);
		(void)pair_expect(p, 1, IAX2_EV_VIDEO); /* at once */
	}
	iax2_endpoint_stats(p->ep[0], &stats);
	assert_int_equal(stats.tx_trunk_entries, 0);
	pair_del(p);
}

/* The trunk's time keeps to the clock in whole intervals, however unevenly the voice comes. */
static void test_trunk_time_keeps_to_the_clock(void **state)
{
	static const int burst[] = {1, 1, 0, 2, 0, 2, 1, 0, 0, 3, 1, 0, 2};
	struct pair *p = pair_new();
	struct iax2_call *a;
	iax2_ns zero = 0;
	int32_t off;

	(void)state;
	many_calls(p, &a, 1);
	for (int n = 0; n < 2000; n++) {
		struct iax2_frame frame;
		size_t mark = p->logged;

		for (int i = 0; i < burst[n % 13]; i++) {
			(void)all_speak(p, &a, 1);
		}
		pair_run(p, 20);
		for (; mark < p->logged; mark++) {
			if (iax2_frame_decode(&frame, p->log[mark].data, p->log[mark].len) == 0 && frame.kind == IAX2_KIND_TRUNK) {
				zero = zero ? zero : p->log[mark].at;
				off = (int32_t)((p->log[mark].at - zero) / PAIR_MS - (int64_t)frame.timestamp);
				assert_in_range(off + 20, 0, 40);
				assert_int_equal(frame.timestamp % 20, 0);
			}
		}
		p->logged = p->delivered = 0;
	}
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_023_with_timestamps),
	    cmocka_unit_test(test_req_024_without_timestamps),
	    cmocka_unit_test(test_req_026_unknown_entry_is_skipped),
	    cmocka_unit_test(test_entries_without_time_never_overlap),
	    cmocka_unit_test(test_trunk_frame_that_comes_twice_is_heard_once),
	    cmocka_unit_test(test_bridge_forwards_without_events),
	    cmocka_unit_test(test_req_030_031_trunkmtu),
	    cmocka_unit_test(test_req_032_full_queue),
	    cmocka_unit_test(test_req_033_time_restarts_after_a_pause),
	    cmocka_unit_test(test_req_028_entry_before_the_full_frame),
	    cmocka_unit_test(test_req_040_video_goes_alone),
	    cmocka_unit_test(test_trunk_time_keeps_to_the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
