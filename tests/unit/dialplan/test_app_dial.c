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
static struct fake_channel *caller;

static void dial(const char *args, const char *after)
{
	char text[500];
	snprintf(text, sizeof text, "[a]\nexten => 1,1,Set(_DOWN=1)\n same => n,Dial(%s)\n same => n,%s\n"
		"exten => h,1,Set(GLOBAL(STATUS)=${DIALSTATUS})\n", args, after);
	fake_init(&fake, text);
	caller = fake_channel(&fake, "caller");
	run_start(&caller->ch, "a", "1", 1);
	fake_advance(&fake, 1);
}

static void over(const char *status, const char *log)
{
	for (size_t i = 0; i < fake.channel_count; i++)
		assert_true(fake.channels[i]->deleted);
	assert_string_equal(vars_get(&fake.pbx.globals, "STATUS"), status);
	assert_string_equal(caller->log, log);
	assert_int_equal(fake_timers(&fake), 0);
	fake_fini(&fake);
}

static void test_answer_bridge_and_callee_hangs_up(void **state)
{
	(void)state;
	dial("Test/b/7,30", "Hangup(99)");
	struct fake_channel *b = fake_nth(&fake, 1);
	assert_string_equal(vars_get(&b->ch.vars, "DOWN"), "1");
	assert_string_equal(b->log, "call;");
	fake_control(b, IAX2_CONTROL_RINGING);
	fake_control(b, IAX2_CONTROL_RINGING);
	fake_control(b, IAX2_CONTROL_ANSWER);
	assert_ptr_equal(caller->ch.bridged, &b->ch);
	assert_string_equal(vars_get(&caller->ch.vars, "DIALEDPEERNAME"), "Test/b/7");
	assert_string_equal(vars_get(&caller->ch.vars, "DIALEDPEERNUMBER"), "b/7");
	fake_advance(&fake, 60000);
	fake_hangup(b, 31);
	assert_string_equal(vars_get(&caller->ch.vars, "ANSWEREDTIME"), "60");
	over("ANSWER", "ringing;answer;bridge;hangup:16;");
}

static void test_g_goes_on(void **state)
{
	(void)state;
	dial("Test/b,,g", "Hangup(44)");
	fake_control(fake_nth(&fake, 1), IAX2_CONTROL_ANSWER);
	fake_hangup(fake_nth(&fake, 1), 16);
	over("ANSWER", "answer;bridge;hangup:44;");
}

static void test_caller_hangs_up(void **state)
{
	(void)state;
	dial("Test/b&Test/c,30", "NoOp()");
	fake_hangup(caller, 16);
	assert_string_equal(fake_nth(&fake, 1)->log, "call;hangup:16;");
	assert_string_equal(fake_nth(&fake, 2)->log, "call;hangup:16;");
	over("CANCEL", "");
	dial("Test/b", "NoOp()");
	fake_control(fake_nth(&fake, 1), IAX2_CONTROL_ANSWER);
	fake_hangup(caller, 16);
	assert_string_equal(fake_nth(&fake, 1)->log, "call;hangup:16;");
	over("ANSWER", "answer;bridge;");
}

static void test_first_answer_wins(void **state)
{
	(void)state;
	dial("Test/b&Test/c&Test/d,30", "NoOp()");
	fake_control(fake_nth(&fake, 3), IAX2_CONTROL_RINGING);
	fake_event(fake_nth(&fake, 3), &(struct channel_event){.type = CHANNEL_EV_VOICE, .format = IAX2_FORMAT_ULAW, .data = (const uint8_t *)"x", .len = 1});
	fake_control(fake_nth(&fake, 2), IAX2_CONTROL_ANSWER);
	assert_string_equal(fake_nth(&fake, 1)->log, "call;hangup:26;");
	assert_string_equal(fake_nth(&fake, 3)->log, "call;hangup:26;");
	fake_hangup(fake_nth(&fake, 2), 16);
	over("ANSWER", "ringing;answer;bridge;hangup:16;");
}

static void test_early_media_of_a_single_leg(void **state)
{
	(void)state;
	dial("Test/b,30", "Hangup()");
	struct channel_event voice = {.type = CHANNEL_EV_VOICE, .format = IAX2_FORMAT_ULAW, .data = (const uint8_t *)"abc", .len = 3};
	fake_control(fake_nth(&fake, 1), IAX2_CONTROL_PROGRESS);
	fake_event(fake_nth(&fake, 1), &voice);
	fake_hangup(fake_nth(&fake, 1), 17);
	over("BUSY", "progress;voice:3;hangup:17;");
	dial("Test/b,30,r", "Hangup()");
	fake_event(fake_nth(&fake, 1), &voice);
	fake_hangup(fake_nth(&fake, 1), 17);
	over("BUSY", "ringing;hangup:17;");
}

static void test_timeout(void **state)
{
	(void)state;
	dial("Test/b,2.5", "Hangup(3)");
	fake_advance(&fake, 2400);
	assert_false(fake_nth(&fake, 1)->deleted);
	fake_advance(&fake, 200);
	over("NOANSWER", "hangup:3;");
}

static void test_statuses(void **state)
{
	(void)state;
	static const struct { const char *args, *status; int cause; } rows[] = {
		{"Test/bad", "CHANUNAVAIL", 20}, {"Nope/x", "CHANUNAVAIL", 66}, {"Test/gone17", "BUSY", 17}, {"Test/gone34", "CONGESTION", 34},
		{"Test/gone3", "CHANUNAVAIL", 3}, {"Test/gone19", "NOANSWER", 19}, {"Test/refused34", "CONGESTION", 34}, {"nonsense", "INVALIDARGS", 16}, {"Test/b&x", "INVALIDARGS", 16}, {"Test/", "INVALIDARGS", 16},
		{"Test/bad&Test/gone17", "BUSY", 17}, {"Test/gone17&Test/gone34", "BUSY", 34}, {"Test/gone17&Test/gone16", "NOANSWER", 16},
		{"", "CHANUNAVAIL", 16},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char log[40];
		dial(rows[i].args, "Hangup()");
		snprintf(log, sizeof log, "hangup:%d;", rows[i].cause);
		over(rows[i].status, log);
	}
}

static void test_busy_control(void **state)
{
	(void)state;
	dial("Test/b,30", "Hangup()");
	/* The channel says why, as IAX2 does, or nothing, as Local does. */
	fake_nth(&fake, 1)->ch.hangup_cause = 17;
	fake_control(fake_nth(&fake, 1), IAX2_CONTROL_BUSY);
	over("BUSY", "hangup:17;");
	dial("Test/b,30", "Hangup()");
	fake_control(fake_nth(&fake, 1), IAX2_CONTROL_BUSY);
	over("BUSY", "hangup:16;");
}

static void test_answer_at_once(void **state)
{
	(void)state;
	dial("Test/gone17&Test/now&Test/c", "Hangup()");
	assert_int_equal(fake.channel_count, 3);
	fake_hangup(fake_nth(&fake, 2), 16);
	over("ANSWER", "answer;bridge;hangup:16;");
}

static void test_no_common_format(void **state)
{
	(void)state;
	dial("Test/b,30,g", "NoOp()");
	fake.bridge_result = -95;
	fake_control(fake_nth(&fake, 1), IAX2_CONTROL_ANSWER);
	assert_non_null(strstr(fake.logged, "no format in common"));
	over("ANSWER", "answer;hangup:58;");
}

static void test_caller_goes_while_he_is_answered(void **state)
{
	(void)state;
	dial("Test/b&Test/c,30", "NoOp()");
	caller->hangup_at_answer = true;
	fake_control(fake_nth(&fake, 1), IAX2_CONTROL_ANSWER);
	over("ANSWER", "answer;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer_bridge_and_callee_hangs_up), cmocka_unit_test(test_g_goes_on), cmocka_unit_test(test_caller_hangs_up),
		cmocka_unit_test(test_first_answer_wins), cmocka_unit_test(test_early_media_of_a_single_leg), cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_statuses), cmocka_unit_test(test_busy_control), cmocka_unit_test(test_answer_at_once),
		cmocka_unit_test(test_no_common_format), cmocka_unit_test(test_caller_goes_while_he_is_answered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
