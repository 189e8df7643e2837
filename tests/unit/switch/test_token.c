#include "rig.h"

#include "switch/token.h"

#define EXTENSIONS "[from-iax]\nexten => 1,1,Hangup()\n"

static struct rig rig;

static int setup(void **state)
{
	(void)state;
	rig_init(&rig, loop_new());
	rig_start(&rig, rig_free_port(),
	          "calltokenoptional = 10.1.0.0/255.255.0.0\n"
	          "[plain]\ntype = friend\nhost = dynamic\n"
	          "[no]\ntype = friend\nhost = dynamic\nrequirecalltoken = no\n"
	          "[auto]\ntype = friend\nhost = dynamic\nrequirecalltoken = auto\n"
	          "[yes]\ntype = friend\nhost = dynamic\nrequirecalltoken = yes\n"
	          "[user-no]\ntype = user\nrequirecalltoken = no\n"
	          "[guest]\ntype = user\nrequirecalltoken = no\n",
	          EXTENSIONS, false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	struct loop *loop = rig.loop;
	rig_fini(&rig);
	loop_del(loop);
	return 0;
}

static bool needed(enum iax2_command command, const char *name, const char *from)
{
	struct iax2_addr addr;
	assert_int_equal(iax2_addr_parse(&addr, from, 4569), 0);
	return token_policy(rig.sw, command, name, &addr) == IAX2_TOKEN_REQUIRED;
}

static void test_req_178_required_by_default(void **state)
{
	(void)state;
	assert_true(needed(IAX2_CMD_NEW, "plain", "192.0.2.1"));
	assert_true(needed(IAX2_CMD_REGREQ, "plain", "192.0.2.1"));
	assert_true(needed(IAX2_CMD_NEW, "nobody", "192.0.2.1"));
	assert_true(needed(IAX2_CMD_NEW, "yes", "192.0.2.1"));
}

static void test_req_179_no_and_auto_need_none(void **state)
{
	(void)state;
	assert_false(needed(IAX2_CMD_NEW, "no", "192.0.2.1"));
	assert_false(needed(IAX2_CMD_REGREL, "no", "192.0.2.1"));
	assert_false(needed(IAX2_CMD_NEW, "auto", "192.0.2.1"));
	/* A user's setting is for calls only; a call without a name is the guest's. */
	assert_false(needed(IAX2_CMD_NEW, "user-no", "192.0.2.1"));
	assert_true(needed(IAX2_CMD_REGREQ, "user-no", "192.0.2.1"));
	assert_false(needed(IAX2_CMD_NEW, "", "192.0.2.1"));
}

static void test_req_180_auto_becomes_yes(void **state)
{
	(void)state;
	token_seen(rig.sw, IAX2_CMD_NEW, "auto");
	assert_true(needed(IAX2_CMD_NEW, "auto", "192.0.2.1"));
	assert_false(needed(IAX2_CMD_REGREQ, "auto", "192.0.2.1"));
	token_seen(rig.sw, IAX2_CMD_REGREQ, "auto");
	assert_true(needed(IAX2_CMD_REGREQ, "auto", "192.0.2.1"));
	token_seen(rig.sw, IAX2_CMD_NEW, "nobody");
	assert_int_equal(switch_reload(rig.sw, &rig.diag), 0);
	assert_false(needed(IAX2_CMD_NEW, "auto", "192.0.2.1"));
	assert_false(needed(IAX2_CMD_REGREQ, "auto", "192.0.2.1"));
}

static void test_req_181_calltokenoptional(void **state)
{
	(void)state;
	assert_false(needed(IAX2_CMD_NEW, "plain", "10.1.2.3"));
	assert_false(needed(IAX2_CMD_NEW, "nobody", "10.1.2.3"));
	assert_true(needed(IAX2_CMD_NEW, "plain", "10.2.2.3"));
	assert_true(needed(IAX2_CMD_NEW, "yes", "10.1.2.3"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_req_178_required_by_default),
	    TEST(test_req_179_no_and_auto_need_none),
	    TEST(test_req_180_auto_becomes_yes),
	    TEST(test_req_181_calltokenoptional),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
