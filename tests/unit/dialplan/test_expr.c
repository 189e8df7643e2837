#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "dialplan/expr.h"

static void test_values(void **state)
{
	(void)state;
	static const struct { const char *text, *value; } rows[] = {
		{"1+2*3", "7"},            {"(1 + 2) * 3", "9"},     {"7 / 2", "3.5"},           {"7 % 4", "3"},            {"-3 + 1", "-2"},
		{"2 - -2", "4"},           {"1 = 1", "1"},           {"01 = 1", "1"},            {"\"01\" = \"1\"", "0"},   {"abc = abc", "1"},
		{"\"\" = \"\"", "1"},      {"a != b", "1"},          {"2 < 10", "1"},            {"b > a", "1"},            {"2 >= 2", "1"},
		{"3 <= 2", "0"},           {"0 | 5", "5"},           {"4 | 5", "4"},             {"4 & 5", "4"},            {"0 & 5", "0"},
		{"1 && 0", "0"},           {"0 || 0", "0"},          {"!0", "1"},                {"!5", "0"},               {"!\"\"", "1"},
		{"1 ? yes :: no", "yes"},  {"0 ? yes :: no", "no"},  {"0 ? a :: 1 ? b :: c", "b"}, {"abc : ab", "2"},       {"abc : bc", "0"},
		{"\"abc\" =~ \"bc\"", "2"}, {"\"abc\" =~ \"(b.)\"", "bc"}, {"\"xyz\" =~ \"(b.)\"", ""}, {"abc ~~ def", "abcdef"},
		{"1.5 + 1.5", "3"},        {"", ""},                 {"42", "42"},               {"\"a b\"", "\"a b\""},
		{"1 + 2 = 3 & 4", "1"},    {"10 - 2 - 3", "5"},      {"2 * 3 % 4", "2"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct strbuf out = STRBUF_EMPTY;
		const char *why = NULL;
		int rc = expr_eval(&out, rows[i].text, &why);
		if (rc != 0 || strcmp(strbuf_text(&out), rows[i].value) != 0)
			fail_msg("%s: %d '%s' %s, not '%s'", rows[i].text, rc, strbuf_text(&out), why ? why : "", rows[i].value);
		strbuf_fini(&out);
	}
}

/* What is wrong is said, and has the value that Asterisk gives it. */
static void test_mistakes(void **state)
{
	(void)state;
	static const struct { const char *text, *value; } rows[] = {
		{"= 1", ""},       {"* 3", ""},        {"~", ""},          {"\"open", ""},   {"1 +", "0"},       {"(1", "0"},        {"1 ? 2", "0"},
		{"1 ? :: 2", "0"}, {"1)", "1"},        {"1 2", "1"},       {"a ~ b", "a"},   {"3 \"open", "3"}, {"1,2", "1"},       {"ABS(-1)", "0"},
		{"ABS(1", "0"},    {"2 + F(1,2)", "2"}, {"1 / 0", "2147483647"}, {"5 % 0", "0"}, {"a + 0", "0"}, {"a / b", "0"},     {"a =~ \"(\"", ""},
		{"a =~ \"((a{200}){200}){200}\"", ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct strbuf out = STRBUF_EMPTY;
		const char *why = NULL;
		assert_int_equal(expr_eval(&out, rows[i].text, &why), 0);
		if (!why || strcmp(strbuf_text(&out), rows[i].value) != 0)
			fail_msg("%s: '%s' (%s), not '%s'", rows[i].text, strbuf_text(&out), why ? why : "", rows[i].value);
		strbuf_fini(&out);
	}
}

static void test_depth_is_limited(void **state)
{
	(void)state;
	char text[4001];
	memset(text, '(', 4000);
	text[4000] = '\0';
	struct strbuf out = STRBUF_EMPTY;
	const char *why;
	assert_int_equal(expr_eval(&out, text, &why), 0);
	assert_non_null(strstr(why, "too deeply"));
	memset(text, '-', 4000);
	assert_int_equal(expr_eval(&out, text, &why), 0);
	assert_non_null(strstr(why, "too deeply"));
	assert_string_equal(strbuf_text(&out), "00");
	strbuf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values), cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_depth_is_limited),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
