/* What was seen on a real Asterisk 22, by tests/data/asterisk22; tandem has to do the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dialplan/func.h"
#include "fake.h"

static char *read_file(const char *name)
{
	char path[300];
	struct strbuf text = STRBUF_EMPTY;
	snprintf(path, sizeof path, "%s/%s", DATA_DIR, name);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	for (int c; (c = fgetc(file)) != EOF;)
		strbuf_add_char(&text, (char)c);
	fclose(file);
	assert_non_null(text.text);
	return text.text;
}

/* Calls `fn` for each line that is no comment, with its columns; how many there were. */
static size_t each_line(const char *name, void (*fn)(char **column, void *arg), void *arg)
{
	char *text = read_file(name), *rest = text, *line;
	size_t count = 0;
	while ((line = strsep(&rest, "\n"))) {
		char nothing[1] = "", *column[4] = {nothing, nothing, nothing, nothing};
		if (!line[0] || (line[0] == '#' && line[1] == ' '))
			continue;
		for (size_t i = 0; i < 4 && line; i++)
			column[i] = strsep(&line, "\t");
		fn(column, arg);
		count++;
	}
	free(text);
	return count;
}

static void check_pattern(char **column, void *arg)
{
	const struct dialplan_step *step = dialplan_step(arg, column[0], column[1], column[2], 1);
	const char *found = step ? step->data : "";
	if (strcmp(found, column[3]) != 0)
		fail_msg("%s in %s, called by '%s': '%s', not '%s'", column[1], column[0], column[2], found, column[3]);
}

static void test_patterns(void **state)
{
	(void)state;
	struct dialplan *dp;
	struct diag diag;
	char *text = read_file("patterns.conf");
	diag_init(&diag);
	assert_int_equal(fake_load(&dp, text, &diag), 0);
	assert_true(each_line("patterns.tsv", check_pattern, dp) > 700);
	dialplan_unref(dp);
	diag_fini(&diag);
	free(text);
}

static void set(const struct subst_env *env, char *line)
{
	struct strbuf text = STRBUF_EMPTY;
	assert_int_equal(subst(&text, env, line), 0);
	char *equals = strchr(text.text, '=');
	assert_non_null(equals);
	*equals = '\0';
	if (strchr(text.text, '('))
		func_write(env, text.text, equals + 1);
	else
		assert_int_equal(vars_set(&env->ch->vars, text.text, equals + 1), 0);
	strbuf_fini(&text);
}

static void check_text(char **column, void *arg)
{
	const struct subst_env *env = arg;
	struct strbuf out = STRBUF_EMPTY;
	if (column[0][0] == '!') {
		set(env, column[0] + 1);
		return;
	}
	assert_int_equal(subst(&out, env, column[0]), 0);
	if (strcmp(strbuf_text(&out), column[1]) != 0)
		fail_msg("%s: '%s', not '%s'", column[0], strbuf_text(&out), column[1]);
	strbuf_fini(&out);
}

static void test_texts(void **state)
{
	(void)state;
	struct fake fake;
	fake_init(&fake, "[globals]\nGV=glob\nGN=12\n[drv]\nexten => s,1,NoOp()\n");
	struct fake_channel *fc = fake_channel(&fake, "caller");
	struct subst_env env = {.pbx = &fake.pbx, .ch = &fc->ch, .globals = &fake.pbx.globals, .place = "texts.tsv"};
	snprintf(fc->ch.context, sizeof fc->ch.context, "drv");
	snprintf(fc->ch.exten, sizeof fc->ch.exten, "s");
	snprintf(fc->ch.language, sizeof fc->ch.language, "en");
	snprintf(fc->ch.name, sizeof fc->ch.name, "Local/s@drv-00000001;2");
	fc->ch.caller_number[0] = fc->ch.caller_name[0] = '\0';
	fc->ch.caller_pres = 0x43;
	assert_true(each_line("texts.tsv", check_text, &env) > 700);
	channel_del(&fc->ch);
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_patterns), cmocka_unit_test(test_texts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
