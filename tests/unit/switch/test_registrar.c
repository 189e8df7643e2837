#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "switch/registrar.h"

static void test_req_162_refresh_is_clamped(void **state)
{
	(void)state;
	assert_int_equal(registrar_clamp(0, 60, 300), 60);
	assert_int_equal(registrar_clamp(59, 60, 300), 60);
	assert_int_equal(registrar_clamp(100, 60, 300), 100);
	assert_int_equal(registrar_clamp(301, 60, 300), 300);
	assert_int_equal(registrar_clamp(10, 60, 30), 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_162_refresh_is_clamped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
