#include "rig.h"

#define EXTENSIONS "[from-iax]\nexten => 1,1,Hangup()\n"
#define PEERS                                                                                                                    \
	"[phone]\ntype = friend\nhost = dynamic\nsecret = x\nqualify = yes\n"                                                        \
	"[office-b]\ntype = friend\nhost = 127.0.0.9\ntrunk = yes\n"                                                                 \
	"[twin]\ntype = peer\nhost = 127.0.0.8\n"                                                                                    \
	"[twin-trunk]\ntype = peer\nhost = 127.0.0.8\ntrunk = yes\n"                                                                 \
	"[default]\ntype = peer\nhost = dynamic\ndefaultip = 127.0.0.7\n"

static struct rig rig;

static int setup(void **state)
{
	(void)state;
	rig_init(&rig, loop_new());
	rig_start(&rig, rig_free_port(), PEERS, EXTENSIONS, true);
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

static void restart(void)
{
	rig_stop(&rig);
	rig_start(&rig, rig_free_port(), PEERS, EXTENSIONS, true);
}

static struct iax2_path path_of(const char *text)
{
	struct iax2_path path = {0};
	assert_int_equal(iax2_addr_parse(&path.remote, text, 4569), 0);
	return path;
}

static struct peer_record record(const char *name)
{
	struct peer_record r;
	assert_true(switch_peer(rig.sw, name, &r));
	return r;
}

static void test_static_peers_are_there_at_once(void **state)
{
	(void)state;
	struct peer_record r = record("office-b");
	assert_string_equal(r.host_ip, "127.0.0.9");
	assert_int_equal(r.port, 4569);
	assert_string_equal(r.status, "Unmonitored");
	assert_int_equal(r.expire_s, -1);
	assert_string_equal(record("default").host_ip, "127.0.0.7");
	assert_null(record("phone").host_ip);
	assert_false(switch_peer(rig.sw, "nobody", &r));
}

static void test_found_by_address(void **state)
{
	(void)state;
	struct peers *peers = &rig.sw->peers;
	struct iax2_path at = path_of("127.0.0.8"), other_port = path_of("127.0.0.8:4570");
	assert_string_equal(peers_at(peers, &at.remote)->entry->name, "twin");
	assert_true(peers_trunk_at(peers, &at.remote));
	assert_null(peers_at(peers, &other_port.remote));
	assert_false(peers_trunk_at(peers, &other_port.remote));
}

static void test_req_163_a_registration_expires_ten_seconds_late(void **state)
{
	(void)state;
	struct peer *phone = peers_find(&rig.sw->peers, "phone");
	struct iax2_path from = path_of("127.0.0.20:5000");
	const char *why;
	assert_int_equal(peer_unavailable(phone, &why), IAX2_CAUSE_SUBSCRIBER_ABSENT);
	peer_register(phone, &from, 60);
	struct peer_record r = record("phone");
	assert_string_equal(r.host_ip, "127.0.0.20");
	assert_int_equal(r.port, 5000);
	assert_in_range(r.expire_s, 68, 70);
	assert_string_equal(r.status, "UNKNOWN");
	assert_int_equal(peer_unavailable(phone, &why), 0);
	peer_unregister(phone, "expired");
	assert_null(record("phone").host_ip);
	assert_int_equal(record("phone").expire_s, -1);
}

static void test_req_170_registrations_survive_a_restart(void **state)
{
	(void)state;
	struct iax2_path from = path_of("[::1]:5000");
	peer_register(peers_find(&rig.sw->peers, "phone"), &from, 90);
	restart();
	struct peer_record r = record("phone");
	assert_string_equal(r.host_ip, "::1");
	assert_int_equal(r.port, 5000);
	assert_in_range(r.expire_s, 98, 100);
	peer_unregister(peers_find(&rig.sw->peers, "phone"), "released");
	restart();
	assert_null(record("phone").host_ip);
}

static void test_damaged_records_are_left_alone(void **state)
{
	(void)state;
	static const char *const values[] = {
	    "", "127.0.0.1", "127.0.0.1:4569:x", "127.0.0.1:4569:", "nonsense:60", "127.0.0.1:4569:99999999"};
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		store_put(rig.sw->store, "IAX/Registry", "phone", values[i]);
		store_put(rig.sw->store, "IAX/Registry", "office-b", "127.0.0.1:4569:60");
		store_put(rig.sw->store, "IAX/Registry", "vanished", "127.0.0.1:4569:60");
		restart();
		assert_null(record("phone").host_ip);
		assert_string_equal(record("office-b").host_ip, "127.0.0.9");
	}
}

static void test_a_registered_peer_goes_back_to_its_default_address(void **state)
{
	(void)state;
	struct peer *peer = peers_find(&rig.sw->peers, "default");
	struct iax2_path from = path_of("127.0.0.21:5001");
	peer_register(peer, &from, 60);
	assert_string_equal(record("default").host_ip, "127.0.0.21");
	assert_ptr_equal(peers_at(&rig.sw->peers, &from.remote), peer);
	peer_unregister(peer, "expired");
	assert_string_equal(record("default").host_ip, "127.0.0.7");
	assert_null(peers_at(&rig.sw->peers, &from.remote));
}

static void test_unreachable_and_lagged_peers_are_not_called(void **state)
{
	(void)state;
	struct peer *phone = peers_find(&rig.sw->peers, "phone");
	struct iax2_path from = path_of("127.0.0.20:5000");
	const char *why;
	peer_register(phone, &from, 60);
	static const struct {
		int32_t ms;
		int cause;
		const char *status;
	} cases[] = {
	    {0, 0, "UNKNOWN"},
	    {12, 0, "OK (12 ms)"},
	    {2001, 20, "LAGGED (2001 ms)"},
	    {-1, 20, "UNREACHABLE"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		phone->last_ms = cases[i].ms;
		assert_int_equal(peer_unavailable(phone, &why), cases[i].cause);
		assert_string_equal(record("phone").status, cases[i].status);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_static_peers_are_there_at_once),
	    TEST(test_found_by_address),
	    TEST(test_req_163_a_registration_expires_ten_seconds_late),
	    TEST(test_req_170_registrations_survive_a_restart),
	    TEST(test_damaged_records_are_left_alone),
	    TEST(test_a_registered_peer_goes_back_to_its_default_address),
	    TEST(test_unreachable_and_lagged_peers_are_not_called),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
