/* Names of numbers, and the texts of errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "iax2/event.h"
#include "iax2/frame.h"
#include "names.h"

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(iax2_type_name(IAX2_TYPE_IAX), "IAX");
	assert_string_equal(iax2_type_name(IAX2_TYPE_DTMF_BEGIN), "DTMF_BEGIN");
	assert_string_equal(iax2_type_name(0), "?");
	assert_string_equal(iax2_type_name(200), "?");
	assert_string_equal(iax2_command_name(IAX2_CMD_NEW), "NEW");
	assert_string_equal(iax2_command_name(IAX2_CMD_CALLTOKEN), "CALLTOKEN");
	assert_string_equal(iax2_command_name(IAX2_CMD_RTKEY), "RTKEY");
	assert_string_equal(iax2_command_name(-1), "?");
	assert_string_equal(iax2_control_name(IAX2_CONTROL_STOP_SOUNDS), "STOP_SOUNDS");
	assert_string_equal(iax2_control_name(IAX2_CONTROL_UNHOLD), "UNHOLD");
	assert_string_equal(iax2_control_name(32), "?");
	assert_string_equal(iax2_html_name(20), "LINKREJECT");
	assert_string_equal(iax2_html_name(3), "?");
	assert_string_equal(iax2_cause_text(16), "normal clearing");
	assert_string_equal(iax2_cause_text(4), "?");
}

static void test_req_101_blocked_controls(void **state)
{
	static const int64_t blocked[] = {0, 19, 20, 21, 25, 26, 27, 29, 32, 33, 34, 35, 36, 37, 64, 1000, 1024, -2, INT64_MIN};
	static const int64_t open[] = {-1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 22, 23, 24, 28, 30, 31};

	(void)state;
	for (size_t i = 0; i < sizeof(blocked) / sizeof(blocked[0]); i++) {
		assert_true(iax2_control_blocked(blocked[i]));
	}
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		assert_false(iax2_control_blocked(open[i]));
	}
}

static void test_errors_and_reasons(void **state)
{
	(void)state;
	assert_string_equal(iax2_strerror(IAX2_OK), "no error");
	assert_string_equal(iax2_strerror(IAX2_ERR_NOMEM), "out of memory");
	assert_string_equal(iax2_strerror(-999), "unknown error");
	assert_string_equal(iax2_end_reason_text(IAX2_END_NOMEM), "out of memory");
	for (int reason = IAX2_END_REMOTE_HANGUP; reason <= IAX2_END_NOMEM; reason++) {
		assert_non_null(iax2_end_reason_text((enum iax2_end_reason)reason));
	}
	assert_string_equal(iax2_end_reason_text((enum iax2_end_reason)(IAX2_END_NOMEM + 1)), "unknown reason");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_req_101_blocked_controls),
	    cmocka_unit_test(test_errors_and_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
