#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "switch/text.h"

static void test_shrinks_written_numbers_only(void **state)
{
	(void)state;
	static const struct {
		char in[24];
		const char *out;
	} cases[] = {
	    {"(030) 123-4.5", "03012345"}, {"+49 30 1", "+49301"}, {"*#1", "*#1"}, {"", ""}, {"a-b", "a-b"}, {"Anna (2)", "Anna (2)"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char number[24];
		text_copy(number, sizeof number, cases[i].in);
		text_shrink_number(number);
		assert_string_equal(number, cases[i].out);
	}
}

static void test_safe_names_cannot_forge_a_log_line(void **state)
{
	(void)state;
	char buf[80];
	assert_string_equal(text_safe(buf, "x' (from 192.0.2.1)"), "x? ?from 192.0.2.1?");
	assert_string_equal(text_safe(buf, "a\nb"), "a?b");
	assert_string_equal(text_safe(buf, "office-a"), "office-a");
}

static void test_copy_cuts(void **state)
{
	(void)state;
	char buf[4];
	text_copy(buf, sizeof buf, "abcdef");
	assert_string_equal(buf, "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shrinks_written_numbers_only),
	    cmocka_unit_test(test_safe_names_cannot_forge_a_log_line),
	    cmocka_unit_test(test_copy_cuts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
