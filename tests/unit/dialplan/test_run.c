#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"

static struct fake fake;

static struct fake_channel *call(const char *extensions, const char *exten)
{
	fake_init(&fake, extensions);
	struct fake_channel *fc = fake_channel(&fake, "caller");
	assert_int_equal(run_start(&fc->ch, "a", exten, 1), 0);
	fake_advance(&fake, 1);
	return fc;
}

static void over(struct fake_channel *fc, const char *log)
{
	assert_string_equal(fc->log, log);
	assert_true(fc->deleted);
	assert_null(fc->ch.run);
	assert_int_equal(fake_timers(&fake), 0);
	fake_fini(&fake);
}

static void test_priorities_goto_and_hangup(void **state)
{
	(void)state;
	struct fake_channel *fc = call(
		"[a]\nexten => 1,1,Set(N=1)\n same => n(again),Set(N=$[${N}+1])\n same => n,GotoIf($[${N} < 5]?again)\n"
		" same => n,Goto(b,2,go)\n[b]\nexten => 2,1,NoOp(no)\n same => n(go),Hangup(${N})\n", "1");
	assert_non_null(strstr(fake.logged, "Executing [1@a:1] Set(\"Test/caller\", \"N=1\")"));
	assert_null(strstr(fake.logged, "\"no\""));
	over(fc, "hangup:5;");
}

static void test_h_runs_on_the_dead_channel(void **state)
{
	(void)state;
	struct fake_channel *fc = call(
		"[a]\nexten => 1,1,Wait(10)\nexten => h,1,Set(GLOBAL(C)=${HANGUPCAUSE})\n same => n,Progress()\n"
		" same => n,Set(GLOBAL(D)=1)\n same => n,Wait(1)\n same => n,Set(GLOBAL(NO)=1)\n", "1");
	assert_string_equal(fc->ch.app, "Wait");
	fake_hangup(fc, 19);
	assert_string_equal(vars_get(&fake.pbx.globals, "C"), "19");
	assert_string_equal(vars_get(&fake.pbx.globals, "D"), "1");
	assert_null(vars_get(&fake.pbx.globals, "NO"));
	assert_non_null(strstr(fake.logged, "extension h ends here"));
	over(fc, "");
}

static void test_invalid_goes_to_i(void **state)
{
	(void)state;
	struct fake_channel *fc = call("[a]\nexten => 1,1,Goto(77,1)\nexten => i,1,Set(GLOBAL(I)=${INVALID_EXTEN})\n same => n,Hangup(1)\n", "1");
	assert_string_equal(vars_get(&fake.pbx.globals, "I"), "77");
	over(fc, "hangup:1;");
	fc = call("[a]\nexten => 1,1,Goto(77,1)\n", "1");
	assert_non_null(strstr(fake.logged, "no invalid handler"));
	over(fc, "hangup:16;");
}

static void test_unknown_start_goes_to_s(void **state)
{
	(void)state;
	struct fake_channel *fc = call("[a]\nexten => s,1,Hangup(2)\n", "99");
	over(fc, "hangup:2;");
}

static void test_fall_through(void **state)
{
	(void)state;
	static const struct { const char *status, *log; } rows[] = {
		{"BUSY", "busy;hangup:17;"}, {"CONGESTION", "congestion;hangup:34;"}, {"CHANUNAVAIL", "congestion;hangup:34;"},
		{"NOANSWER", "hangup:16;"}, {"", "hangup:16;"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[100];
		snprintf(text, sizeof text, "[a]\nexten => 1,1,Set(DIALSTATUS=%s)\n", rows[i].status);
		struct fake_channel *fc = call(text, "1");
		fake_advance(&fake, 10001);
		over(fc, rows[i].log);
	}
}

static void test_no_fall_through_waits_for_digits(void **state)
{
	(void)state;
	struct fake_channel *fc = call("[general]\nautofallthrough=no\n[a]\nexten => s,1,Answer()\nexten => 12,1,Hangup(12)\nexten => t,1,Hangup(5)\n", "s");
	fake_digits(fc, "12");
	over(fc, "answer;hangup:12;");
	fc = call("[general]\nautofallthrough=no\n[a]\nexten => s,1,Answer()\nexten => t,1,Hangup(5)\n", "s");
	fake_advance(&fake, 10001);
	over(fc, "answer;hangup:5;");
}

static void test_endless_loop_rests_and_can_be_hung_up(void **state)
{
	(void)state;
	fake_init(&fake, "[a]\nexten => 1,1,Goto(1)\nexten => h,1,Goto(1)\n");
	struct fake_channel *fc = fake_channel(&fake, "caller");
	run_start(&fc->ch, "a", "1", 1);
	fake_advance(&fake, 0);
	assert_non_null(strstr(fake.logged, "is there a loop?"));
	fake_advance(&fake, 0);
	assert_int_equal(fake_timers(&fake), 1);
	fake_hangup(fc, 16);
	over(fc, "");
}

static void test_endless_loop_gets_less_and_less(void **state)
{
	(void)state;
	fake_init(&fake, "[a]\nexten => 1,1,Set(N=$[${N} + 1])\n same => n,Goto(1)\n");
	struct fake_channel *fc = fake_channel(&fake, "caller");
	assert_int_equal(vars_set(&fc->ch.vars, "N", "0"), 0);
	run_start(&fc->ch, "a", "1", 1);
	for (int ms = 0; ms < 5000; ms++)
		fake_advance(&fake, 1);
	/* 1 + 2 + 4 ... + 1024 ms, then each second; each time 1000 priorities. */
	assert_in_range(atoi(vars_get(&fc->ch.vars, "N")), 6000, 8500);
	fake_hangup(fc, 16);
	over(fc, "");
}

static void test_unknown_application_hangs_up(void **state)
{
	(void)state;
	struct fake_channel *fc = call("[a]\nexten => 1,1,Nothing(1)\n same => n,Answer()\n", "1");
	assert_non_null(strstr(fake.logged, "extensions.conf:2: no application 'Nothing'"));
	over(fc, "hangup:16;");
}

static void test_reload_does_not_touch_a_call(void **state)
{
	(void)state;
	struct fake_channel *fc = call("[a]\nexten => 1,1,Wait(1)\n same => n,Hangup(7)\n", "1");
	dialplan_unref(fake.pbx.dialplan);
	fake.pbx.dialplan = NULL;
	fake_advance(&fake, 2000);
	over(fc, "hangup:7;");
}

static void test_hangup_while_an_application_is_starting(void **state)
{
	(void)state;
	fake_init(&fake, "[a]\nexten => 1,1,Answer()\n same => n,Set(GLOBAL(NO)=1)\nexten => h,1,Set(GLOBAL(H)=1)\n");
	struct fake_channel *fc = fake_channel(&fake, "caller");
	fc->hangup_at_answer = true;
	run_start(&fc->ch, "a", "1", 1);
	fake_advance(&fake, 1);
	assert_null(vars_get(&fake.pbx.globals, "NO"));
	assert_string_equal(vars_get(&fake.pbx.globals, "H"), "1");
	over(fc, "answer;");
}

static void test_one_application(void **state)
{
	(void)state;
	fake_init(&fake, "[a]\n");
	struct fake_channel *fc = fake_channel(&fake, "caller");
	assert_int_equal(run_start_app(&fc->ch, "wait", "1"), 0);
	fake_advance(&fake, 500);
	assert_false(fc->deleted);
	fake_advance(&fake, 1000);
	over(fc, "hangup:16;");
	fake_init(&fake, "[a]\n");
	fc = fake_channel(&fake, "caller");
	assert_int_equal(run_start_app(&fc->ch, "Nothing", NULL), 0);
	fake_advance(&fake, 1);
	over(fc, "hangup:16;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_priorities_goto_and_hangup), cmocka_unit_test(test_h_runs_on_the_dead_channel),
		cmocka_unit_test(test_invalid_goes_to_i), cmocka_unit_test(test_unknown_start_goes_to_s), cmocka_unit_test(test_fall_through),
		cmocka_unit_test(test_no_fall_through_waits_for_digits), cmocka_unit_test(test_endless_loop_rests_and_can_be_hung_up),
		cmocka_unit_test(test_endless_loop_gets_less_and_less),
		cmocka_unit_test(test_unknown_application_hangs_up), cmocka_unit_test(test_reload_does_not_touch_a_call),
		cmocka_unit_test(test_hangup_while_an_application_is_starting), cmocka_unit_test(test_one_application),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
