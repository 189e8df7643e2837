#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "dialplan/vars.h"

static void collect(const char *name, const char *value, void *arg)
{
	char *out = arg;
	snprintf(out + strlen(out), 200 - strlen(out), "%s=%s;", name, value);
}

static void test_set_get_remove(void **state)
{
	(void)state;
	struct vars v;
	vars_init(&v);
	assert_null(vars_get(&v, "A"));
	vars_set(&v, "A", "1");
	vars_set(&v, "b", "2");
	vars_set(&v, "A", "3");
	assert_string_equal(vars_get(&v, "A"), "3");
	assert_null(vars_get(&v, "a"));
	char all[200] = "";
	vars_each(&v, collect, all);
	assert_string_equal(all, "A=3;b=2;");
	vars_set(&v, "A", "");
	assert_null(vars_get(&v, "A"));
	vars_set(&v, "b", NULL);
	vars_set(&v, "never", NULL);
	assert_null(v.first);
	vars_fini(&v);
}

static void test_inheritance(void **state)
{
	(void)state;
	struct vars from, to, third;
	vars_init(&from);
	vars_init(&to);
	vars_init(&third);
	vars_set(&from, "own", "1");
	vars_set(&from, "_once", "2");
	vars_set(&from, "__ever", "3");
	assert_string_equal(vars_get(&from, "once"), "2");
	assert_string_equal(vars_get(&from, "ever"), "3");
	vars_inherit(&to, &from);
	vars_inherit(&third, &to);
	char all[200] = "";
	vars_each(&to, collect, all);
	assert_string_equal(all, "once=2;__ever=3;");
	all[0] = '\0';
	vars_each(&third, collect, all);
	assert_string_equal(all, "__ever=3;");
	/* The same variable under another degree of inheritance replaces it. */
	vars_set(&third, "ever", "4");
	all[0] = '\0';
	vars_each(&third, collect, all);
	assert_string_equal(all, "ever=4;");
	vars_fini(&from);
	vars_fini(&to);
	vars_fini(&third);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_set_get_remove), cmocka_unit_test(test_inheritance)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
