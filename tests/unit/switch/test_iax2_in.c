/* What becomes of an incoming NEW, and what the log says about it. */
#include "rig.h"

#include "switch/chan_iax2.h"

#define USERS                                                                                                                    \
	"[office-a]\ntype = friend\nhost = 10.1.1.10\nsecret = x\nrequirecalltoken = no\nmaxauthreq = 2\ncontext = from-iax\n"       \
	"deny = 0.0.0.0/0\npermit = 10.1.1.10\n"                                                                                     \
	"[open]\ntype = user\nrequirecalltoken = no\ncontext = from-iax\nsetvar = WHO=guest\ncallerid = \"Front Desk\" <100>\n"      \
	"[plain]\ntype = user\nrequirecalltoken = no\ncontext = from-iax\nlanguage = de\naccountcode = sales\n" \
	"[guest]\ntype = user\nrequirecalltoken = no\nsecret = y\npermit = 10.9.9.9\n"                                               \
	"[trunked]\ntype = peer\nhost = 10.3.3.3\ntrunk = yes\n"
#define UNKNOWN_NEEDS_NO_TOKEN "calltokenoptional = 0.0.0.0/0.0.0.0\n"
#define EXTENSIONS             "[from-iax]\nexten => 300,1,Wait(60)\n"

static struct rig rig;
static int setup(void **state)
{
	(void)state;
	rig_init(&rig, loop_new());
	rig_start(&rig, rig_free_port(), UNKNOWN_NEEDS_NO_TOKEN USERS, EXTENSIONS, false);
	rig_log_start();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return rig_tear_down(&rig);
}

struct request {
	const char *from, *username, *exten, *context, *number;
	iax2_format format;
	uint16_t scall;
	unsigned version;
};

/* Gives a NEW to the endpoint as if it had arrived, and lets the switch work on it. */
static void arrive(struct request r)
{
	uint8_t ies[512];
	struct iax2_ie_writer w;
	iax2_iew_init(&w, ies, sizeof ies);
	iax2_iew_u32(&w, IAX2_IE_VERSION, r.version ? r.version : 2);
	iax2_iew_string(&w, IAX2_IE_CALLED_NUMBER, r.exten ? r.exten : "300");
	iax2_iew_string(&w, IAX2_IE_CALLING_NUMBER, r.number);
	iax2_iew_string(&w, IAX2_IE_CALLED_CONTEXT, r.context);
	iax2_iew_string(&w, IAX2_IE_USERNAME, r.username);
	iax2_format format = r.format ? r.format : IAX2_FORMAT_ULAW;
	iax2_iew_u32(&w, IAX2_IE_FORMAT, (uint32_t)format);
	iax2_iew_u32(&w, IAX2_IE_CAPABILITY, (uint32_t)format);
	rig_deliver(&rig, r.from, IAX2_CMD_NEW, r.scall ? r.scall : 7, &w);
}

static unsigned legs(void)
{
	unsigned count = 0;
	for (struct leg *leg = rig.sw->legs; leg; leg = leg->next) {
		count++;
	}
	return count;
}

static void test_an_open_user_gets_a_channel(void **state)
{
	(void)state;
	arrive((struct request){.from = "10.5.5.5", .username = "open", .number = "(030) 12-3"});
	struct channel *ch = rig.sw->channels;
	assert_non_null(ch);
	assert_int_equal(ch->state, CHANNEL_RING);
	assert_int_equal(ch->format, IAX2_FORMAT_ULAW);
	assert_string_equal(ch->caller_number, "100"); /* the user's callerid= overrides */
	assert_string_equal(ch->caller_name, "Front Desk");
	assert_int_equal(ch->caller_pres, 1);
	assert_string_equal(vars_get(&ch->vars, "WHO"), "guest");
	assert_string_equal(ch->context, "from-iax");
	assert_string_equal(ch->dnid, "300");
	assert_non_null(strstr(ch->name, "IAX2/10.5.5.5:4569-"));
	assert_int_equal(rig_log_lines, 0);
}

/* setvar, language, accountcode, shrinkcallerid: what the options of a user do to his calls. */
static void test_options_of_a_user_reach_the_channel(void **state)
{
	(void)state;
	arrive((struct request){.from = "10.5.5.5", .username = "open"});
	arrive((struct request){.from = "10.5.5.6", .username = "plain", .number = "+49 (30) 123-45"});
	const struct channel *plain = rig.sw->channels, *open = plain->next;
	assert_string_equal(vars_get(&open->vars, "WHO"), "guest");
	assert_string_equal(open->language, "en");
	assert_string_equal(plain->language, "de");
	assert_string_equal(plain->accountcode, "sales");
	assert_string_equal(plain->caller_number, "+493012345");
	assert_string_equal(plain->caller_ani, "+493012345");
	assert_null(vars_get(&plain->vars, "WHO"));
}

static void test_req_140_an_unknown_extension(void **state)
{
	(void)state;
	arrive((struct request){.from = "10.5.5.5", .username = "open", .exten = "99"});
	assert_null(rig.sw->channels);
	assert_int_equal(legs(), 0);
	assert_int_equal(rig_log_lines, 1);
	assert_non_null(
	    strstr(rig_log_last,
	           "Call from 'open' (10.5.5.5:4569) to extension '99' rejected because extension not found in context 'from-iax'."));
}

static void test_req_141_no_common_codec(void **state)
{
	(void)state;
	arrive((struct request){.from = "10.5.5.5", .username = "open", .format = IAX2_FORMAT_GSM});
	assert_null(rig.sw->channels);
	assert_int_equal(rig_log_lines, 1);
	assert_non_null(strstr(rig_log_last, "it offers (gsm), [open]"));
	assert_non_null(strstr(rig_log_last, "allows (ulaw|alaw)"));
}

static void test_req_216_an_unknown_user_is_challenged_all_the_same(void **state)
{
	(void)state;
	arrive((struct request){.from = "10.5.5.5", .username = "nobody"});
	assert_int_equal(legs(), 1);
	assert_null(rig.sw->channels);
	assert_int_equal(rig_log_lines, 1);
	assert_non_null(strstr(rig_log_last, "Host 10.5.5.5 failed to authenticate as 'nobody': there is no user of that name"));
}

static void test_req_240_a_denied_address_is_challenged_too(void **state)
{
	(void)state;
	arrive((struct request){.from = "10.1.1.11", .username = "office-a"});
	assert_int_equal(legs(), 1);
	assert_int_equal(users_find(&rig.sw->users, "office-a")->challenges, 0);
	assert_int_equal(rig_log_lines, 1);
	assert_non_null(strstr(rig_log_last, "[office-a]"));
	assert_non_null(strstr(rig_log_last, "deny at iax.conf:"));
}

static void test_req_218_maxauthreq(void **state)
{
	(void)state;
	for (uint16_t i = 1; i <= 3; i++) {
		arrive((struct request){.from = "10.1.1.10", .username = "office-a", .scall = (uint16_t)(10 + i)});
		assert_int_equal(legs(), i < 3 ? i : 2);
		assert_int_equal(users_find(&rig.sw->users, "office-a")->challenges, i < 3 ? i : 2);
	}
	assert_int_equal(rig_log_lines, 1);
	assert_non_null(strstr(rig_log_last, "maxauthreq=2"));
	/* The place is free again when a call has gone. */
	iax2_call_hangup(rig.sw->legs->call, 16, NULL, loop_now(rig.loop));
	leg_del(rig.sw->legs);
	assert_int_equal(users_find(&rig.sw->users, "office-a")->challenges, 1);
}

static void test_req_241_without_a_name(void **state)
{
	(void)state;
	arrive((struct request){.from = "10.5.5.5"});
	assert_non_null(rig.sw->channels);
	assert_string_equal(vars_get(&rig.sw->channels->vars, "WHO"), "guest");
}

static void test_no_calls_while_stopping(void **state)
{
	(void)state;
	rig.sw->no_new_calls = true;
	arrive((struct request){.from = "10.5.5.5", .username = "open"});
	assert_null(rig.sw->channels);
	assert_int_equal(legs(), 0);
}

static void test_a_newer_version_is_refused(void **state)
{
	(void)state;
	arrive((struct request){.from = "10.5.5.5", .username = "open", .version = 3});
	assert_null(rig.sw->channels);
	assert_int_equal(legs(), 0);
}

static void test_calls_from_a_trunk_peers_address_are_trunked(void **state)
{
	(void)state;
	struct iax2_call_info info;
	arrive((struct request){.from = "10.3.3.3", .username = "open"});
	iax2_call_info(rig.sw->legs->call, &info);
	assert_true(info.trunk);
	assert_non_null(strstr(rig.sw->channels->name, "IAX2/trunked-"));
	arrive((struct request){.from = "10.3.3.3:4570", .username = "open"});
	iax2_call_info(rig.sw->legs->call, &info);
	assert_false(info.trunk);
}

static void test_a_forged_name_stays_one_word(void **state)
{
	(void)state;
	arrive((struct request){.from = "10.5.5.5", .username = "x' (from 192.0.2.1)\nHost 192.0.2.1 failed"});
	assert_int_equal(rig_log_lines, 1);
	assert_null(strstr(rig_log_last, "x' ("));
	assert_null(strchr(rig_log_last, '\n'));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_an_open_user_gets_a_channel),
	    TEST(test_options_of_a_user_reach_the_channel),
	    TEST(test_req_140_an_unknown_extension),
	    TEST(test_req_141_no_common_codec),
	    TEST(test_req_216_an_unknown_user_is_challenged_all_the_same),
	    TEST(test_req_240_a_denied_address_is_challenged_too),
	    TEST(test_req_218_maxauthreq),
	    TEST(test_req_241_without_a_name),
	    TEST(test_no_calls_while_stopping),
	    TEST(test_a_newer_version_is_refused),
	    TEST(test_calls_from_a_trunk_peers_address_are_trunked),
	    TEST(test_a_forged_name_stays_one_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
