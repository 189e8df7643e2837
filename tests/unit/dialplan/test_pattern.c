#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dialplan/dialplan.h"
#include "dialplan/pattern.h"

enum { E = DIALPLAN_EXISTS, C = DIALPLAN_CAN_MATCH, M = DIALPLAN_MATCH_MORE };

static void test_match_table(void **state)
{
	(void)state;
	static const struct { const char *pattern, *number; int how; } rows[] = {
		{"100", "100", E | C},          {"100", "10", C | M},        {"100", "1000", 0},        {"100", "", C | M},
		{"_2XX", "200", E | C},         {"_2XX", "2a0", 0},          {"_2XX", "20", C | M},     {"_2XX", "2000", 0},
		{"_Z", "0", 0},                 {"_Z", "1", E | C},          {"_N", "1", 0},            {"_N", "2", E | C},
		{"_x", "0", E | C},             {"_[1-5a]", "3", E | C},     {"_[1-5a]", "a", E | C},   {"_[1-5a]", "6", 0},
		{"_[1-5a]X", "a", C | M},       {"_[-1]", "-", E | C},       {"_9.", "9", C | M},       {"_9.", "91", E | C | M},
		{"_9!", "9", E | C | M},        {"_9!", "", C | M},          {"_9!", "98", E | C | M},  {"_.", "", C | M},
		{"_!", "", E | C | M},          {"_fab", "fab", E | C},      {"_X", "*", 0},            {"s", "s", E | C},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (pattern_match(rows[i].pattern, rows[i].number) != rows[i].how)
			fail_msg("%s against '%s': %d, not %d", rows[i].pattern, rows[i].number, pattern_match(rows[i].pattern, rows[i].number),
				rows[i].how);
	}
}

static void test_order(void **state)
{
	(void)state;
	/* Each is preferred to all that follow. */
	static const char *const order[] = {"100", "_100", "_10[1-3]", "_10N", "_10Z", "_10X", "_10X.", "_1[2-3]X", "_1XX", "_NXX", "_XXX", "_X.", "_X!", "_.", "_!"};
	for (size_t a = 0; a < sizeof order / sizeof *order; a++) {
		for (size_t b = 0; b < sizeof order / sizeof *order; b++) {
			int cmp = pattern_compare(order[a], order[b]);
			int want = a < b ? -1 : a > b;
			if (strcmp(order[a], "_10X") == 0 && strcmp(order[b], "_10X.") == 0)
				want = 1;
			if (strcmp(order[b], "_10X") == 0 && strcmp(order[a], "_10X.") == 0)
				want = -1;
			if ((cmp > 0) - (cmp < 0) != want)
				fail_msg("%s against %s: %d", order[a], order[b], cmp);
		}
	}
}

static void test_strip_and_check(void **state)
{
	(void)state;
	char out[20];
	pattern_strip(out, sizeof out, "_1-2[3-5]-X");
	assert_string_equal(out, "_12[3-5]X");
	pattern_strip(out, sizeof out, "555-12 34");
	assert_string_equal(out, "5551234");
	assert_null(pattern_check("_X."));
	assert_null(pattern_check("any[thing"));
	assert_non_null(pattern_check("_"));
	assert_non_null(pattern_check("_[12"));
	assert_non_null(pattern_check("_[]"));
	assert_non_null(pattern_check("_X.X"));
}

/* The obvious matcher: tries all ways. */
static int slow_exists(const char *p, const char *n)
{
	if (!*p)
		return !*n;
	if (*p == '.')
		return *n != '\0';
	if (*p == '!')
		return 1;
	if (!*n)
		return 0;
	const char *set = *p == 'X' ? "0123456789" : *p == 'Z' ? "123456789" : *p == 'N' ? "23456789" : NULL;
	const char *after = p + 1;
	char own[16] = {*p};
	if (*p == '[') {
		size_t k = 0;
		for (after = p + 1; *after != ']'; after++)
			own[k++] = *after;
		own[k] = '\0';
		after++;
	}
	return strchr(set ? set : own, *n) && slow_exists(after, n + 1);
}

static int slow_more(const char *p, const char *n, int depth)
{
	static const char alphabet[] = "0123a";
	char longer[16];
	size_t len = strlen(n);
	if (depth == 0)
		return 0;
	for (const char *c = alphabet; *c; c++) {
		memcpy(longer, n, len);
		longer[len] = *c;
		longer[len + 1] = '\0';
		if (slow_exists(p, longer) || slow_more(p, longer, depth - 1))
			return 1;
	}
	return 0;
}

static void test_against_the_obvious_matcher(void **state)
{
	(void)state;
	static const char *const pieces[] = {"X", "Z", "N", "[01]", "[2a]", "1", "a", "2"};
	srand(4569);
	for (int round = 0; round < 3000; round++) {
		char pattern[40] = "_", number[8];
		int places = 1 + rand() % 3, digits = rand() % 4;
		for (int i = 0; i < places; i++)
			strcat(pattern, pieces[rand() % 8]);
		if (rand() % 3 == 0)
			strcat(pattern, rand() % 2 ? "." : "!");
		for (int i = 0; i < digits; i++)
			number[i] = "0123a"[rand() % 5];
		number[digits] = '\0';
		int exists = slow_exists(pattern + 1, number), more = slow_more(pattern + 1, number, 4);
		int want = (exists ? E : 0) | (more ? M : 0) | (exists || more ? C : 0);
		if (pattern_match(pattern, number) != want)
			fail_msg("%s against '%s': %d, not %d", pattern, number, pattern_match(pattern, number), want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match_table), cmocka_unit_test(test_order), cmocka_unit_test(test_strip_and_check),
		cmocka_unit_test(test_against_the_obvious_matcher),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
