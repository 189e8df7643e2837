#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "args.h"

#define WORDS_MAX 64
static char words[WORDS_MAX][128];
static char *argv[WORDS_MAX + 1];
static struct strbuf why;

/* Parses a command line of words separated by |. */
static int parse(struct args *args, const char *line)
{
	int argc = 0;

	snprintf(words[argc++], sizeof words[0], "iaxcall");
	while (*line) {
		size_t len = strcspn(line, "|");

		snprintf(words[argc++], sizeof words[0], "%.*s", (int)len, line);
		line += len + (line[len] == '|');
	}
	for (int i = 0; i < argc; i++)
		argv[i] = words[i];
	argv[argc] = NULL;
	strbuf_clear(&why);
	return args_parse(args, argc, argv, &why);
}

static int set_up(void **state)
{
	(void)state;
	return unsetenv("IAXCALL_SECRET");
}

static int tear_down(void **state)
{
	(void)state;
	strbuf_fini(&why);
	return 0;
}

static void test_a_plain_call(void **state)
{
	struct args args;

	(void)state;
	assert_int_equal(parse(&args, "iax2:bob@host/200"), 0);
	assert_string_equal(args.call.user, "bob");
	assert_string_equal(args.call.exten, "200");
	assert_true(args.timeout_s == 60);
	assert_true(args.duration_s == 0);
	assert_int_equal(iax2_prefs_mask(&args.formats), IAX2_FORMAT_ULAW | IAX2_FORMAT_ALAW);
	assert_int_equal(args.max_calls, 1);
	assert_null(args.send);
	args_fini(&args);
}

static void test_all_options(void **state)
{
	struct args args;

	(void)state;
	assert_int_equal(parse(&args, "--send=tone:440|-o|r.wav|--audio|null|--dtmf|1w2#|--text|hello|-d|2.5|-t|7|-f|alaw,ulaw|"
	                              "-vv|--json|iax2:host/1"), 0);
	assert_string_equal(args.send, "tone:440");
	assert_string_equal(args.record, "r.wav");
	assert_string_equal(args.dtmf, "1w2#");
	assert_string_equal(args.text, "hello");
	assert_true(args.duration_s == 2.5);
	assert_true(args.timeout_s == 7);
	assert_int_equal(args.formats.bit[0], IAX2_BIT_ALAW);
	assert_int_equal(args.trace, 2);
	assert_true(args.json);
	args_fini(&args);
	assert_int_equal(parse(&args, "--answer|--ring|3|--calls|2|--max-calls|4|--reject=34|--bind|127.0.0.1"), 0);
	assert_true(args.answer);
	assert_true(args.ring_s == 3);
	assert_int_equal(args.calls, 2);
	assert_int_equal(args.max_calls, 4);
	assert_int_equal(args.reject_cause, 34);
	assert_int_equal(args.bind.port, IAX2_PORT);
	args_fini(&args);
	assert_int_equal(parse(&args, "--answer|--reject"), 0);
	assert_int_equal(args.reject_cause, 21);
	args_fini(&args);
	assert_int_equal(parse(&args, "--bind|127.0.0.1|--answer|--register|iax2:bob@host:4570"), 0);
	assert_int_equal(args.bind.port, 0);
	assert_int_equal(args.registrar.port, 4570);
	args_fini(&args);
	assert_int_equal(parse(&args, "--bind|127.0.0.1:0|--answer"), 0);
	assert_int_equal(args.bind.port, 0);
	args_fini(&args);
}

static void test_caller_id(void **state)
{
	static const char *const rows[][3] = {
		{"Bob <200>", "200", "Bob"}, {"<200>", "200", NULL}, {"200", "200", NULL}, {"Bob Smith", NULL, "Bob Smith"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct args args;
		char line[64];

		snprintf(line, sizeof line, "-c|%s|iax2:host/1", rows[i][0]);
		assert_int_equal(parse(&args, line), 0);
		assert_true(rows[i][1] ? args.caller_number && !strcmp(args.caller_number, rows[i][1]) : !args.caller_number);
		assert_true(rows[i][2] ? args.caller_name && !strcmp(args.caller_name, rows[i][2]) : !args.caller_name);
		args_fini(&args);
	}
}

static void test_mistakes_get_words(void **state)
{
	static const char *const rows[][2] = {
		{"", "whom to call"},
		{"--nonsense|iax2:host/1", "--nonsense: unknown option"},
		{"--send", "--send: a value is missing"},
		{"-x|iax2:host/1", "-x: unknown option"},
		{"host/1", "does not begin with iax2:"},
		{"iax2:host/1|iax2:host/2", "only one"},
		{"--dtmf|12x|iax2:host/1", "digits"},
		{"--duration|0|iax2:host/1", "seconds"},
		{"--duration|nan|iax2:host/1", "seconds"},
		{"--timeout|5x|iax2:host/1", "seconds"},
		{"--calls|0|--answer", "number from 1"},
		{"--calls|-1|--answer", "number from 1"},
		{"--format|gsm|iax2:host/1", "ulaw, alaw, slin"},
		{"--format|nothing|iax2:host/1", "ulaw, alaw, slin"},
		{"--bind|localhost|iax2:host/1", "numeric address"},
		{"--reject=200|--answer", "cause from 1"},
		{"--register|iax2:host|--answer", "iax2:user"},
		{"--register|iax2:bob@host/200|--answer", "iax2:user"},
		{"--answer|iax2:host/1", "either calls or takes"},
		{"--busy|iax2:host/1", "go with --answer"},
		{"--answer|--echo|--send|tone", "can't both"},
		{"--caller-id|Bob <200|iax2:host/1", "Name <number>"},
		{"--secret-file|/nonexistent|iax2:bob@host/1", "/nonexistent: No such file"},
		{"--secret-file|/dev/null|iax2:bob@host/1", "no secret"},
		{"--send||iax2:host/1", "expected"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct args args;

		if (parse(&args, rows[i][0]) == 0 || !strstr(strbuf_text(&why), rows[i][1]))
			fail_msg("\"%s\" gave \"%s\", not \"%s\"", rows[i][0], strbuf_text(&why), rows[i][1]);
		args_fini(&args);
	}
}

static void test_secrets(void **state)
{
	char path[] = "/tmp/tandem-secret-XXXXXX", line[128];
	struct args args;
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(write(fd, "from file\nsecond line\n", 22), 22);
	close(fd);
	setenv("IAXCALL_SECRET", "from env", 1);
	assert_int_equal(parse(&args, "iax2:bob@host/1"), 0);
	assert_string_equal(args.call.secret, "from env");
	args_fini(&args);
	snprintf(line, sizeof line, "--secret-file|%s|iax2:bob@host/1", path);
	assert_int_equal(parse(&args, line), 0);
	assert_string_equal(args.call.secret, "from file");
	args_fini(&args);
	assert_int_equal(parse(&args, "iax2:bob:from_url@host/1"), 0);
	assert_string_equal(args.call.secret, "from_url");
	assert_string_equal(words[1], "iax2:bob:xxxxxxxx@host/1");
	args_fini(&args);
	assert_int_equal(parse(&args, "iax2:host/1"), 0);   /* no user: nobody whose secret it could be */
	assert_null(args.call.secret);
	args_fini(&args);
	assert_int_equal(parse(&args, "--answer|--register|iax2:bob:abc@host"), 0);
	assert_string_equal(args.registrar.secret, "abc");
	assert_string_equal(words[3], "iax2:bob:xxx@host");
	args_fini(&args);
	unlink(path);
	unsetenv("IAXCALL_SECRET");
}

static void test_help_needs_nothing_else(void **state)
{
	struct args args;

	(void)state;
	assert_int_equal(parse(&args, "--help"), 0);
	assert_true(args.help);
	args_fini(&args);
	assert_int_equal(parse(&args, "-V"), 0);
	assert_true(args.version);
	args_fini(&args);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plain_call),
		cmocka_unit_test(test_all_options),
		cmocka_unit_test(test_caller_id),
		cmocka_unit_test(test_mistakes_get_words),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_help_needs_nothing_else),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
