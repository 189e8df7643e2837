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
	/* The end that was lost and comes late is the end of the same digit; the next one is a digit again. */
	assert_int_equal(iax2_call_dtmf_end(a, '6', p->now), 0);
	pair_settle(p);
	pair_expect_none(p, 1);
	assert_int_equal(iax2_call_dtmf_end(a, '6', p->now), 0);
	pair_settle(p);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_DTMF_END).duration_ms, 100);
	pair_del(p);
}

#define H264 IAX2_FORMAT(21)
#define H263 IAX2_FORMAT(19)

static void video_call(struct pair *p, struct iax2_call **a, struct iax2_call **b)
{
	struct iax2_call_params params = pair_params();

	assert_int_equal(iax2_prefs_apply(&params.prefs, true, "h264,h263", NULL), 0);
	assert_int_equal(iax2_call_new(p->ep[0], a, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	*b = pair_expect(p, 1, IAX2_EV_NEW).call;
	assert_int_equal(iax2_call_accept(*b, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW | H264 | H263, p->now), 0);
	pair_settle(p);
	(void)pair_expect(p, 0, IAX2_EV_ACCEPTED);
	(void)pair_expect(p, 1, IAX2_EV_READY);
}

/* Sends a packet of video; whether it went as a full frame. */
static bool show(struct pair *p, struct iax2_call *a, iax2_format format, bool marker)
{
	static const uint8_t picture[300] = {1, 2, 3};
	size_t mark = p->logged;
	struct iax2_event ev;

	assert_int_equal(iax2_call_send_video(a, format, IAX2_TS_AUTO, marker, picture, sizeof(picture), p->now), 0);
	pair_settle(p);
	ev = pair_expect(p, 1, IAX2_EV_VIDEO);
	assert_true(ev.format == format);
	assert_int_equal(ev.marker, marker);
	assert_int_equal(ev.len, sizeof(picture));
	assert_memory_equal(ev.data, picture, sizeof(picture));
	return pair_count(p, mark, 1, IAX2_TYPE_VIDEO, (int64_t)format) == 1;
}

static void test_req_019_092_video(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_frame frame;
	unsigned full = 0;

	(void)state;
	video_call(p, &a, &b);
	assert_true(show(p, a, H264, false)); /* the first is a full frame */
	assert_int_equal(p->log[p->logged - 2].data[11], 0x95);
	assert_false(show(p, a, H264, true));
	assert_int_equal(iax2_frame_decode(&frame, p->log[p->logged - 1].data, p->log[p->logged - 1].len), 0);
	assert_int_equal(frame.kind, IAX2_KIND_VIDEO_MINI); /* REQ-022 */
	assert_true(frame.marker);
	assert_true(show(p, a, H263, true)); /* and so is the first of another format */
	assert_int_equal(p->log[p->logged - 2].data[11], 0xd3);
	assert_false(show(p, a, H263, false));
	for (int i = 0; i < 700; i++) { /* 70 s: each time bit 15 changes */
		full += show(p, a, H263, i % 2);
		pair_run(p, 100);
		p->logged = p->delivered = 0;
	}
	assert_int_equal(full, 2);
	assert_int_equal(iax2_call_send_video(a, IAX2_FORMAT(18), IAX2_TS_AUTO, true, silence, 10, p->now), IAX2_ERR_INVALID);
	pair_del(p);
}

/* Forges a full frame of b's call towards a, in order. */
static void forge(struct pair *p, const struct iax2_call *a, const struct iax2_call *b, uint8_t type, uint8_t csub, const void *data,
                  size_t len)
{
	struct iax2_call_info mine, theirs;
	uint8_t buf[64] = {0};

	iax2_call_info(b, &mine);
	iax2_call_info(a, &theirs);
	buf[0] = (uint8_t)(0x80 | mine.callno >> 8);
	buf[1] = (uint8_t)mine.callno;
	buf[2] = (uint8_t)(theirs.callno >> 8);
	buf[3] = (uint8_t)theirs.callno;
	buf[8] = theirs.iseqno;
	buf[9] = theirs.oseqno;
	buf[10] = type;
	buf[11] = csub;
	if (len) {
		memcpy(buf + IAX2_FULL_HEADER, data, len);
	}
	pair_inject(p, 0, buf, IAX2_FULL_HEADER + len);
	pair_collect(p);
	p->delivered = p->logged; /* the other side knows nothing of it */
}

static void test_req_020_bare_video_frame(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_stats stats;
	struct iax2_event ev;

	(void)state;
	video_call(p, &a, &b);
	forge(p, a, b, IAX2_TYPE_VIDEO, 0, "xy", 2); /* no format is known yet */
	iax2_endpoint_stats(p->ep[0], &stats);
	assert_int_equal(stats.rx_unknown_format, 1);
	pair_expect_none(p, 0);
	forge(p, a, b, IAX2_TYPE_VIDEO, 0x95, "xy", 2);
	ev = pair_expect(p, 0, IAX2_EV_VIDEO);
	assert_true(ev.format == H264 && !ev.marker);
	forge(p, a, b, IAX2_TYPE_VIDEO, 0, "xy", 2);
	ev = pair_expect(p, 0, IAX2_EV_VIDEO);
	assert_true(ev.format == H264 && ev.marker);
	pair_del(p);
}

static void test_req_017_018_unknown_format(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_stats stats;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	forge(p, a, b, IAX2_TYPE_VOICE, 0x04, "xy", 2);
	assert_int_equal(pair_expect(p, 0, IAX2_EV_VOICE).format, IAX2_FORMAT_ULAW);
	for (unsigned i = 0; i < 4; i++) {
		static const uint8_t odd[] = {0x00, 0x06, 0xbf, 0xff}; /* none, two bits, unknown, not offered */

		mark = p->logged;
		forge(p, a, b, IAX2_TYPE_VOICE, odd[i], "xy", 2); /* REQ-016 */
		assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
		pair_expect_none(p, 0);
	}
	iax2_endpoint_stats(p->ep[0], &stats);
	assert_int_equal(stats.rx_unknown_format, 4);
	send(p, b); /* as a mini it would need the format; a knows it still */
	pair_settle(p);
	pair_del(p);
}

static void test_req_204_205_quelch(void **state)
{
	static const uint8_t music[] = {IAX2_IE_MUSICONHOLD, 4, 'j', 'a', 'z', 'z'};
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_event ev;
	size_t mark;

	(void)state;
	video_call(p, &a, &b);
	send(p, a);
	pair_settle(p);
	forge(p, a, b, IAX2_TYPE_IAX, IAX2_CMD_QUELCH, music, sizeof(music));
	ev = pair_expect(p, 0, IAX2_EV_QUELCH);
	assert_int_equal(ev.subclass, 1);
	assert_string_equal(ev.text, "jazz");
	mark = p->logged;
	assert_int_equal(iax2_call_send_voice(a, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, 160, p->now), IAX2_ERR_STATE);
	pair_collect(p);
	assert_int_equal(p->logged, mark);
	assert_int_equal(iax2_call_send_video(a, H264, IAX2_TS_AUTO, true, silence, 100, p->now), 0); /* video goes on */
	assert_int_equal(iax2_call_text(a, "x", 1, p->now), 0);
	forge(p, a, b, IAX2_TYPE_IAX, IAX2_CMD_QUELCH, NULL, 0); /* once more, without music: no harm */
	ev = pair_expect(p, 0, IAX2_EV_QUELCH);
	assert_int_equal(ev.subclass, 0);
	assert_string_equal(ev.text, "");
	forge(p, a, b, IAX2_TYPE_IAX, IAX2_CMD_UNQUELCH, NULL, 0);
	(void)pair_expect(p, 0, IAX2_EV_UNQUELCH);
	mark = p->logged;
	send(p, a);
	pair_collect(p);
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_VOICE, -2), 1); /* a full frame */
	pair_del(p);
}

/* Voice relayed with its own time stamps keeps its spacing on the wire, and is anchored anew when the source is another. */
static void test_relayed_time_stamps(void **state)
{
	static const iax2_ts source[] = {500000, 500020, 500060, 500080, 77, 97, 117};
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	iax2_ts ts[7];

	(void)state;
	pair_call(p, &a, &b);
	for (int i = 0; i < 7; i++) {
		assert_int_equal(iax2_call_send_voice(a, IAX2_FORMAT_ULAW, source[i], silence, 160, p->now), 0);
		pair_settle(p);
		ts[i] = pair_expect(p, 1, IAX2_EV_VOICE).ts;
		pair_run(p, i == 1 ? 40 : 20);
	}
	assert_int_equal(ts[1] - ts[0], 20);
	assert_int_equal(ts[2] - ts[1], 40); /* a gap stays a gap */
	assert_int_equal(ts[3] - ts[2], 20);
	assert_in_range(ts[4] - ts[3], 20, 40);
	assert_int_equal(ts[5] - ts[4], 20);
	assert_int_equal(ts[6] - ts[5], 20);
	pair_del(p);
}

/* Nothing of a call is heard before it is accepted (REQ-100), and everything is acknowledged (REQ-098, REQ-099). */
static void test_req_098_099_100_acknowledged_and_dropped(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_call *a, *b;

	(void)state;
	assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	b = pair_expect(p, 1, IAX2_EV_NEW).call;
	for (unsigned type = 0; type < 40; type++) {
		size_t mark = p->logged;

		if (type != IAX2_TYPE_IAX) {
			forge(p, a, b, (uint8_t)type, 4, "x", 1);
			assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
			pair_expect_none(p, 0);
		}
	}
	pair_del(p);
}

static void test_req_089_full_frame_with_each_format(void **state)
{
	static const iax2_format formats[] = {IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, IAX2_FORMAT_ALAW, IAX2_FORMAT_ALAW, IAX2_FORMAT_ULAW};
	struct pair *p = pair_new();
	struct iax2_call *a, *b;

	(void)state;
	pair_call(p, &a, &b);
	for (size_t i = 0; i < 5; i++) {
		size_t mark = p->logged;

		assert_int_equal(iax2_call_send_voice(b, formats[i], IAX2_TS_AUTO, silence, 160, p->now), 0);
		pair_settle(p);
		assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_VOICE, -2), i % 2 == 0);
		assert_true(pair_expect(p, 0, IAX2_EV_VOICE).format == formats[i]);
		pair_run(p, 20);
	}
	pair_del(p);
}

static void test_req_021_077_minis_of_others(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_call_info info;
	struct iax2_path other;
	uint8_t mini[8] = {0, 0, 0, 100, 1, 2, 3, 4};
	struct iax2_stats stats;

	(void)state;
	pair_call(p, &a, &b);
	send(p, a);
	pair_settle(p);
	(void)pair_expect(p, 1, IAX2_EV_VOICE);
	iax2_call_info(a, &info);
	mini[0] = (uint8_t)(info.callno >> 8);
	mini[1] = (uint8_t)info.callno;
	for (int i = 0; i < 4; i++) {
		other = p->path[1];
		other.remote.port = (uint16_t)(other.remote.port + (i == 0));
		other.remote.ip[3] = (uint8_t)(other.remote.ip[3] + (i == 1));
		mini[1] = (uint8_t)(info.callno ^ (i == 2));
		iax2_endpoint_input(p->ep[1], &other, mini, sizeof(mini), p->now);
		if (i == 3) {
			assert_int_equal(pair_expect(p, 1, IAX2_EV_VOICE).len, 4);
		} else {
			pair_expect_none(p, 1);
		}
	}
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.rx_unknown_call, 3);
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
	    cmocka_unit_test(test_req_019_092_video),
	    cmocka_unit_test(test_req_020_bare_video_frame),
	    cmocka_unit_test(test_req_017_018_unknown_format),
	    cmocka_unit_test(test_req_204_205_quelch),
	    cmocka_unit_test(test_relayed_time_stamps),
	    cmocka_unit_test(test_req_098_099_100_acknowledged_and_dropped),
	    cmocka_unit_test(test_req_089_full_frame_with_each_format),
	    cmocka_unit_test(test_req_021_077_minis_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
