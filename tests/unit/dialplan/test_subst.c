#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"

#include "dialplan/func.h"
#include "dialplan/subst.h"

static struct fake fake;

static void check(struct channel *ch, const char *text, const char *value)
{
	struct subst_env env = {.pbx = &fake.pbx, .ch = ch, .globals = &fake.pbx.globals, .place = "extensions.conf:7"};
	struct strbuf out = STRBUF_EMPTY;
	assert_int_equal(subst(&out, &env, text), 0);
	if (strcmp(strbuf_text(&out), value) != 0)
		fail_msg("%s: '%s', not '%s'", text, strbuf_text(&out), value);
	strbuf_fini(&out);
}

static struct channel *prepare(void)
{
	fake_init(&fake, NULL);
	struct channel *ch = &fake_channel(&fake, "a")->ch;
	strcpy(ch->exten, "9123456");
	strcpy(ch->context, "office");
	ch->priority = 3;
	ch->hangup_cause = 17;
	strcpy(ch->caller_number, "100");
	strcpy(ch->caller_name, "Ann");
	strcpy(ch->language, "de");
	vars_set(&ch->vars, "X", "EXTEN");
	vars_set(&ch->vars, "V", "abcdef");
	vars_set(&fake.pbx.globals, "V", "global");
	vars_set(&fake.pbx.globals, "G", "only");
	return ch;
}

static void test_values(void **state)
{
	(void)state;
	struct channel *ch = prepare();
	static const struct { const char *text, *value; } rows[] = {
		{"plain", "plain"}, {"$5 and $", "$5 and $"}, {"${EXTEN}", "9123456"}, {"${EXTEN:1}", "123456"}, {"${EXTEN:-4}", "3456"},
		{"${EXTEN:1:3}", "123"}, {"${EXTEN:0:-2}", "91234"}, {"${EXTEN:-4:2}", "34"}, {"${EXTEN:-4:-1}", "345"}, {"${EXTEN:99}", ""},
		{"${EXTEN:-99}", "9123456"}, {"${EXTEN:2:0}", ""}, {"${EXTEN:0:-99}", ""}, {"${${X}}", "9123456"}, {"${${X}:1}", "123456"},
		{"${CONTEXT}-${PRIORITY}", "office-3"}, {"${CHANNEL}", "Test/a"}, {"${UNIQUEID}", "1700000000.0"}, {"${EPOCH}", "1700001000"},
		{"${HANGUPCAUSE}", "17"}, {"${V}${G}${NONE}.", "abcdefonly."}, {"${GLOBAL(V)}", "global"}, {"${CALLERID(num)}", "100"},
		{"${CALLERID(all)}", "\"Ann\" <100>"}, {"${CALLERID(name):1}", "nn"}, {"${CHANNEL(language)}", "de"}, {"${CHANNEL(name)}", "Test/a"},
		{"${LEN(${V})}", "6"}, {"${IF($[1 = 1]?yes:no)}", "yes"}, {"${IF(0?\"a\":\"b\")}", "\"b\""}, {"${EXISTS(${V})}${EXISTS(${NONE})}", "10"},
		{"${ISNULL()}", "1"}, {"$[1 + ${PRIORITY}]", "4"}, {"$[\"${NONE}\" = \"\"]", "1"}, {"a$[2*3]b", "a6b"}, {"${V:abc}", "abcdef"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(ch, rows[i].text, rows[i].value);
	assert_string_equal(fake.logged, "");
	fake_fini(&fake);
}

static void test_mistakes_are_said_with_their_place(void **state)
{
	(void)state;
	static const struct { const char *text, *value, *said; } rows[] = {
		{"${NOSUCH(1)}", "", "no function NOSUCH"}, {"a${EXTEN", "a9123456", "not closed"}, {"$[1 +]", "0", "$[1 +]"},
		{"${CALLERID(shoe)}", "", "makes no sense"}, {"$[1/0]", "2147483647", "division by zero"}, {"${LEN(abc}", "3", "closing parenthesis"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct channel *ch = prepare();
		check(ch, rows[i].text, rows[i].value);
		assert_non_null(strstr(fake.logged, rows[i].said));
		assert_non_null(strstr(fake.logged, "extensions.conf:7: "));
		fake_fini(&fake);
	}
}

static void test_limits(void **state)
{
	(void)state;
	struct channel *ch = prepare();
	struct subst_env env = {.pbx = &fake.pbx, .ch = ch, .globals = &fake.pbx.globals, .place = "extensions.conf:7"};
	struct strbuf out = STRBUF_EMPTY, text = STRBUF_EMPTY;
	for (int i = 0; i < 1000; i++)
		strbuf_add(&text, "${V}");
	subst(&out, &env, text.text);
	assert_int_equal(out.len, SUBST_MAX);
	assert_non_null(strstr(fake.logged, "was cut"));
	strbuf_clear(&text);
	strbuf_clear(&out);
	for (int i = 0; i < 5000; i++)
		strbuf_add(&text, "${");
	subst(&out, &env, text.text);
	assert_non_null(strstr(fake.logged, "nested more than"));
	strbuf_fini(&out);
	strbuf_fini(&text);
	fake_fini(&fake);
}

static void test_functions_that_can_be_set(void **state)
{
	(void)state;
	struct channel *ch = prepare();
	struct subst_env env = {.pbx = &fake.pbx, .ch = ch, .globals = &fake.pbx.globals, .place = "extensions.conf:7"};
	func_write(&env, "CALLERID(all)", "\"Bob B\" <200>");
	assert_string_equal(ch->caller_name, "Bob B");
	assert_string_equal(ch->caller_number, "200");
	func_write(&env, "CALLERID(num)", "300");
	func_write(&env, "CHANNEL(language)", "fr");
	func_write(&env, "GLOBAL(NEW)", "1");
	check(ch, "${CALLERID(num)}${CHANNEL(language)}${NEW}", "300fr1");
	func_write(&env, "LEN(x)", "1");
	assert_non_null(strstr(fake.logged, "can't be set"));
	char longer[500];
	memset(longer, 'x', 499);
	longer[499] = '\0';
	func_write(&env, "CALLERID(name)", longer);
	assert_int_equal(strlen(ch->caller_name), sizeof ch->caller_name - 1);
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values), cmocka_unit_test(test_mistakes_are_said_with_their_place), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_functions_that_can_be_set),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
