/* Calls between two endpoints: set-up, voice, tear-down, bridging, failing allocations. */
#include "pair.h"

static const uint8_t silence[160] = {0xff};

static void test_req_133_137_call_voice_hangup(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_event ev;
	struct iax2_stats stats;

	(void)state;
	pair_call(p, &a, &b);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(iax2_call_send_voice(a, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now), 0);
		pair_settle(p);
		ev = pair_expect(p, 1, IAX2_EV_VOICE);
		assert_int_equal(ev.len, sizeof(silence));
		assert_int_equal(ev.format, IAX2_FORMAT_ULAW);
		pair_run(p, 20);
	}
	iax2_call_hangup(a, IAX2_CAUSE_NORMAL, "bye", p->now);
	pair_settle(p);
	ev = pair_expect(p, 1, IAX2_EV_ENDED);
	assert_int_equal(ev.cause, IAX2_CAUSE_NORMAL);
	assert_int_equal(ev.reason, IAX2_END_REMOTE_HANGUP);
	assert_string_equal(ev.text, "bye");
	pair_expect_none(p, 1);
	for (int i = 0; i < 2; i++) {
		iax2_endpoint_stats(p->ep[i], &stats);
		assert_int_equal(stats.legs, 0);
		assert_int_equal(stats.unacked, 0);
	}
	pair_run(p, 61000);
	iax2_endpoint_stats(p->ep[0], &stats);
	assert_int_equal(stats.associations, 0);
	pair_del(p);
}

/* The call of the test above with proof, digit, text and a bridge-free end, when the n-th allocation fails: no crash, no leak. */
static void drive(struct pair *p, struct iax2_call **mine)
{
	static const char *const secrets[] = {"secret", NULL};
	struct iax2_credentials creds = {.methods = IAX2_AUTH_MD5, .secrets = secrets};
	struct iax2_event ev;

	pair_settle(p);
	for (int i = 0; i < 2; i++) {
		while (iax2_endpoint_event(p->ep[i], &ev)) {
			if (ev.type == IAX2_EV_NEW) {
				(void)iax2_call_challenge(ev.call, &creds, p->now);
			} else if (ev.type == IAX2_EV_AUTHENTICATED) {
				(void)iax2_call_accept(ev.call, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, p->now);
			} else if (ev.type == IAX2_EV_READY) {
				(void)iax2_call_control(ev.call, IAX2_CONTROL_ANSWER, NULL, 0, p->now);
			} else if (ev.type == IAX2_EV_ENDED && *mine == ev.call) {
				*mine = NULL;
			} else if (ev.type == IAX2_EV_REGREQ) {
				(void)iax2_regreq_challenge(ev.regreq, &creds, p->now);
			} else if (ev.type == IAX2_EV_REGREQ_AUTHENTICATED) {
				(void)iax2_regreq_grant(ev.regreq, &(struct iax2_grant){.refresh_s = 60}, p->now);
			}
		}
	}
	pair_settle(p);
}

static bool call_once(long fail_at)
{
	struct pair *p = calloc(1, sizeof(*p));
	struct iax2_config config;
	struct iax2_call_params params = pair_params();
	struct iax2_registration_params rparams = {.username = "alice", .secret = "secret"};
	struct iax2_call *a = NULL;
	struct iax2_registration *reg = NULL;
	bool failed;

	assert_non_null(p);
	p->tokens_required = true;
	p->fail_at = fail_at;
	config = pair_config(p);
	if (pair_start(p, &config)) {
		(void)iax2_registration_new(p->ep[0], &reg, &p->path[0], &rparams, p->now);
		params.trunk = true;
		if (iax2_call_new(p->ep[0], &a, &p->path[0], &params, p->now) < 0) {
			a = NULL;
		}
		for (int i = 0; i < 20; i++) {
			drive(p, &a);
			if (a) {
				(void)iax2_call_send_voice(a, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now);
				(void)iax2_call_dtmf_end(a, '5', p->now);
				(void)iax2_call_text(a, "hello", 5, p->now);
			}
			pair_run(p, 20);
		}
		if (a) {
			iax2_call_hangup(a, 16, NULL, p->now);
		}
		drive(p, &a);
	}
	failed = p->allocations >= fail_at;
	pair_del(p);
	return failed;
}

static void test_every_allocation_may_fail(void **state)
{
	long n = 1;

	(void)state;
	while (call_once(n)) {
		n++;
	}
	assert_true(n > 20);
}

/* A call of a that b has been told of and has not answered. */
static struct iax2_call *ringing(struct pair *p, struct iax2_call **b)
{
	struct iax2_call_params params = pair_params();
	struct iax2_call *a;

	assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	*b = pair_expect(p, 1, IAX2_EV_NEW).call;
	return a;
}

/* Gives a an ACCEPT with those formats, 0: without any. */
static struct iax2_event accepted(struct pair *p, uint32_t format, size_t *mark)
{
	struct iax2_call *b, *a = ringing(p, &b);
	struct iax2_frame frame = pair_next_frame(a, IAX2_TYPE_IAX, IAX2_CMD_ACCEPT);
	struct iax2_ie_writer w;
	struct iax2_event ev = {0};
	uint8_t ies[8];

	iax2_iew_init(&w, ies, sizeof(ies));
	if (format) {
		iax2_iew_u32(&w, IAX2_IE_FORMAT, format);
	}
	frame.payload = ies;
	frame.payload_len = w.len;
	*mark = p->logged;
	pair_forge(p, 0, frame);
	assert_true(iax2_endpoint_event(p->ep[0], &ev));
	return ev;
}

static void test_req_134_accept_in_a_format_of_others(void **state)
{
	struct pair *p = pair_new();
	struct iax2_event ev;
	struct iax2_frame frame;
	struct iax2_ies ies;
	size_t mark;

	(void)state;
	ev = accepted(p, (uint32_t)IAX2_FORMAT_GSM, &mark);
	assert_int_equal(ev.type, IAX2_EV_ENDED);
	assert_int_equal(ev.reason, IAX2_END_NO_FORMAT);
	assert_non_null(pair_find(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_REJECT, &frame));
	assert_int_equal(iax2_ies_decode(&ies, frame.payload, frame.payload_len), 0);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_CAUSECODE, 0), 58);
	pair_del(p);
}

static void test_req_135_154_accept_without_one_format(void **state)
{
	struct pair *p = pair_new();
	struct iax2_event ev;
	size_t mark;

	(void)state;
	ev = accepted(p, 0, &mark);
	assert_int_equal(ev.type, IAX2_EV_ACCEPTED);
	assert_int_equal(ev.format, IAX2_FORMAT_ULAW);
	ev = accepted(p, (uint32_t)(IAX2_FORMAT_GSM | IAX2_FORMAT_ALAW | IAX2_FORMAT_ULAW), &mark);
	assert_int_equal(ev.format, IAX2_FORMAT_ULAW);
	ev = accepted(p, (uint32_t)(IAX2_FORMAT_GSM | IAX2_FORMAT_ALAW), &mark);
	assert_int_equal(ev.format, IAX2_FORMAT_ALAW);
	pair_del(p);
}

static void test_req_153_accept_names_one_format_twice(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *b;
	struct iax2_frame frame;
	struct iax2_ies ies;

	(void)state;
	(void)ringing(p, &b);
	assert_int_equal(iax2_call_accept(b, IAX2_FORMAT_ULAW | IAX2_FORMAT_ALAW, IAX2_FORMAT_ULAW, p->now), IAX2_ERR_INVALID);
	assert_int_equal(iax2_call_accept(b, IAX2_FORMAT_ALAW, IAX2_FORMAT_ULAW, p->now), 0);
	pair_settle(p);
	assert_non_null(pair_find(p, 0, 0, IAX2_TYPE_IAX, IAX2_CMD_ACCEPT, &frame));
	assert_int_equal(iax2_ies_decode(&ies, frame.payload, frame.payload_len), 0);
	assert_true(iax2_ies_has(&ies, IAX2_IE_FORMAT) && iax2_ies_has(&ies, IAX2_IE_FORMAT2));
	assert_true(iax2_ies_format(&ies) == IAX2_FORMAT_ALAW);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_FORMAT, 0), IAX2_FORMAT_ALAW);
	pair_del(p);
}

static void test_req_082_ready_with_the_next_frame_of_the_caller(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;

	(void)state;
	a = ringing(p, &b);
	p->lose_to[0] = true;
	assert_int_equal(iax2_call_accept(b, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, p->now), 0);
	pair_settle(p);
	pair_expect_none(p, 1); /* nobody has shown that he sees it */
	assert_int_equal(iax2_call_send_voice(b, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, silence, sizeof(silence), p->now), IAX2_ERR_STATE);
	p->lose_to[0] = false;
	assert_int_equal(iax2_call_dtmf_end(a, '1', p->now), 0); /* not an IAX frame, and proof all the same */
	pair_settle(p);
	(void)pair_expect(p, 1, IAX2_EV_READY);
	(void)pair_expect(p, 1, IAX2_EV_DTMF_END);
	pair_del(p);
}

static void test_req_136_authreq_in_a_running_call(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	mark = p->logged;
	pair_forge(p, 0, pair_next_frame(a, IAX2_TYPE_IAX, IAX2_CMD_AUTHREQ));
	assert_int_equal(p->logged, mark + 1);
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
	pair_expect_none(p, 0);
	pair_del(p);
}

/* Transfers and questions about the dial plan are for later: the call stays as it is. */
static void test_req_186_195_197_what_we_take_no_part_in(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_call_info info;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	for (unsigned i = 0; i < 3; i++) {
		static const uint8_t commands[] = {IAX2_CMD_DPREQ, IAX2_CMD_TXREQ, IAX2_CMD_TXREL};

		mark = p->logged;
		pair_forge(p, 1, pair_next_frame(b, IAX2_TYPE_IAX, commands[i]));
		assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_TXREJ), i > 0);
		assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_DPREP), 0);
	}
	iax2_call_info(b, &info);
	assert_true(info.started);
	pair_expect_none(p, 1);
	pair_del(p);
}

static void test_req_101_102_103_105_control_frames(void **state)
{
	static const uint8_t dropped[] = {11, 19, 20, 21, 24, 25, 26, 27, 28, 29, 32, 37, 100};
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_event ev;

	(void)state;
	pair_call(p, &a, &b);
	for (size_t i = 0; i < sizeof(dropped); i++) {
		struct iax2_frame frame = pair_next_frame(b, IAX2_TYPE_CONTROL, dropped[i]);

		frame.payload = (const uint8_t *)"0123456789abcdef";
		frame.payload_len = 16;
		pair_forge(p, 1, frame);
		pair_expect_none(p, 1);
	}
	pair_forge(p, 1, pair_next_frame(b, IAX2_TYPE_CONTROL, IAX2_CONTROL_HOLD));
	ev = pair_expect(p, 1, IAX2_EV_CONTROL);
	assert_int_equal(ev.subclass, IAX2_CONTROL_HOLD);
	assert_int_equal(ev.len, 0);
	pair_forge(p, 1, pair_next_frame(b, IAX2_TYPE_CONTROL, IAX2_CONTROL_STOP_SOUNDS));
	assert_int_equal(pair_expect(p, 1, IAX2_EV_CONTROL).subclass, IAX2_CONTROL_STOP_SOUNDS);
	pair_del(p);
}

static void test_req_097_text_is_ended_here(void **state)
{
	static const struct {
		const char *sent;
		size_t len;
		const char *heard;
	} cases[] = {{"abc", 3, "abc"}, {"abc", 4, "abc"}, {"a\0c", 3, "a"}, {"", 0, ""}, {"", 1, ""}};
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	struct iax2_event ev;

	(void)state;
	pair_call(p, &a, &b);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct iax2_frame frame = pair_next_frame(b, IAX2_TYPE_TEXT, 0);

		frame.payload = (const uint8_t *)cases[i].sent;
		frame.payload_len = cases[i].len;
		pair_forge(p, 1, frame);
		ev = pair_expect(p, 1, IAX2_EV_TEXT);
		assert_string_equal((const char *)ev.data, cases[i].heard);
		assert_int_equal(ev.len, strlen(cases[i].heard));
	}
	pair_del(p);
}

static void test_req_096_end_only(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	for (int end_only = 0; end_only < 2; end_only++) {
		iax2_call_set_dtmf_end_only(a, end_only);
		mark = p->logged;
		assert_int_equal(iax2_call_dtmf_begin(a, '#', p->now), 0);
		assert_int_equal(iax2_call_dtmf_end(a, '#', p->now), 0);
		pair_settle(p);
		assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_DTMF_BEGIN, '#'), !end_only);
		assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_DTMF_END, '#'), 1);
	}
	pair_del(p);
}

static void test_req_201_probes_at_their_intervals(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call *a, *b;
	size_t mark;

	(void)state;
	pair_call(p, &a, &b);
	mark = p->logged;
	pair_run(p, 211000);
	for (int to = 0; to < 2; to++) {
		assert_int_equal(pair_count(p, mark, to, IAX2_TYPE_IAX, IAX2_CMD_PING), 10);
		assert_int_equal(pair_count(p, mark, to, IAX2_TYPE_IAX, IAX2_CMD_LAGRQ), 21);
	}
	pair_del(p);
}

/* A server that never has enough of tokens. */
static void test_req_132_endless_token_demands(void **state)
{
	static const uint8_t demand[] = {IAX2_IE_CALLTOKEN, 3, 'a', 'b', 'c'};
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_call *a;
	struct iax2_frame frame;

	(void)state;
	assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], &params, p->now), 0);
	pair_collect(p);
	p->delivered = p->logged;
	frame = pair_next_frame(a, IAX2_TYPE_IAX, IAX2_CMD_CALLTOKEN);
	frame.scall = 1;
	frame.oseqno = 0;
	frame.iseqno = 1;
	frame.payload = demand;
	frame.payload_len = sizeof(demand);
	for (int i = 1; i <= 2; i++) {
		pair_forge(p, 0, frame);
		assert_int_equal(pair_count(p, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_NEW), 1 + i);
		/* REQ-183: what it is, the client does not care */
		assert_memory_equal(p->log[p->logged - 1].data + p->log[p->logged - 1].len - sizeof(demand), demand, sizeof(demand));
		pair_expect_none(p, 0);
	}
	pair_forge(p, 0, frame);
	assert_int_equal(pair_expect(p, 0, IAX2_EV_ENDED).reason, IAX2_END_TOKEN);
	assert_int_equal(pair_count(p, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_NEW), 3);
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_133_137_call_voice_hangup),
	    cmocka_unit_test(test_every_allocation_may_fail),
	    cmocka_unit_test(test_req_134_accept_in_a_format_of_others),
	    cmocka_unit_test(test_req_135_154_accept_without_one_format),
	    cmocka_unit_test(test_req_153_accept_names_one_format_twice),
	    cmocka_unit_test(test_req_082_ready_with_the_next_frame_of_the_caller),
	    cmocka_unit_test(test_req_136_authreq_in_a_running_call),
	    cmocka_unit_test(test_req_186_195_197_what_we_take_no_part_in),
	    cmocka_unit_test(test_req_101_102_103_105_control_frames),
	    cmocka_unit_test(test_req_097_text_is_ended_here),
	    cmocka_unit_test(test_req_096_end_only),
	    cmocka_unit_test(test_req_201_probes_at_their_intervals),
	    cmocka_unit_test(test_req_132_endless_token_demands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
