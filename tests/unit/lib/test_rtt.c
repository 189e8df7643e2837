/* Round trips of questions and answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rtt.h"

#define MS IAX2_NS_PER_MS

static void test_answer_to_a_question_sent_once(void **state)
{
	struct iax2_rtt rtt = {0};
	struct iax2_rtt_echo echo;

	(void)state;
	iax2_rtt_sent(&rtt, 100, false, 1000 * MS);
	iax2_rtt_sent(&rtt, 10100, false, 11000 * MS);
	echo = iax2_rtt_answered(&rtt, 100, 1035 * MS + MS / 2);
	assert_true(echo.known && echo.certain);
	assert_int_equal(echo.ms, 35);
	echo = iax2_rtt_answered(&rtt, 10100, 11000 * MS);
	assert_true(echo.known && echo.certain);
	assert_int_equal(echo.ms, 0);
}

static void test_answer_to_a_repeated_question_is_uncertain(void **state)
{
	struct iax2_rtt rtt = {0};
	struct iax2_rtt_echo echo;

	(void)state;
	iax2_rtt_sent(&rtt, 5, false, 1000 * MS);
	iax2_rtt_sent(&rtt, 9, false, 1000 * MS);
	iax2_rtt_sent(&rtt, 5, true, 1500 * MS);
	iax2_rtt_sent(&rtt, 5, true, 2500 * MS);
	echo = iax2_rtt_answered(&rtt, 5, 2520 * MS);
	assert_true(echo.known);
	assert_false(echo.certain);
	assert_int_equal(echo.ms, 1520);
	assert_int_equal(echo.last_ms, 20);
	assert_true(iax2_rtt_answered(&rtt, 9, 2520 * MS).certain);
}

static void test_answer_to_no_question(void **state)
{
	struct iax2_rtt rtt = {0};

	(void)state;
	assert_false(iax2_rtt_answered(&rtt, 0, 5).known); /* an empty place is no question with time stamp 0 */
	iax2_rtt_sent(&rtt, 7, true, 5);                  /* and what was forgotten is not remembered by its repetition */
	assert_false(iax2_rtt_answered(&rtt, 7, 5).known);
	for (uint32_t ts = 1; ts <= IAX2_RTT_PROBES + 1; ts++) {
		iax2_rtt_sent(&rtt, ts, false, ts * MS);
	}
	assert_false(iax2_rtt_answered(&rtt, 1, 100 * MS).known);
	assert_true(iax2_rtt_answered(&rtt, 2, 100 * MS).known);
	assert_true(iax2_rtt_answered(&rtt, IAX2_RTT_PROBES + 1, 100 * MS).known);
}

static void test_smoothing(void **state)
{
	(void)state;
	assert_int_equal(iax2_rtt_smooth(-1, 80), 80);
	assert_int_equal(iax2_rtt_smooth(80, 80), 80);
	assert_int_equal(iax2_rtt_smooth(80, 160), 90);
	assert_int_equal(iax2_rtt_smooth(80, 0), 70);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answer_to_a_question_sent_once),
	    cmocka_unit_test(test_answer_to_a_repeated_question_is_uncertain),
	    cmocka_unit_test(test_answer_to_no_question),
	    cmocka_unit_test(test_smoothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
