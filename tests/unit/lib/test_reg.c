/* Registration on both sides. */
#include "pair.h"

static void test_req_156_registration(void **state)
{
	static const char *const secrets[] = {"secret", NULL};
	struct iax2_credentials creds = {.methods = IAX2_AUTH_MD5, .secrets = secrets};
	struct iax2_registration_params params = {.username = "alice", .secret = "secret"};
	struct iax2_registration_info info;
	struct iax2_registration *reg;
	struct pair *p = pair_new();
	struct iax2_event ev;
	size_t mark;

	(void)state;
	p->tokens_required = true;
	assert_int_equal(iax2_registration_new(p->ep[0], &reg, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	ev = pair_expect(p, 1, IAX2_EV_REGREQ);
	assert_true(ev.validated);
	assert_int_equal(iax2_regreq_challenge(ev.regreq, &creds, p->now), 0);
	pair_settle(p);
	ev = pair_expect(p, 1, IAX2_EV_REGREQ_AUTHENTICATED);
	assert_int_equal(iax2_ies_u32(ev.ies, IAX2_IE_REFRESH, 0), 60);
	assert_int_equal(iax2_regreq_grant(ev.regreq, &(struct iax2_grant){.refresh_s = 12, .has_messages = true, .new_messages = 3}, p->now), 0);
	pair_settle(p);
	iax2_registration_info(reg, &info);
	assert_int_equal(info.state, IAX2_REG_REGISTERED);
	assert_int_equal(info.refresh_s, 12);
	assert_int_equal(info.new_messages, 3); /* REQ-126, REQ-169 */
	assert_true(iax2_addr_equal(&info.perceived, &p->path[1].remote)); /* REQ-168 */
	assert_true(info.next - p->now <= 10 * IAX2_NS_PER_S && info.next - p->now >= 9 * IAX2_NS_PER_S); /* REQ-159 */
	mark = p->logged;
	iax2_registration_stop(reg, true, p->now);
	pair_settle(p);
	assert_true(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_REGREL) == 2);
	ev = pair_expect(p, 1, IAX2_EV_REGREQ);
	assert_true(ev.release);
	iax2_regreq_refuse(ev.regreq, p->now);
	pair_settle(p);
	pair_run(p, 100);
	pair_del(p);
}

static void test_req_167_wrong_secret(void **state)
{
	static const char *const secrets[] = {"other", NULL};
	struct iax2_credentials creds = {.methods = IAX2_AUTH_MD5, .secrets = secrets};
	struct iax2_registration_params params = {.username = "alice", .secret = "secret"};
	struct iax2_registration_info info;
	struct iax2_registration *reg;
	struct pair *p = pair_new();
	struct iax2_event ev;

	(void)state;
	assert_int_equal(iax2_registration_new(p->ep[0], &reg, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	ev = pair_expect(p, 1, IAX2_EV_REGREQ);
	assert_int_equal(iax2_regreq_challenge(ev.regreq, &creds, p->now), 0);
	pair_settle(p);
	assert_int_equal(pair_expect(p, 1, IAX2_EV_REGREQ_FAILED).reason, IAX2_END_AUTH);
	iax2_registration_info(reg, &info);
	assert_int_equal(info.state, IAX2_REG_REJECTED);
	assert_int_equal(info.cause, 29);
	assert_string_equal(info.text, "Registration Refused");
	pair_del(p);
}

static void test_req_058_timeout_and_again(void **state)
{
	struct iax2_registration_params params = {.username = "alice", .secret = "secret"};
	struct iax2_registration_info info;
	struct iax2_registration *reg;
	struct pair *p = pair_new();
	size_t mark;

	(void)state;
	p->lose_to[1] = true;
	assert_int_equal(iax2_registration_new(p->ep[0], &reg, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	pair_run(p, 33000);
	iax2_registration_info(reg, &info);
	assert_int_equal(info.state, IAX2_REG_TIMEOUT);
	mark = p->logged;
	pair_run(p, 20000);
	assert_true(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_REGREQ) > 0);
	pair_del(p);
}

/* a registers, b answers by hand: the leg of a and what it sent last. */
static struct iax2_frame asked(struct pair *p, struct iax2_registration **reg)
{
	struct iax2_registration_params params = {.username = "alice", .secret = "secret", .refresh_s = 90};
	struct iax2_frame frame;

	assert_int_equal(iax2_registration_new(p->ep[0], reg, &p->path[0], &params, p->now), 0);
	pair_collect(p);
	p->delivered = p->logged;
	assert_non_null(pair_find(p, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_REGREQ, &frame));
	return frame;
}

static void reply(struct pair *p, const struct iax2_frame *request, uint8_t oseqno, enum iax2_command command, const uint8_t *ies, size_t len)
{
	pair_forge(p, 0, (struct iax2_frame){.scall = 321, .dcall = request->scall, .timestamp = 9, .oseqno = oseqno,
	                                     .iseqno = (uint8_t)(request->oseqno + 1), .type = IAX2_TYPE_IAX, .subclass = command,
	                                     .payload = ies, .payload_len = len});
}

static enum iax2_registration_state state_of(const struct iax2_registration *reg)
{
	struct iax2_registration_info info;

	iax2_registration_info(reg, &info);
	return info.state;
}

static void test_req_157_158_answer_on_the_same_leg(void **state)
{
	static const uint8_t challenge[] = {IAX2_IE_AUTHMETHODS, 2, 0, 2, IAX2_IE_CHALLENGE, 3, '1', '2', '3'};
	static const uint8_t username[] = {IAX2_IE_USERNAME, 5, 'a', 'l', 'i', 'c', 'e'};
	struct pair *p = pair_new();
	struct iax2_registration *reg;
	struct iax2_registration_info info;
	struct iax2_frame first = asked(p, &reg), second;
	struct iax2_ies ies;
	size_t mark = p->logged;

	(void)state;
	reply(p, &first, 0, IAX2_CMD_REGAUTH, challenge, sizeof(challenge));
	assert_non_null(pair_find(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_REGREQ, &second));
	assert_int_equal(second.scall, first.scall);
	assert_int_equal(second.dcall, 321);
	assert_int_equal(second.oseqno, 1);
	assert_int_equal(iax2_ies_decode(&ies, second.payload, second.payload_len), 0);
	assert_true(iax2_ies_has(&ies, IAX2_IE_MD5_RESULT));
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_REFRESH, 0), 90);
	assert_int_equal(state_of(reg), IAX2_REG_AUTH_SENT);
	mark = p->logged;
	reply(p, &second, 1, IAX2_CMD_REGACK, username, sizeof(username));
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
	iax2_registration_info(reg, &info);
	assert_int_equal(info.state, IAX2_REG_REGISTERED);
	assert_int_equal(info.refresh_s, 60); /* there was no REFRESH */
	pair_del(p);
}

static void test_req_160_rejected_and_tried_again(void **state)
{
	static const uint8_t cause[] = {IAX2_IE_CAUSECODE, 1, 29};
	struct pair *p = pair_new();
	struct iax2_registration *reg;
	struct iax2_frame first = asked(p, &reg);
	size_t mark = p->logged;

	(void)state;
	p->lose_to[1] = true;
	reply(p, &first, 0, IAX2_CMD_REGREJ, cause, sizeof(cause));
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_ACK), 1);
	assert_int_equal(state_of(reg), IAX2_REG_REJECTED);
	mark = p->logged;
	pair_run(p, 75000); /* five sixths of 90 s */
	assert_true(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_REGREQ) > 0);
	pair_del(p);
}

static void test_req_161_answers_from_elsewhere(void **state)
{
	struct pair *p = pair_new();
	struct iax2_registration *reg;
	struct iax2_frame first = asked(p, &reg);

	(void)state;
	p->path[0].remote.port++;
	reply(p, &first, 0, IAX2_CMD_REGACK, NULL, 0);
	reply(p, &first, 0, IAX2_CMD_REGREJ, NULL, 0);
	assert_int_equal(state_of(reg), IAX2_REG_REQUEST_SENT);
	p->path[0].remote.port--;
	reply(p, &first, 0, IAX2_CMD_REGACK, NULL, 0);
	assert_int_equal(state_of(reg), IAX2_REG_REGISTERED);
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_156_registration),
	    cmocka_unit_test(test_req_167_wrong_secret),
	    cmocka_unit_test(test_req_058_timeout_and_again),
	    cmocka_unit_test(test_req_157_158_answer_on_the_same_leg),
	    cmocka_unit_test(test_req_160_rejected_and_tried_again),
	    cmocka_unit_test(test_req_161_answers_from_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
