/* Whom a dial string reaches, and in which formats. */
#include "switch/chan_iax2.h"

#include "rig.h"

#define IAX                                                                                                                      \
	"[office-b]\ntype = friend\nhost = 10.2.2.20\nusername = office-a\nsecret = x\nqualify = yes\n"                              \
	"[phone]\ntype = friend\nhost = dynamic\n"                                                                                   \
	"[gsm]\ntype = friend\nhost = 10.2.2.21\ndisallow = all\nallow = gsm\n"                                                      \
	"[g729]\ntype = friend\nhost = 10.2.2.22\ndisallow = all\nallow = g729\n"                                                    \
	"[keys]\ntype = friend\nhost = 10.2.2.23\nforceencryption = yes\n"
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

static int request(const char *data, struct channel *from, struct channel **ch)
{
	*ch = NULL;
	return rig.sw->pbx.ops->request(&rig.sw->pbx, ch, "IAX2", data, from);
}

static void test_a_configured_peer(void **state)
{
	(void)state;
	struct channel *ch;
	struct iax2_call_info info;
	assert_int_equal(request("office-b/300", NULL, &ch), 0);
	assert_int_equal(ch->format, IAX2_FORMAT_ULAW);
	assert_int_equal(ch->prefs.count, 2);
	assert_int_equal(channel_call(ch), 0);
	assert_int_equal(ch->state, CHANNEL_DIALING);
	struct leg *leg = ch->tech_data;
	iax2_call_info(leg->call, &info);
	assert_string_equal(leg->username, "office-a");
	char addr[IAX2_ADDR_TEXT], name[32];
	assert_string_equal(iax2_addr_format(&info.path.remote, addr), "10.2.2.20:4569");
	snprintf(name, sizeof name, "IAX2/office-b-%u", info.callno);
	assert_string_equal(ch->name, name);
	channel_del(ch);
}

static void test_the_dial_string_comes_first(void **state)
{
	(void)state;
	struct channel *ch;
	struct iax2_call_info info;
	assert_int_equal(request("me:mine@office-b:4999/300@other", NULL, &ch), 0);
	assert_int_equal(channel_call(ch), 0);
	struct leg *leg = ch->tech_data;
	iax2_call_info(leg->call, &info);
	assert_string_equal(leg->username, "me");
	assert_int_equal(info.path.remote.port, 4999);
	channel_del(ch);
}

static void test_an_address_that_is_no_peer(void **state)
{
	(void)state;
	struct channel *ch;
	assert_int_equal(request("guest@127.0.0.77/s", NULL, &ch), 0);
	assert_non_null(strstr(ch->name, "IAX2/127.0.0.77-"));
	assert_int_equal(channel_call(ch), 0);
	channel_del(ch);
}

static void test_who_cannot_be_called(void **state)
{
	(void)state;
	struct channel *ch;
	assert_int_equal(request("phone/1", NULL, &ch), -IAX2_CAUSE_SUBSCRIBER_ABSENT);
	assert_int_equal(rig_log_lines, 1);
	peers_find(&rig.sw->peers, "office-b")->last_ms = -1;
	assert_int_equal(request("office-b/1", NULL, &ch), -IAX2_CAUSE_SUBSCRIBER_ABSENT);
	peers_find(&rig.sw->peers, "office-b")->last_ms = 2500;
	assert_int_equal(request("office-b/1", NULL, &ch), -IAX2_CAUSE_SUBSCRIBER_ABSENT);
	assert_non_null(strstr(rig_log_last, "LAGGED"));
	assert_int_equal(request("", NULL, &ch), -IAX2_CAUSE_NO_ROUTE);
	assert_int_equal(request("keys/1", NULL, &ch), -IAX2_CAUSE_FACILITY_REJECTED);
	assert_null(ch);
	assert_null(rig.sw->legs);
	assert_null(rig.sw->channels);
}

static void test_formats_of_the_caller(void **state)
{
	(void)state;
	struct channel *ch, from = {.format = IAX2_FORMAT_ALAW, .formats = IAX2_FORMAT_ALAW, .pbx = &rig.sw->pbx};
	vars_init(&from.vars);
	snprintf(from.caller_number, sizeof from.caller_number, "201");
	assert_int_equal(vars_set(&from.vars, "__KEPT", "yes"), 0);
	assert_int_equal(request("office-b/300", &from, &ch), 0);
	assert_int_equal(ch->format, IAX2_FORMAT_ALAW);
	assert_string_equal(ch->caller_number, "201");
	assert_string_equal(vars_get(&ch->vars, "KEPT"), "yes");
	channel_del(ch);
	assert_int_equal(request("g729/300", &from, &ch), -IAX2_CAUSE_BEARER);
	assert_int_equal(request("gsm/300", &from, &ch), -IAX2_CAUSE_BEARER);
	from.format = from.formats = IAX2_FORMAT_GSM;
	assert_int_equal(request("gsm/300", &from, &ch), 0);
	assert_int_equal(ch->format, IAX2_FORMAT_GSM);
	channel_del(ch);
	assert_null(rig.sw->legs);
	vars_fini(&from.vars);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_configured_peer),    TEST(test_the_dial_string_comes_first), TEST(test_an_address_that_is_no_peer),
	    TEST(test_who_cannot_be_called), TEST(test_formats_of_the_caller),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
