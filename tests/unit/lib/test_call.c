/* Calls between two endpoints: set-up, voice, tear-down, bridging, failing allocations. */
#include "pair.h"

static const uint8_t silence[160] = {0xff};

static void test_req_133_call_voice_hangup(void **state)
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_133_call_voice_hangup),
	    cmocka_unit_test(test_every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
