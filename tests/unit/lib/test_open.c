/* Opening a dialogue: call tokens, duplicates, limits, proofs. */
#include "pair.h"

static struct iax2_call *begin(struct pair *p, const struct iax2_call_params *params)
{
	struct iax2_call *a;

	assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], params, p->now), 0);
	pair_settle(p);
	return a;
}

static void test_req_172_token_without_state(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_frame frame;
	struct iax2_stats stats;

	(void)state;
	p->tokens_required = true;
	p->lose_to[0] = true;
	(void)begin(p, &params);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.legs, 0);
	assert_int_equal(stats.associations, 0);
	assert_int_equal(stats.tokens_sent, 1);
	assert_non_null(pair_find(p, 0, 0, IAX2_TYPE_IAX, IAX2_CMD_CALLTOKEN, &frame));
	assert_int_equal(frame.scall, 1);
	assert_int_equal(frame.oseqno, 0); /* REQ-173 */
	assert_int_equal(frame.iseqno, 1);
	pair_del(p);
}

static void test_req_131_restart_with_token(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_event ev;
	struct iax2_frame frame;
	size_t mark;

	(void)state;
	p->tokens_required = true;
	(void)begin(p, &params);
	ev = pair_expect(p, 1, IAX2_EV_NEW);
	assert_true(ev.validated);
	assert_int_equal(pair_count(p, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_NEW), 2);
	assert_int_equal(p->log[2].to, 1);
	assert_int_equal(iax2_frame_decode(&frame, p->log[2].data, p->log[2].len), 0);
	assert_int_equal(frame.oseqno, 0);
	assert_int_equal(frame.dcall, 0);
	assert_int_equal(frame.payload[0], IAX2_IE_VERSION);
	/* REQ-076: the NEW with its token again makes no second call */
	mark = p->logged;
	{
		struct pair_packet copy = p->log[2];

		pair_inject(p, 1, copy.data, copy.len);
	}
	pair_collect(p);
	pair_expect_none(p, 1);
	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
	pair_del(p);
}

static void challenge_all(struct pair *p, const char *secret, unsigned methods, bool unknown)
{
	const char *const secrets[] = {"first", secret, NULL};
	struct iax2_credentials creds = {.methods = methods, .secrets = secrets, .unknown = unknown};

	assert_int_equal(iax2_call_challenge(pair_expect(p, 1, IAX2_EV_NEW).call, &creds, p->now), 0);
	pair_settle(p);
}

static void test_req_208_210_md5(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_call *b;

	(void)state;
	(void)begin(p, &params);
	challenge_all(p, "secret", IAX2_AUTH_MD5, false);
	b = pair_expect(p, 1, IAX2_EV_AUTHENTICATED).call;
	assert_int_equal(iax2_call_accept(b, IAX2_FORMAT_ALAW, IAX2_FORMAT_ALAW, p->now), 0);
	(void)pair_expect(p, 1, IAX2_EV_READY);
	pair_settle(p);
	assert_int_equal(pair_expect(p, 0, IAX2_EV_ACCEPTED).format, IAX2_FORMAT_ALAW);
	pair_expect_none(p, 1);
	pair_del(p);
}

static void test_req_216_unknown_user_is_refused(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_event ev;

	(void)state;
	(void)begin(p, &params);
	challenge_all(p, "secret", IAX2_AUTH_MD5, true);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_ENDED).reason, IAX2_END_AUTH);
	ev = pair_expect(p, 0, IAX2_EV_ENDED);
	assert_int_equal(ev.reason, IAX2_END_REMOTE_REJECT);
	assert_int_equal(ev.cause, 50);
	pair_del(p);
}

static void test_req_214_no_plain_secret(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();

	(void)state;
	(void)begin(p, &params);
	challenge_all(p, "secret", IAX2_AUTH_PLAINTEXT, false);
	assert_int_equal(pair_expect(p, 0, IAX2_EV_ENDED).reason, IAX2_END_NO_AUTH);
	assert_int_equal(pair_count(p, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_AUTHREP), 0);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_ENDED).cause, 50);
	params.allow_plaintext = true;
	(void)begin(p, &params);
	challenge_all(p, "secret", IAX2_AUTH_PLAINTEXT, false);
	(void)pair_expect(p, 1, IAX2_EV_AUTHENTICATED);
	pair_del(p);
}

static void test_req_143_no_answer_to_challenge(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();

	(void)state;
	(void)begin(p, &params);
	p->lose_to[0] = true;
	challenge_all(p, "secret", IAX2_AUTH_MD5, false);
	pair_run(p, 29900);
	pair_expect_none(p, 1);
	pair_run(p, 200);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_ENDED).cause, IAX2_CAUSE_TIMER);
	pair_del(p);
}

static void test_req_146_setup_timer(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();

	(void)state;
	p->lose_to[1] = true;
	params.setup_timeout_ms = 2000;
	(void)begin(p, &params);
	pair_run(p, 2100);
	assert_int_equal(pair_expect(p, 0, IAX2_EV_ENDED).cause, IAX2_CAUSE_CONGESTION);
	pair_del(p);
}

static void test_req_221_early_hangup(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_frame frame, hangup;
	uint8_t buf[16];

	(void)state;
	(void)begin(p, &params);
	(void)pair_expect(p, 1, IAX2_EV_NEW);
	assert_non_null(pair_find(p, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_NEW, &frame));
	hangup = (struct iax2_frame){.kind = IAX2_KIND_FULL, .scall = frame.scall, .oseqno = 1, .type = IAX2_TYPE_IAX,
	                             .subclass = IAX2_CMD_HANGUP};
	assert_int_equal(iax2_frame_encode(&hangup, buf, sizeof(buf)), 12);
	pair_inject(p, 1, buf, 12);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_ENDED).reason, IAX2_END_REMOTE_HANGUP);
	pair_collect(p);
	p->delivered = p->logged;
	pair_run(p, 40000);
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_172_token_without_state),
	    cmocka_unit_test(test_req_131_restart_with_token),
	    cmocka_unit_test(test_req_208_210_md5),
	    cmocka_unit_test(test_req_216_unknown_user_is_refused),
	    cmocka_unit_test(test_req_214_no_plain_secret),
	    cmocka_unit_test(test_req_143_no_answer_to_challenge),
	    cmocka_unit_test(test_req_146_setup_timer),
	    cmocka_unit_test(test_req_221_early_hangup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
