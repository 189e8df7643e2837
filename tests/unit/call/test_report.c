#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "report.h"

static const struct report good = {
	.number = 1, .who = "200 at host", .outcome = OUTCOME_ANSWERED, .cause = 16, .duration_s = 12.34,
	.info = {.started = true, .answered = true, .format = IAX2_FORMAT_ULAW, .rtt_ms = 12, .tx_voice = 617, .rx_voice = 610,
	         .local = {.jitter_ms = 3, .delay_ms = 40, .lost = 7, .loss_percent = 1, .packets = 610},
	         .remote = {.jitter_ms = -1}},
	.digits = "12#",
};

static void contains(const struct strbuf *text, const char *part)
{
	if (!strstr(strbuf_text(text), part))
		fail_msg("\"%s\" is not in:\n%s", part, strbuf_text(text));
}

static void test_statuses_differ(void **state)
{
	(void)state;
	assert_int_equal(outcome_status(OUTCOME_ANSWERED), 0);
	assert_int_equal(outcome_status(OUTCOME_INTERRUPTED), 130);
	for (int a = 0; a <= OUTCOME_INTERRUPTED; a++) {
		for (int b = 0; b < a; b++)
			assert_int_not_equal(outcome_status((enum outcome)a), outcome_status((enum outcome)b));
	}
}

static void test_outcome_of_end(void **state)
{
	static const struct { enum iax2_end_reason reason; unsigned cause; bool answered; enum outcome outcome; } rows[] = {
		{IAX2_END_REMOTE_HANGUP, 16, true, OUTCOME_ANSWERED},
		{IAX2_END_REMOTE_HANGUP, 17, true, OUTCOME_ANSWERED},
		{IAX2_END_REMOTE_HANGUP, 17, false, OUTCOME_BUSY},
		{IAX2_END_REMOTE_HANGUP, 16, false, OUTCOME_NO_ANSWER},
		{IAX2_END_REMOTE_HANGUP, 19, false, OUTCOME_NO_ANSWER},
		{IAX2_END_REMOTE_HANGUP, 34, false, OUTCOME_REFUSED},
		{IAX2_END_REMOTE_REJECT, 17, false, OUTCOME_BUSY},
		{IAX2_END_REMOTE_REJECT, 50, false, OUTCOME_REFUSED},
		{IAX2_END_REMOTE_REJECT, 3, false, OUTCOME_REFUSED},
		{IAX2_END_TIMEOUT, 34, false, OUTCOME_UNREACHABLE},
		{IAX2_END_TIMEOUT, 27, true, OUTCOME_LOST},
		{IAX2_END_INVAL, 81, true, OUTCOME_LOST},
		{IAX2_END_NO_AUTH, 50, false, OUTCOME_REFUSED},
		{IAX2_END_NOMEM, 0, false, OUTCOME_LOCAL_ERROR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(outcome_of_end(rows[i].reason, rows[i].cause, rows[i].answered), rows[i].outcome);
}

static void test_for_people(void **state)
{
	struct strbuf text = STRBUF_EMPTY;
	struct report report = good;

	(void)state;
	report_print(&report, &text);
	contains(&text, "call 1 to 200 at host: answered, cause 16 (");
	contains(&text, "duration   12.3 s, format ulaw");
	contains(&text, "617 sent, 610 received");
	contains(&text, "7 lost (1 %)");
	contains(&text, "jitter 3 ms, delay 40 ms");
	contains(&text, "round trip 12 ms");
	contains(&text, "12#");
	strbuf_clear(&text);
	report = (struct report){.number = 2, .incoming = true, .who = "x", .outcome = OUTCOME_REFUSED, .text = "No authority found"};
	report_print(&report, &text);
	assert_string_equal(strbuf_text(&text), "call 2 from x: refused, \"No authority found\"\n");
	strbuf_clear(&text);
	report = (struct report){.number = 3, .who = "x", .outcome = OUTCOME_LOCAL_ERROR, .cause = IAX2_CAUSE_NORMAL};
	report_print(&report, &text);
	assert_string_equal(strbuf_text(&text), "call 3 to x: error on this side\n");
	strbuf_fini(&text);
}

static void test_as_json(void **state)
{
	struct strbuf text = STRBUF_EMPTY;

	(void)state;
	report_json(&good, &text);
	contains(&text, "\"outcome\":");
	contains(&text, "617");
	contains(&text, "\"rtt_ms\":");
	assert_ptr_equal(strchr(strbuf_text(&text), '\n'), strbuf_text(&text) + text.len - 1);
	strbuf_fini(&text);
}

static void test_live_line(void **state)
{
	struct strbuf text = STRBUF_EMPTY;

	(void)state;
	report_live(&good.info, 65.9, &text);
	contains(&text, "01:05  sent 617  received 610  lost 7  jitter 3 ms  round trip 12 ms");
	strbuf_fini(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses_differ),
		cmocka_unit_test(test_outcome_of_end),
		cmocka_unit_test(test_for_people),
		cmocka_unit_test(test_as_json),
		cmocka_unit_test(test_live_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
