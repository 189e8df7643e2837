/* Two switches in one process, joined by real sockets on the loopback. */
#include "rig.h"

#define OFFICE_A                                                                                                                 \
	"register => phone:registered@127.0.0.1:%u\n"                                                                                \
	"[office-b]\ntype = friend\nusername = office-a\nsecret = shared\nhost = 127.0.0.1\nport = %u\ncontext = from-iax\n"         \
	"peercontext = from-iax\nqualify = yes\ntrunk = yes\n"
#define DIALPLAN_A "[internal]\nexten => _3XX,1,Dial(IAX2/office-b/${EXTEN})\nsame => n,Hangup()\n"

#define OFFICE_B                                                                                                                 \
	"[office-a]\ntype = friend\nusername = office-b\nsecret = shared\nhost = 127.0.0.1\nport = %u\ndeny = 0.0.0.0/0.0.0.0\n"     \
	"permit = 127.0.0.1/255.255.255.255\ncontext = from-iax\nqualify = yes\ntrunk = yes\n"                                       \
	"[phone]\ntype = friend\nhost = dynamic\nsecret = registered\n"                                                              \
	"[open]\ntype = user\ncontext = from-iax\n"                                                                                  \
	"[elsewhere]\ntype = user\nsecret = x\ndeny = 0.0.0.0/0\n"
#define DIALPLAN_B                                                                                                               \
	"[from-iax]\n"                                                                                                               \
	"exten => 300,1,Answer()\nsame => n,Echo()\n"                                                                                \
	"exten => 301,1,Answer()\nsame => n,Milliwatt()\n"                                                                           \
	"exten => 302,1,Busy()\n"                                                                                                    \
	"exten => 303,1,Answer()\nsame => n,Hangup(17)\n"                                                                            \
	"exten => 304,1,Ringing()\nsame => n,Wait(60)\n"

static struct rig a, b;
static struct loop *loop;
static char heard[4096];
static struct channel *call;

static int group_setup(void **state)
{
	(void)state;
	char text[1024];
	unsigned port_a = rig_free_port(), port_b = rig_free_port();
	loop = loop_new();
	rig_init(&a, loop);
	rig_init(&b, loop);
	snprintf(text, sizeof text, OFFICE_B, port_a);
	rig_start(&b, port_b, text, DIALPLAN_B, true);
	snprintf(text, sizeof text, OFFICE_A, port_b, port_b);
	rig_start(&a, port_a, text, DIALPLAN_A, false);
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	rig_fini(&a);
	rig_fini(&b);
	loop_del(loop);
	return 0;
}

static void on_event(struct channel *ch, const struct channel_event *ev, void *arg)
{
	(void)arg;
	size_t len = strlen(heard);
	switch (ev->type) {
	case CHANNEL_EV_VOICE:
		snprintf(heard + len, sizeof heard - len, "voice%zu ", ev->len);
		break;
	case CHANNEL_EV_DTMF_END:
		snprintf(heard + len, sizeof heard - len, "dtmf%c ", ev->digit);
		break;
	case CHANNEL_EV_TEXT:
		snprintf(heard + len, sizeof heard - len, "text(%.*s) ", (int)ev->len, (const char *)ev->data);
		break;
	case CHANNEL_EV_CONTROL:
		snprintf(heard + len, sizeof heard - len, "%s ", iax2_control_name(ev->subclass));
		break;
	case CHANNEL_EV_HANGUP:
		snprintf(heard + len, sizeof heard - len, "hangup%d ", ch->hangup_cause);
		channel_del(ch);
		call = NULL;
		break;
	default:
		break;
	}
}

static void dial(const char *tech, const char *data)
{
	heard[0] = '\0';
	assert_int_equal(a.sw->pbx.ops->request(&a.sw->pbx, &call, tech, data, NULL), 0);
	channel_set_listener(call, on_event, NULL);
	assert_int_equal(channel_call(call), 0);
}

static bool has(const void *text)
{
	return strstr(heard, text);
}

static void expect(const char *text)
{
	if (!rig_wait(&a, &b, has, text)) {
		fail_msg("waited for '%s', heard '%s'", text, heard);
	}
}

static bool all_gone(const void *arg)
{
	(void)arg;
	return !a.sw->channels && !b.sw->channels && !a.sw->legs && !b.sw->legs;
}

static void expect_all_gone(void)
{
	assert_true(rig_wait(&a, &b, all_gone, NULL));
}

static void say(size_t frames)
{
	static const uint8_t voice[160];
	for (size_t i = 0; i < frames; i++) {
		assert_int_equal(channel_voice(call, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, voice, sizeof voice), 0);
	}
}

static bool registered(const void *arg)
{
	(void)arg;
	struct peer_record r;
	return switch_peer(b.sw, "phone", &r) && r.host_ip && a.sw->registry.list[0]->state == IAX2_REG_REGISTERED;
}

static void test_registers_itself(void **state)
{
	(void)state;
	assert_true(rig_wait(&a, &b, registered, NULL));
	assert_int_equal(peers_find(&b.sw->peers, "phone")->path.remote.port, udp_local(a.sw->io.sockets[0].udp)->port);
}

static bool both_reachable(const void *arg)
{
	(void)arg;
	return peers_find(&a.sw->peers, "office-b")->last_ms > 0 && peers_find(&b.sw->peers, "office-a")->last_ms > 0;
}

static void test_req_203_qualify(void **state)
{
	(void)state;
	assert_true(rig_wait(&a, &b, both_reachable, NULL));
	struct peer_record r;
	assert_true(switch_peer(a.sw, "office-b", &r));
	assert_non_null(strstr(r.status, "OK ("));
}

static void test_echo_and_hangup_by_the_caller(void **state)
{
	(void)state;
	dial("IAX2", "office-b/300");
	expect("ANSWER");
	assert_non_null(strstr(call->name, "IAX2/office-b-"));
	say(3);
	expect("voice160 ");
	channel_hangup(call, IAX2_CAUSE_NORMAL);
	channel_del(call);
	expect_all_gone();
}

static void test_milliwatt_and_hangup_by_the_callee(void **state)
{
	(void)state;
	dial("IAX2", "office-b/301");
	expect("voice160 voice160 ");
	assert_int_equal(switch_hangup(b.sw, "all"), 1);
	expect("hangup16");
	expect_all_gone();
}

static void test_through_two_dialplans(void **state)
{
	(void)state;
	dial("Local", "300@internal");
	expect("ANSWER");
	say(3);
	expect("voice160 ");
	assert_int_equal(channel_write(call, &(struct channel_event){.type = CHANNEL_EV_DTMF_BEGIN, .digit = '5'}), 0);
	assert_int_equal(channel_write(call, &(struct channel_event){.type = CHANNEL_EV_DTMF_END, .digit = '5'}), 0);
	expect("dtmf5");
	channel_del(call);
	expect_all_gone();
}

static void test_causes_of_refusals(void **state)
{
	(void)state;
	static const struct {
		const char *data, *outcome;
	} cases[] = {
	    {"office-a:wrong@office-b/300", "hangup50"}, /* REQ-216: a wrong secret and an unknown name look the same */
	    {"nobody:wrong@office-b/300", "hangup50"},
	    {"elsewhere:x@office-b/300", "hangup50"},
	    {"office-b/999", "hangup3"},          /* REQ-140 */
	    {"office-b/300@nowhere", "hangup50"}, /* REQ-242 */
	    {"office-b/302", "BUSY"},
	    {"office-b/303", "hangup17"},
	    {"office-b/304", "RINGING"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		dial("IAX2", cases[i].data);
		expect(cases[i].outcome);
		if (call) {
			channel_del(call);
		}
		expect_all_gone();
	}
}

static void test_a_host_that_is_no_peer(void **state)
{
	(void)state;
	char data[64];
	/* A name that is looked up, and found on every system. */
	snprintf(data, sizeof data, "open@127.1:%u/300", udp_local(b.sw->io.sockets[0].udp)->port);
	dial("IAX2", data);
	expect("ANSWER");
	channel_del(call);
	expect_all_gone();
}

static bool stopped;

static void on_stopped(void *arg)
{
	(void)arg;
	stopped = true;
}

static bool is_stopped(const void *arg)
{
	struct peer_record r;
	(void)arg;
	return stopped && switch_peer(b.sw, "phone", &r) && !r.host_ip;
}

static void test_stop_ends_calls_and_releases_the_registration(void **state)
{
	(void)state;
	dial("IAX2", "office-b/300");
	expect("ANSWER");
	switch_stop(a.sw, false, on_stopped, NULL);
	assert_true(rig_wait(&a, &b, is_stopped, NULL));
	assert_non_null(strstr(heard, "hangup16"));
	expect_all_gone();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_registers_itself),
	    cmocka_unit_test(test_req_203_qualify),
	    cmocka_unit_test(test_echo_and_hangup_by_the_caller),
	    cmocka_unit_test(test_milliwatt_and_hangup_by_the_callee),
	    cmocka_unit_test(test_through_two_dialplans),
	    cmocka_unit_test(test_causes_of_refusals),
	    cmocka_unit_test(test_a_host_that_is_no_peer),
	    cmocka_unit_test(test_stop_ends_calls_and_releases_the_registration),
	};
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
