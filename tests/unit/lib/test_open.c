/* Opening a dialogue: call tokens, duplicates, limits, proofs. */
#include "pair.h"

#include "ies.h"

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

/* A stranger gets 20 tokens at once; an address that has presented a valid one may begin calls as fast as a busy trunk does. */
static void test_tokens_for_a_busy_trunk(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_stats stats;

	(void)state;
	p->tokens_required = true;
	p->lose_to[0] = true;
	for (int i = 0; i < 100; i++) {
		(void)begin(p, &params);
	}
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.tokens_sent, 20);
	pair_del(p);

	p = pair_new();
	p->tokens_required = true;
	for (int i = 0; i < 300; i++) {
		(void)begin(p, &params);
	}
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.tokens_sent, 300);
	assert_int_equal(stats.legs, 300);
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

/* The elements of the last REJECT to a, which must be there `n` times since `mark`. */
static struct iax2_ies reject_ies(struct pair *p, size_t mark, size_t n)
{
	struct iax2_frame frame;
	struct iax2_ies ies;

	assert_int_equal(pair_count(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_REJECT), n);
	assert_non_null(pair_find(p, mark, 0, IAX2_TYPE_IAX, IAX2_CMD_REJECT, &frame));
	assert_int_equal(iax2_ies_decode(&ies, frame.payload, frame.payload_len), 0);
	return ies;
}

static void expect_no_authority(const struct iax2_ies *ies)
{
	char text[64];

	assert_string_equal(iax2_ies_string(ies, IAX2_IE_CAUSE, text, sizeof(text)), "No authority found");
	assert_int_equal(iax2_ies_u32(ies, IAX2_IE_CAUSECODE, 0), 50);
}

static void set_delay_reject(struct pair *p)
{
	struct iax2_config config = pair_config(p);

	config.delay_reject = true;
	iax2_endpoint_reconfigure(p->ep[1], &config);
}

/* As a real Asterisk refuses (capture 06_reject_wrong_secret), whatever was wrong. */
static void test_wrong_secret_has_no_authority(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_event ev;
	struct iax2_ies ies;

	(void)state;
	(void)begin(p, &params);
	challenge_all(p, "other", IAX2_AUTH_MD5, false);
	ies = reject_ies(p, 0, 1);
	expect_no_authority(&ies);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_ENDED).reason, IAX2_END_AUTH);
	ev = pair_expect(p, 0, IAX2_EV_ENDED);
	assert_int_equal(ev.cause, 50);
	assert_string_equal(ev.text, "No authority found");
	pair_del(p);
}

static void test_req_217_delayed_refusal_of_a_proof(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_frame ack, authrep;
	struct iax2_ies ies;

	(void)state;
	set_delay_reject(p);
	(void)begin(p, &params);
	challenge_all(p, "other", IAX2_AUTH_MD5, false);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_ENDED).reason, IAX2_END_AUTH);
	assert_non_null(pair_find(p, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_AUTHREP, &authrep));
	assert_int_equal(iax2_frame_decode(&ack, p->log[p->logged - 1].data, p->log[p->logged - 1].len), 0);
	assert_int_equal(ack.subclass, IAX2_CMD_ACK); /* at once */
	assert_int_equal(ack.timestamp, authrep.timestamp);
	pair_run(p, 990);
	assert_int_equal(pair_count(p, 0, 0, IAX2_TYPE_IAX, IAX2_CMD_REJECT), 0);
	pair_expect_none(p, 0);
	pair_run(p, 20);
	ies = reject_ies(p, 0, 1);
	expect_no_authority(&ies);
	pair_del(p);
}

/* The owner's own refusal for want of authority is as late, and keeps its words; any other comes at once. */
static void test_req_217_delayed_refusal_by_the_owner(void **state)
{
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	char text[64], words[] = "No authority found";
	struct iax2_ies ies;
	size_t mark;

	(void)state;
	set_delay_reject(p);
	(void)begin(p, &params);
	iax2_call_reject(pair_expect(p, 1, IAX2_EV_NEW).call, 50, words, p->now);
	memset(words, 'x', sizeof(words) - 1); /* it was copied */
	pair_run(p, 990);
	assert_int_equal(pair_count(p, 0, 0, IAX2_TYPE_IAX, IAX2_CMD_REJECT), 0);
	pair_run(p, 20);
	ies = reject_ies(p, 0, 1);
	expect_no_authority(&ies);
	mark = p->logged;
	(void)begin(p, &params);
	iax2_call_reject(pair_expect(p, 1, IAX2_EV_NEW).call, 3, "No such context/extension", p->now);
	pair_settle(p);
	ies = reject_ies(p, mark, 1);
	assert_string_equal(iax2_ies_string(&ies, IAX2_IE_CAUSE, text, sizeof(text)), "No such context/extension");
	pair_del(p);
}

/* Sends b a NEW with that protocol version (0: without one), of a call of its own. */
static void forge_new(struct pair *p, uint16_t scall, unsigned version)
{
	uint8_t ies[64], buf[128];
	struct iax2_ie_writer w;
	struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = scall, .type = IAX2_TYPE_IAX, .subclass = IAX2_CMD_NEW, .payload = ies};
	int len;

	iax2_iew_init(&w, ies, sizeof(ies));
	if (version) {
		iax2_iew_u32(&w, IAX2_IE_VERSION, version);
	}
	iax2_iew_u32(&w, IAX2_IE_CAPABILITY, 4);
	frame.payload_len = w.len;
	len = iax2_frame_encode(&frame, buf, sizeof(buf));
	assert_true(len > 0);
	pair_inject(p, 1, buf, (size_t)len);
	pair_collect(p);
}

static void test_req_127_versions(void **state)
{
	struct pair *p = pair_new();
	struct iax2_ies ies;
	size_t mark;

	(void)state;
	forge_new(p, 100, 0);
	(void)pair_expect(p, 1, IAX2_EV_NEW);
	forge_new(p, 101, 3);
	ies = reject_ies(p, 0, 1);
	expect_no_authority(&ies);
	pair_expect_none(p, 1);
	mark = p->logged;
	forge_new(p, 102, 1);
	ies = reject_ies(p, mark, 1);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_CAUSECODE, 0), 95);
	pair_expect_none(p, 1);
	pair_del(p);
}

/* A call whose NEW arrives, token and all, but nobody's answer to it. */
static struct iax2_call *begin_unanswered(struct pair *p)
{
	struct iax2_call_params params = pair_params();
	struct iax2_call *a;

	assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], &params, p->now), 0);
	for (; p->delivered < 2; p->delivered++) { /* NEW, CALLTOKEN */
		pair_collect(p);
		pair_inject(p, p->log[p->delivered].to, p->log[p->delivered].data, p->log[p->delivered].len);
	}
	p->lose_to[0] = true;
	pair_settle(p);
	return a;
}

/* A caller that gives up before the first answer has no number to send a HANGUP to; the callee learns of it with its next frame. */
static void test_req_066_caller_gave_up_before_the_first_answer(void **state)
{
	struct pair *p = pair_new();
	struct iax2_stats stats;
	struct iax2_call *a, *b;
	struct iax2_event ev;
	size_t mark;

	(void)state;
	a = begin_unanswered(p);
	b = pair_expect(p, 1, IAX2_EV_NEW).call;
	mark = p->logged;
	iax2_call_hangup(a, IAX2_CAUSE_NORMAL, NULL, p->now);
	pair_settle(p);
	assert_int_equal(p->logged, mark); /* nobody to tell */
	p->lose_to[0] = false;
	assert_int_equal(iax2_call_accept(b, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, p->now), 0);
	pair_settle(p);
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_INVAL), 1);
	ev = pair_expect(p, 1, IAX2_EV_ENDED);
	assert_int_equal(ev.reason, IAX2_END_INVAL);
	assert_ptr_equal(ev.call, b);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.legs, 0);
	mark = p->logged;
	pair_run(p, 60000);
	assert_int_equal(p->logged, mark); /* and that was all */
	pair_del(p);
}

/* What a stranger is not told any more, because he asks too much, is counted. */
static void test_answers_that_are_not_sent_are_counted(void **state)
{
	struct pair *p = pair_new();
	struct iax2_stats stats;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		pair_forge(p, 1, (struct iax2_frame){.scall = (uint16_t)(300 + i), .dcall = 77, .type = IAX2_TYPE_IAX, .subclass = IAX2_CMD_PING});
	}
	pair_collect(p);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.rx_unknown_call, 100);
	assert_int_equal(stats.tx_inval, 20);
	assert_int_equal(stats.tx_limited, 80);
	pair_del(p);
}

/* What is said before the other side's number is known waits for it. */
static void test_req_144_frames_wait_for_the_number(void **state)
{
	struct pair *p = pair_new();
	struct iax2_frame frame;
	struct iax2_call *a, *b;

	(void)state;
	a = begin_unanswered(p);
	b = pair_expect(p, 1, IAX2_EV_NEW).call;
	assert_int_equal(iax2_call_dtmf_end(a, '1', p->now), 0);
	assert_int_equal(iax2_call_text(a, "x", 1, p->now), 0);
	pair_settle(p);
	assert_int_equal(pair_count(p, 0, 1, IAX2_TYPE_DTMF_END, -2), 0);
	p->lose_to[0] = false;
	assert_int_equal(iax2_call_accept(b, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, p->now), 0);
	pair_settle(p);
	assert_non_null(pair_find(p, 0, 1, IAX2_TYPE_DTMF_END, '1', &frame));
	assert_true(frame.dcall > 1);
	assert_int_equal(frame.oseqno, 1);
	(void)pair_expect(p, 1, IAX2_EV_READY);
	(void)pair_expect(p, 1, IAX2_EV_DTMF_END);
	(void)pair_expect(p, 1, IAX2_EV_TEXT);
	pair_del(p);
}

/* All that the catalogue recommends, in the order in which Asterisk sends it (protocol reference 10). */
static void test_req_118_119_elements_of_new(void **state)
{
	static const uint8_t order[] = {
	    IAX2_IE_VERSION, IAX2_IE_CALLED_NUMBER, IAX2_IE_CODEC_PREFS, IAX2_IE_CALLING_NUMBER, IAX2_IE_CALLINGPRES, IAX2_IE_CALLINGTON,
	    IAX2_IE_CALLINGTNS, IAX2_IE_CALLINGANI2, IAX2_IE_CALLING_NAME, IAX2_IE_LANGUAGE, IAX2_IE_CALLED_CONTEXT, IAX2_IE_USERNAME,
	    IAX2_IE_FORMAT, IAX2_IE_FORMAT2, IAX2_IE_CAPABILITY, IAX2_IE_CAPABILITY2, IAX2_IE_ADSICPE, IAX2_IE_DATETIME, IAX2_IE_VARIABLE,
	    IAX2_IE_CALLTOKEN,
	};
	const char *const variables[] = {"a=1", NULL};
	struct pair *p = pair_new();
	struct iax2_call_params params = pair_params();
	struct iax2_frame frame;
	struct iax2_ie_raw ie;
	struct iax2_ies ies;
	size_t offset = 0, n = 0;

	(void)state;
	params.calling_number = "100";
	params.calling_name = "Alice";
	params.language = "en";
	params.called_context = "offices";
	params.datetime = 1;
	params.variables = variables;
	(void)begin(p, &params);
	assert_non_null(pair_find(p, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_NEW, &frame));
	while (iax2_ie_next(frame.payload, frame.payload_len, &offset, &ie) > 0) {
		assert_true(n < sizeof(order));
		assert_int_equal(ie.id, order[n++]);
	}
	assert_int_equal(n, sizeof(order));
	assert_int_equal(iax2_ies_decode(&ies, frame.payload, frame.payload_len), 0);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_ADSICPE, 0), 2);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_CALLINGANI2, 9), 0);
	/* REQ-123: neither number nor name */
	params = pair_params();
	(void)begin(p, &params);
	assert_non_null(pair_find(p, p->logged - 2, 1, IAX2_TYPE_IAX, IAX2_CMD_NEW, &frame));
	assert_int_equal(iax2_ies_decode(&ies, frame.payload, frame.payload_len), 0);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_CALLINGPRES, 0), 0x43);
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_172_token_without_state),
	    cmocka_unit_test(test_tokens_for_a_busy_trunk),
	    cmocka_unit_test(test_req_131_restart_with_token),
	    cmocka_unit_test(test_req_208_210_md5),
	    cmocka_unit_test(test_req_216_unknown_user_is_refused),
	    cmocka_unit_test(test_req_214_no_plain_secret),
	    cmocka_unit_test(test_req_143_no_answer_to_challenge),
	    cmocka_unit_test(test_req_146_setup_timer),
	    cmocka_unit_test(test_req_221_early_hangup),
	    cmocka_unit_test(test_wrong_secret_has_no_authority),
	    cmocka_unit_test(test_req_217_delayed_refusal_of_a_proof),
	    cmocka_unit_test(test_req_217_delayed_refusal_by_the_owner),
	    cmocka_unit_test(test_req_127_versions),
	    cmocka_unit_test(test_req_066_caller_gave_up_before_the_first_answer),
	    cmocka_unit_test(test_answers_that_are_not_sent_are_counted),
	    cmocka_unit_test(test_req_144_frames_wait_for_the_number),
	    cmocka_unit_test(test_req_118_119_elements_of_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
