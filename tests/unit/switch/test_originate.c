#include "switch/originate.h"

#include <errno.h>

#include "rig.h"

#define EXTENSIONS                                                                                                               \
	"[d]\n"                                                                                                                      \
	"exten => up,1,Answer()\nsame => n,Wait(60)\n"                                                                               \
	"exten => busy,1,Busy()\nexten => full,1,Congestion()\nexten => no,1,Hangup(21)\nexten => ring,1,Ringing()\nsame => n,Wait(60)\n"    \
	"exten => goal,1,Set(GLOBAL(GOAL)=${EXTEN})\n"

static struct rig rig;

static int setup(void **state)
{
	(void)state;
	rig_init(&rig, loop_new());
	rig_start(&rig, rig_free_port(), "", EXTENSIONS, false);
	rig_log_start();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return rig_tear_down(&rig);
}

static int start(const char *dest, const char *app, const char *data, const char **why)
{
	return originate_start(rig.sw, dest, &(struct originate_goal){.app = app, .context = "d", .data = data}, why);
}

static bool all_gone(const void *arg)
{
	(void)arg;
	return !rig.sw->channels && !rig.sw->originates;
}

static void test_an_extension_runs_when_it_is_answered(void **state)
{
	(void)state;
	const char *why = NULL;
	assert_int_equal(start("Local/up@d", NULL, "goal", &why), 0);
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
	assert_string_equal(vars_get(&rig.sw->pbx.globals, "GOAL"), "goal");
}

static void test_an_application_runs_when_it_is_answered(void **state)
{
	(void)state;
	const char *why = NULL;
	assert_int_equal(start("Local/up@d", "Set", "GLOBAL(A)=5", &why), 0);
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
	assert_string_equal(vars_get(&rig.sw->pbx.globals, "A"), "5");
}

static void test_what_became_of_it_is_said(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{"Local/busy@d", "busy (cause 17"}, {"Local/full@d", "congestion (cause 34"}, {"Local/no@d", "hung up (cause 21"}, {"Local/goal@d", "hung up (cause 16"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *why = NULL;
		assert_int_equal(start(rows[i][0], "Wait", "1", &why), 0);
		assert_true(rig_wait(&rig, NULL, all_gone, NULL));
		assert_non_null(strstr(rig_log_last, rows[i][1]));
	}
}

static void test_what_cannot_be_begun_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *dest, *app, *data;
		int result;
	} rows[] = {
		{"Local", "Wait", "1", -EINVAL},        {"/x", "Wait", "1", -EINVAL},          {"Local/up@d", "Nothing", "1", -ENOENT},
		{"Local/up@d", NULL, "none", -ENOENT},  {"Local/none@d", "Wait", "1", -EHOSTUNREACH}, {"SIP/x", "Wait", "1", -EHOSTUNREACH},
		{"IAX2/", "Wait", "1", -EHOSTUNREACH},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *why = NULL;
		assert_int_equal(start(rows[i].dest, rows[i].app, rows[i].data, &why), rows[i].result);
		assert_non_null(why);
		assert_true(all_gone(NULL));
	}
}

static void test_the_switch_ends_while_it_rings(void **state)
{
	(void)state;
	const char *why = NULL;
	assert_int_equal(start("Local/ring@d", "Wait", "1", &why), 0);
	switch_turn(rig.sw);
	assert_non_null(rig.sw->originates);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_an_extension_runs_when_it_is_answered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_an_application_runs_when_it_is_answered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_became_of_it_is_said, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_begun_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_switch_ends_while_it_rings, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
