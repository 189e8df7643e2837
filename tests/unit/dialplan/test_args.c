#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "dialplan/args.h"

static void test_trim(void **state)
{
	(void)state;
	char text[] = " \t a b \n", blank[] = "   ", empty[] = "";
	assert_string_equal(args_trim(text), "a b");
	assert_string_equal(args_trim(blank), "");
	assert_string_equal(args_trim(empty), "");
}

static void test_split(void **state)
{
	(void)state;
	static const struct { const char *text, *part[3]; size_t count; } rows[] = {
		{"a, b ,c", {"a", "b", "c"}, 3}, {"a,b,c,d", {"a", "b", "c,d"}, 3}, {"a", {"a", "", ""}, 1},       {"", {"", "", ""}, 1},
		{",,", {"", "", ""}, 3},         {"f(x,y),b", {"f(x,y)", "b", ""}, 2}, {"\"x,y\",b", {"\"x,y\"", "b", ""}, 2}, {"a\\,b,c", {"a\\,b", "c", ""}, 2},
		{"a),b", {"a)", "b", ""}, 2},    {"(a,b", {"(a,b", "", ""}, 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char copy[40], *part[3];
		snprintf(copy, sizeof copy, "%s", rows[i].text);
		assert_int_equal(args_split(copy, part, 3), rows[i].count);
		for (size_t k = 0; k < 3; k++)
			assert_string_equal(part[k], rows[i].part[k]);
	}
}

static void test_true(void **state)
{
	(void)state;
	static const char *const yes[] = {"1", "-1", "a", "a0", "+5", "007", " ", "\"0\""}, *const no[] = {"", "0", "00", "0a", "0.5", " 0", "-0"};
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		assert_true(args_true(yes[i]));
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(args_true(no[i]));
}

static void test_unquote(void **state)
{
	(void)state;
	static const char *const rows[][2] = {{"a", "a"}, {"\"a b\"", "a b"}, {"a\"b\"c", "abc"}, {"a\\\"b", "a\"b"}, {"a\\", "a\\"}, {"\\\\", "\\"}, {"", ""}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char copy[20];
		snprintf(copy, sizeof copy, "%s", rows[i][0]);
		args_unquote(copy);
		assert_string_equal(copy, rows[i][1]);
	}
}

static void test_seconds(void **state)
{
	(void)state;
	assert_true(args_seconds_ns("1.5") == 1500000000LL);
	assert_true(args_seconds_ns(".25") == 250000000LL);
	assert_true(args_seconds_ns("0") == 0);
	assert_true(args_seconds_ns("99999999999999") == 10LL * 365 * 86400 * 1000000000LL);
	static const char *const bad[] = {"", "-1", "a", "1a", "1 ", "nan", "inf", "."};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_true(args_seconds_ns(bad[i]) == -1);
}

static void test_choice(void **state)
{
	(void)state;
	static const struct { const char *text, *condition, *yes, *no; } rows[] = {
		{"1?a:b", "1", "a", "b"}, {" x ? a : b ", "x", "a", "b"}, {"1?a", "1", "a", ""}, {"?a:b", "", "a", "b"}, {"\"a?b\"?c:d", "\"a?b\"", "c", "d"},
		{"1?f(a:b):c", "1", "f(a:b)", "c"}, {"\"1?a", "\"1", "a", ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char copy[40], *condition, *yes, *no;
		snprintf(copy, sizeof copy, "%s", rows[i].text);
		assert_true(args_choice(copy, &condition, &yes, &no));
		assert_string_equal(condition, rows[i].condition);
		assert_string_equal(yes, rows[i].yes);
		assert_string_equal(no, rows[i].no);
	}
	char none[] = "1:2", *condition, *yes, *no;
	assert_false(args_choice(none, &condition, &yes, &no));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trim), cmocka_unit_test(test_split), cmocka_unit_test(test_true), cmocka_unit_test(test_unquote),
		cmocka_unit_test(test_seconds), cmocka_unit_test(test_choice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
