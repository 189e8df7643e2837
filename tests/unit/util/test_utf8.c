#include "util/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_well_formed_characters(void **state)
{
	(void)state;
	static const char *const good[] = {
		"a", "\x7f", "\xc3\xa4", "\xe2\x82\xac", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x9f\x93\x9e", "\xf4\x8f\xbf\xbf"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(utf8_char_len(good[i], strlen(good[i])), strlen(good[i]));
	}
}

static void test_ill_formed_bytes(void **state)
{
	(void)state;
	static const char *const bad[] = {"\x80",
	                                  "\xc0\x80",
	                                  "\xc1\xbf",
	                                  "\xe0\x9f\x80",
	                                  "\xed\xa0\x80",
	                                  "\xf0\x8f\x80\x80",
	                                  "\xf4\x90\x80\x80",
	                                  "\xf5\x80\x80\x80",
	                                  "\xff",
	                                  "\xe2\x82x",
	                                  "\xc3x"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(utf8_char_len(bad[i], strlen(bad[i])), 0);
	}
}

static void test_never_reads_beyond_what_there_is(void **state)
{
	(void)state;
	static const char euro[] = {'\xe2', '\x82', '\xac'};

	assert_int_equal(utf8_char_len(euro, 0), 0);
	assert_int_equal(utf8_char_len(euro, 1), 0);
	assert_int_equal(utf8_char_len(euro, 2), 0);
	assert_int_equal(utf8_char_len(euro, 3), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_well_formed_characters),
		cmocka_unit_test(test_ill_formed_bytes),
		cmocka_unit_test(test_never_reads_beyond_what_there_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
