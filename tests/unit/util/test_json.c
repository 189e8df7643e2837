#include "util/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

static void test_every_kind_of_value(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_EMPTY;
	struct json j;

	json_init(&j, &sb);
	json_object_begin(&j, NULL);
	json_string(&j, "s", "x");
	json_string(&j, "none", NULL);
	json_int(&j, "i", INT64_MIN);
	json_double(&j, "d", 0.5);
	json_double(&j, "inf", INFINITY);
	json_bool(&j, "b", true);
	json_null(&j, "n");
	json_array_begin(&j, "a");
	json_int(&j, NULL, 1);
	json_array_begin(&j, NULL);
	json_array_end(&j);
	json_object_begin(&j, NULL);
	json_object_end(&j);
	json_int(&j, NULL, 2);
	json_array_end(&j);
	json_bool(&j, "last", false);
	json_object_end(&j);
	assert_string_equal(strbuf_text(&sb),
	                    "{\"s\":\"x\",\"none\":null,\"i\":-9223372036854775808,\"d\":0.5,\"inf\":null,\"b\":true,\"n\":null,"
	                    "\"a\":[1,[],{},2],\"last\":false}");
	strbuf_fini(&sb);
}

static void test_strings_are_escaped(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"a\"b\\c", "\"a\\\"b\\\\c\""},
		{"\n\r\t\b\f", "\"\\n\\r\\t\\b\\f\""},
		{"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
		{"\xc3\xa4\xe2\x82\xac", "\"\xc3\xa4\xe2\x82\xac\""},
		{"\xff"
	     "a\xe2\x82",
	     "\"\xef\xbf\xbd"
	     "a\xef\xbf\xbd\xef\xbf\xbd\""},
		{"", "\"\""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf sb = STRBUF_EMPTY;
		struct json j;
		json_init(&j, &sb);
		json_string(&j, NULL, cases[i].in);
		assert_string_equal(strbuf_text(&sb), cases[i].out);
		strbuf_fini(&sb);
	}
}

static void test_names_are_escaped(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_EMPTY;
	struct json j;

	json_init(&j, &sb);
	json_int(&j, "a\"b", 1);
	assert_string_equal(strbuf_text(&sb), "\"a\\\"b\":1");
	strbuf_fini(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_of_value),
		cmocka_unit_test(test_strings_are_escaped),
		cmocka_unit_test(test_names_are_escaped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
