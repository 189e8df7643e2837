#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_monotonic_never_goes_back(void **state)
{
	(void)state;
	int64_t last = clock_monotonic_ns();

	assert_true(last > 0);
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_monotonic_ns();
		assert_true(now >= last);
		last = now;
	}
}

static void test_wall_is_since_1970(void **state)
{
	(void)state;
	/* Between 2020 and 2200. */
	assert_true(clock_wall_ns() > INT64_C(1577836800) * 1000000000);
	assert_true(clock_wall_ns() < INT64_C(7258118400) * 1000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_monotonic_never_goes_back),
		cmocka_unit_test(test_wall_is_since_1970),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
