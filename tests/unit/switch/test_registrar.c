#include "switch/registrar.h"

#include "rig.h"

#define IAX                                                                                                                      \
	"minregexpire = 60\nmaxregexpire = 300\ncalltokenoptional = 0.0.0.0/0.0.0.0\n"                                               \
	"[phone]\ntype = friend\nhost = dynamic\nsecret = x\n"                                                                       \
	"[open]\ntype = friend\nhost = dynamic\nmailbox = 1@default\n"                                                               \
	"[near]\ntype = friend\nhost = dynamic\ndeny = 0.0.0.0/0\npermit = 10.1.0.0/16\n"                                            \
	"[fixed]\ntype = friend\nhost = 10.7.7.7\n"                                                                                  \
	"[caller]\ntype = user\nsecret = x\n"
#define EXTENSIONS "[from-iax]\nexten => 1,1,Hangup()\n"

static struct rig rig;

static int setup(void **state)
{
	(void)state;
	return rig_set_up(&rig, IAX, EXTENSIONS);
}

static int teardown(void **state)
{
	(void)state;
	return rig_tear_down(&rig);
}

static void arrive(enum iax2_command command, const char *username, const char *from, unsigned refresh_s)
{
	static uint16_t scall = 2;
	uint8_t ies[256];
	struct iax2_ie_writer w;
	iax2_iew_init(&w, ies, sizeof ies);
	iax2_iew_string(&w, IAX2_IE_USERNAME, username);
	if (refresh_s) {
		iax2_iew_u32(&w, IAX2_IE_REFRESH, refresh_s);
	}
	rig_deliver(&rig, from, command, scall++, &w);
}

static bool is_registered(const char *name)
{
	return peers_find(&rig.sw->peers, name)->registered;
}

static void test_req_162_refresh_is_clamped(void **state)
{
	(void)state;
	assert_int_equal(registrar_clamp(0, 60, 300), 60);
	assert_int_equal(registrar_clamp(59, 60, 300), 60);
	assert_int_equal(registrar_clamp(100, 60, 300), 100);
	assert_int_equal(registrar_clamp(301, 60, 300), 300);
	assert_int_equal(registrar_clamp(10, 60, 30), 60);
}

static void test_without_a_secret_all_is_granted(void **state)
{
	(void)state;
	struct peer_record r;
	arrive(IAX2_CMD_REGREQ, "open", "10.5.5.5:4000", 120);
	assert_true(switch_peer(rig.sw, "open", &r));
	assert_string_equal(r.host_ip, "10.5.5.5");
	assert_int_equal(r.port, 4000);
	assert_in_range(r.expire_s, 128, 130);
	assert_int_equal(rig_log_lines, 0);
}

static void test_req_164_a_release_ends_it(void **state)
{
	(void)state;
	arrive(IAX2_CMD_REGREQ, "open", "10.5.5.5", 120);
	assert_true(is_registered("open"));
	arrive(IAX2_CMD_REGREL, "open", "10.5.5.5", 0);
	assert_false(is_registered("open"));
}

static void test_a_secret_is_asked_for(void **state)
{
	(void)state;
	arrive(IAX2_CMD_REGREQ, "phone", "10.5.5.5", 60);
	assert_non_null(rig.sw->registrants);
	assert_false(is_registered("phone"));
	assert_int_equal(rig_log_lines, 0);
}

static void test_req_165_an_unknown_peer_is_asked_too(void **state)
{
	(void)state;
	arrive(IAX2_CMD_REGREQ, "nobody", "10.5.5.5", 60);
	assert_non_null(rig.sw->registrants);
	assert_int_equal(rig_log_lines, 1);
	assert_non_null(strstr(rig_log_last, "No registration for peer 'nobody' (from 10.5.5.5)"));
	arrive(IAX2_CMD_REGREQ, "caller", "10.5.5.6", 60);
	assert_int_equal(rig_log_lines, 2);
	assert_non_null(strstr(rig_log_last, "Host 10.5.5.6 failed to authenticate as 'caller': [caller] (iax.conf:"));
}

static void test_req_166_not_dynamic_or_denied(void **state)
{
	(void)state;
	arrive(IAX2_CMD_REGREQ, "fixed", "10.7.7.7", 60);
	assert_int_equal(rig_log_lines, 1);
	assert_non_null(strstr(rig_log_last, "host=dynamic"));
	arrive(IAX2_CMD_REGREQ, "near", "10.2.0.1", 60);
	assert_int_equal(rig_log_lines, 2);
	assert_non_null(strstr(rig_log_last, "the deny at iax.conf:"));
	assert_false(is_registered("near"));
	assert_null(rig.sw->registrants);
	arrive(IAX2_CMD_REGREQ, "near", "10.1.0.1", 60);
	assert_true(is_registered("near"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_162_refresh_is_clamped),
	    TEST(test_without_a_secret_all_is_granted),
	    TEST(test_req_164_a_release_ends_it),
	    TEST(test_a_secret_is_asked_for),
	    TEST(test_req_165_an_unknown_peer_is_asked_too),
	    TEST(test_req_166_not_dynamic_or_denied),

	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
