#include <errno.h>

#include "rig.h"

#define GENERAL          "[general]\nbindport = %u\nbindaddr = 127.0.0.1\ndisallow = all\nallow = ulaw\n"
#define PEER(name, host) "[" name "]\ntype = friend\nhost = " host "\nsecret = x\n"

static struct rig rig;
static unsigned port;

static int setup(void **state)
{
	(void)state;
	rig_init(&rig, loop_new());
	port = rig_free_port();
	rig_start(&rig, port, PEER("phone", "dynamic") PEER("gone", "dynamic"), "[globals]\nA=1\n[c]\nexten => 1,1,Hangup()\n",
	          false);
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

static void write_iax(unsigned with_port, const char *sections)
{
	char text[2048];
	snprintf(text, sizeof text, GENERAL "%s", with_port, sections);
	rig_write(&rig, "iax.conf", text);
}

static struct iax2_path somewhere(void)
{
	struct iax2_path path = {0};
	assert_int_equal(iax2_addr_parse(&path.remote, "127.0.0.20:5000", 0), 0);
	return path;
}

static void test_req_239_a_broken_file_changes_nothing(void **state)
{
	(void)state;
	struct snapshot *snapshot = rig.sw->snapshot;
	struct dialplan *dialplan = rig.sw->pbx.dialplan;
	write_iax(port, PEER("other", "dynamic") "[unclosed\n");
	assert_int_equal(switch_reload(rig.sw, &rig.diag), -EINVAL);
	assert_true(rig.diag.errors > 0);
	assert_ptr_equal(rig.sw->snapshot, snapshot);
	assert_ptr_equal(rig.sw->pbx.dialplan, dialplan);
	assert_non_null(peers_find(&rig.sw->peers, "phone"));
	assert_null(peers_find(&rig.sw->peers, "other"));
}

static void test_req_239_one_broken_file_of_two_changes_nothing(void **state)
{
	(void)state;
	struct snapshot *snapshot = rig.sw->snapshot;
	write_iax(port, PEER("other", "dynamic"));
	rig_write(&rig, "extensions.conf", "exten => 1,1,Hangup()\n[unclosed\n");
	assert_int_equal(switch_reload(rig.sw, &rig.diag), -EINVAL);
	assert_ptr_equal(rig.sw->snapshot, snapshot);
	assert_null(peers_find(&rig.sw->peers, "other"));
}

static void test_peers_that_stay_keep_what_is_known_about_them(void **state)
{
	(void)state;
	struct iax2_path from = somewhere();
	struct peer *phone = peers_find(&rig.sw->peers, "phone");
	peer_register(phone, &from, 60);
	write_iax(port, PEER("new", "127.0.0.30") PEER("phone", "dynamic") "qualify = yes\ncontext = other\n");
	assert_int_equal(switch_reload(rig.sw, &rig.diag), 0);
	assert_ptr_equal(peers_find(&rig.sw->peers, "phone"), phone);
	assert_true(iax2_addr_equal(&phone->path.remote, &from.remote));
	assert_true(phone->registered);
	assert_non_null(phone->qualify);
	assert_null(peers_find(&rig.sw->peers, "gone"));
	assert_non_null(peers_find(&rig.sw->peers, "new"));
	assert_ptr_equal(peers_at(&rig.sw->peers, &from.remote), phone);
	assert_int_equal(rig.sw->peers.count, 2);
}

static void test_a_peer_that_is_no_longer_dynamic_moves(void **state)
{
	(void)state;
	struct iax2_path from = somewhere();
	struct peer *phone = peers_find(&rig.sw->peers, "phone");
	peer_register(phone, &from, 60);
	write_iax(port, PEER("phone", "127.0.0.31"));
	assert_int_equal(switch_reload(rig.sw, &rig.diag), 0);
	assert_false(phone->registered);
	assert_null(phone->expiry);
	struct peer_record r;
	assert_true(switch_peer(rig.sw, "phone", &r));
	assert_string_equal(r.host_ip, "127.0.0.31");
}

static void test_registrations_that_stay_are_left_alone(void **state)
{
	(void)state;
	write_iax(port, "register => a:x@127.0.0.40\nregister => b:x@127.0.0.41\n");
	assert_int_equal(switch_reload(rig.sw, &rig.diag), 0);
	assert_int_equal(rig.sw->registry.count, 2);
	struct registration *b = rig.sw->registry.list[1];
	struct iax2_registration *handle = b->reg;
	assert_non_null(handle);
	write_iax(port, "register => b:x@127.0.0.41\nregister => b:other@127.0.0.41\n");
	assert_int_equal(switch_reload(rig.sw, &rig.diag), 0);
	assert_int_equal(rig.sw->registry.count, 2);
	assert_ptr_equal(rig.sw->registry.list[0], b);
	assert_ptr_equal(b->reg, handle);
	assert_ptr_not_equal(rig.sw->registry.list[1], b);
}

static void test_a_new_port_waits_for_a_restart(void **state)
{
	(void)state;
	write_iax(port + 1 > 65535 ? port - 1 : port + 1, "");
	assert_int_equal(switch_reload(rig.sw, &rig.diag), 0);
	bool told = false;
	for (size_t i = 0; i < rig.diag.count; i++) {
		told |= strstr(rig.diag.entries[i].text, "after a restart") != NULL;
	}
	assert_true(told);
	assert_int_equal(udp_local(rig.sw->io.sockets[0].udp)->port, port);
}

static void test_globals_and_dialplan_are_replaced(void **state)
{
	(void)state;
	rig_write(&rig, "extensions.conf", "[globals]\nA=2\n[d]\nexten => 1,1,Hangup()\n");
	assert_string_equal(vars_get(&rig.sw->pbx.globals, "A"), "1");
	assert_int_equal(switch_reload(rig.sw, &rig.diag), 0);
	assert_string_equal(vars_get(&rig.sw->pbx.globals, "A"), "2");
	assert_true(dialplan_has_context(rig.sw->pbx.dialplan, "d"));
	assert_false(dialplan_has_context(rig.sw->pbx.dialplan, "c"));
}

static void test_clearglobalvars_forgets_what_is_not_in_the_file(void **state)
{
	(void)state;
	assert_int_equal(vars_set(&rig.sw->pbx.globals, "SET", "by a call"), 0);
	assert_int_equal(switch_reload(rig.sw, &rig.diag), 0);
	assert_string_equal(vars_get(&rig.sw->pbx.globals, "SET"), "by a call");
	rig_write(&rig, "extensions.conf", "[general]\nclearglobalvars=yes\n[globals]\nA=2\nB=${A}x\n");
	assert_int_equal(switch_reload(rig.sw, &rig.diag), 0);
	assert_null(vars_get(&rig.sw->pbx.globals, "SET"));
	assert_string_equal(vars_get(&rig.sw->pbx.globals, "B"), "2x");
}

static void test_a_missing_file_is_named(void **state)
{
	(void)state;
	struct switch_core *sw = NULL;
	struct switch_options options = {.config_dir = "/nonexistent"};
	assert_true(switch_new(&sw, rig.loop, &options, &rig.diag) < 0);
	assert_null(sw);
	assert_true(rig.diag.errors >= 2);
}

static void test_a_port_in_use_is_an_error(void **state)
{
	(void)state;
	struct switch_core *sw = NULL;
	struct switch_options options = {.config_dir = rig.dir};
	assert_int_equal(switch_new(&sw, rig.loop, &options, &rig.diag), -EADDRINUSE);
	assert_int_equal(rig.diag.errors, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_req_239_a_broken_file_changes_nothing),
	    TEST(test_req_239_one_broken_file_of_two_changes_nothing),
	    TEST(test_peers_that_stay_keep_what_is_known_about_them),
	    TEST(test_a_peer_that_is_no_longer_dynamic_moves),
	    TEST(test_registrations_that_stay_are_left_alone),
	    TEST(test_a_new_port_waits_for_a_restart),
	    TEST(test_globals_and_dialplan_are_replaced),
	    TEST(test_clearglobalvars_forgets_what_is_not_in_the_file),
	    TEST(test_a_missing_file_is_named),
	    TEST(test_a_port_in_use_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
