#include "switch/regcontext.h"

#include <errno.h>

#include "rig.h"

#define IAX                                                                                                                      \
	"calltokenoptional = 0.0.0.0/0.0.0.0\nregcontext = phones&more\n"                                                            \
	"[open]\ntype = friend\nhost = dynamic\nregexten = 100&2-00&7@special\n"                                                     \
	"[plain]\ntype = friend\nhost = dynamic\n"                                                                                   \
	"[odd]\ntype = friend\nhost = dynamic\nregexten = _X.&5@nowhere\n"
#define EXTENSIONS "[office]\ninclude => phones\nexten => 100,2,Hangup()\n[special]\n[phones]\nexten => 100,2,Hangup(5)\n"

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

static void arrive(enum iax2_command command, const char *username)
{
	static uint16_t scall = 2;
	uint8_t ies[256];
	struct iax2_ie_writer w;
	iax2_iew_init(&w, ies, sizeof ies);
	iax2_iew_string(&w, IAX2_IE_USERNAME, username);
	rig_deliver(&rig, "10.5.5.5:4000", command, scall++, &w);
}

static const char *at(const char *context, const char *exten)
{
	const struct dialplan_step *step = dialplan_step(rig.sw->pbx.dialplan, context, exten, "", 1);
	return step && strcmp(step->app, "NoOp") == 0 ? step->data : "";
}

static void check_open(const char *text)
{
	static const char *const places[][2] = {{"phones", "100"}, {"phones", "200"}, {"more", "100"}, {"more", "2-00"}, {"special", "7"}, {"office", "100"}};
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		assert_string_equal(at(places[i][0], places[i][1]), text);
	}
	assert_string_equal(at("phones", "7"), "");
	assert_string_equal(at("special", "100"), "");
}

static void test_req_171_extensions_exist_while_registered(void **state)
{
	(void)state;
	check_open("");
	arrive(IAX2_CMD_REGREQ, "open");
	arrive(IAX2_CMD_REGREQ, "open");
	check_open("open");
	/* The file has the next priority. */
	assert_string_equal(dialplan_step(rig.sw->pbx.dialplan, "phones", "100", "", 2)->data, "5");
	arrive(IAX2_CMD_REGREQ, "plain");
	assert_string_equal(at("more", "plain"), "plain");
	arrive(IAX2_CMD_REGREL, "open");
	check_open("");
	assert_string_equal(at("more", "plain"), "plain");
	assert_int_equal(rig_log_lines, 0);
}

static void test_req_171_a_reload_keeps_them(void **state)
{
	(void)state;
	arrive(IAX2_CMD_REGREQ, "open");
	assert_int_equal(switch_reload(rig.sw, &rig.diag), 0);
	check_open("open");
	arrive(IAX2_CMD_REGREL, "open");
	check_open("");
}

static void test_what_cannot_be_put_is_said(void **state)
{
	(void)state;
	arrive(IAX2_CMD_REGREQ, "odd");
	assert_int_equal(rig_log_lines, 3);
	assert_non_null(strstr(rig_log_last, "its extension '5' cannot be put in context 'nowhere': there is no such context"));
	arrive(IAX2_CMD_REGREL, "odd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_req_171_extensions_exist_while_registered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_req_171_a_reload_keeps_them, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_put_is_said, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
