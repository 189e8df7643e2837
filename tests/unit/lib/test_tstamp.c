/* Expansion of time stamps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tstamp.h"

static void test_first_value_is_taken_as_it_is(void **state)
{
	struct iax2_tstamp ts = {0};

	(void)state;
	assert_true(iax2_tstamp_receive(&ts, 0xfffffff0, IAX2_TSTAMP_FULL) == 0xfffffff0);
	ts = (struct iax2_tstamp){0};
	assert_true(iax2_tstamp_receive(&ts, 0xfff0, IAX2_TSTAMP_MINI) == 0xfff0);
}

static void test_req_090_minis_across_the_wrap(void **state)
{
	struct iax2_tstamp ts = {0};

	(void)state;
	for (iax2_ts t = 20; t < 300000; t += 20) {
		assert_true(iax2_tstamp_receive(&ts, (uint32_t)t & 0xffff, IAX2_TSTAMP_MINI) == t);
	}
}

static void test_video_minis_across_the_wrap(void **state)
{
	struct iax2_tstamp ts = {0};

	(void)state;
	for (iax2_ts t = 33; t < 200000; t += 33) {
		assert_true(iax2_tstamp_receive(&ts, (uint32_t)t & 0x7fff, IAX2_TSTAMP_VIDEO) == t);
	}
}

static void test_full_frames_across_49_days(void **state)
{
	struct iax2_tstamp ts = {0};
	iax2_ts t = INT64_C(0xfffffff0);

	(void)state;
	iax2_tstamp_receive(&ts, (uint32_t)t, IAX2_TSTAMP_FULL);
	assert_true(iax2_tstamp_receive(&ts, 4, IAX2_TSTAMP_FULL) == INT64_C(0x100000004));
	assert_true(iax2_tstamp_receive(&ts, 24, IAX2_TSTAMP_MINI) == INT64_C(0x100000018));
	assert_true(iax2_tstamp_receive(&ts, 0xfffc, IAX2_TSTAMP_MINI) == INT64_C(0xfffffffc));
	assert_true(ts.last == INT64_C(0x100000018));
}

static void test_req_091_late_mini_is_before_the_wrap(void **state)
{
	struct iax2_tstamp ts = {.last = 0x10010, .seen = true};

	(void)state;
	assert_true(iax2_tstamp_receive(&ts, 0xfff0, IAX2_TSTAMP_MINI) == 0xfff0);
	assert_true(ts.last == 0x10010);
}

static void test_never_negative(void **state)
{
	struct iax2_tstamp ts = {.last = 3, .seen = true};

	(void)state;
	assert_true(iax2_tstamp_expand(&ts, 0xfffe, IAX2_TSTAMP_MINI) == 0xfffe);
	assert_true(iax2_tstamp_expand(&ts, 0x7ffe, IAX2_TSTAMP_VIDEO) == 0x7ffe);
}

static void test_nearest_candidate(void **state)
{
	struct iax2_tstamp ts = {.last = 0x50000, .seen = true};

	(void)state;
	assert_true(iax2_tstamp_expand(&ts, 0x7fff, IAX2_TSTAMP_MINI) == 0x57fff);
	assert_true(iax2_tstamp_expand(&ts, 0x8000, IAX2_TSTAMP_MINI) == 0x58000);
	assert_true(iax2_tstamp_expand(&ts, 0x8001, IAX2_TSTAMP_MINI) == 0x48001);
	ts.last = 0x5ffff;
	assert_true(iax2_tstamp_expand(&ts, 0x7fff, IAX2_TSTAMP_MINI) == 0x67fff);
	assert_true(iax2_tstamp_expand(&ts, 0x8000, IAX2_TSTAMP_MINI) == 0x58000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_first_value_is_taken_as_it_is),
	    cmocka_unit_test(test_req_090_minis_across_the_wrap),
	    cmocka_unit_test(test_video_minis_across_the_wrap),
	    cmocka_unit_test(test_full_frames_across_49_days),
	    cmocka_unit_test(test_req_091_late_mini_is_before_the_wrap),
	    cmocka_unit_test(test_never_negative),
	    cmocka_unit_test(test_nearest_candidate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
