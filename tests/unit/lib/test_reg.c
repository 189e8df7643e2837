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
	assert_int_equal(info.new_messages, 3);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_156_registration),
	    cmocka_unit_test(test_req_167_wrong_secret),
	    cmocka_unit_test(test_req_058_timeout_and_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
