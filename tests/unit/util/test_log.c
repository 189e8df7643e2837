#include "util/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64], path[96];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/test_log_XXXXXX");
	if (!mkdtemp(dir)) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/messages", dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	log_close();
	log_set_sink(NULL, NULL);
	unlink(path);
	rmdir(dir);
	return 0;
}

/* What stands in a file; a static buffer. */
static const char *content(const char *file)
{
	static char text[20000];
	FILE *f = fopen(file, "r");

	assert_non_null(f);
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static void test_line_format(void **state)
{
	(void)state;
	unsigned y, mo, d, h, mi, s;
	long pid;
	char rest[64] = "";

	assert_int_equal(log_open(path, LOG_LEVEL_NOTICE), 0);
	log_notice("peer '%s' is up\n", "office-b");
	assert_int_equal(
		sscanf(content(path), "[%4u-%2u-%2u %2u:%2u:%2u] NOTICE[%ld] %63[^\n]", &y, &mo, &d, &h, &mi, &s, &pid, rest), 8);
	assert_int_equal(pid, getpid());
	assert_string_equal(rest, "peer 'office-b' is up");
	assert_int_equal(strchr(content(path), '\n')[1], '\0');
}

static void test_levels(void **state)
{
	(void)state;
	assert_int_equal(log_open(path, LOG_LEVEL_WARNING), 0);
	log_error("one");
	log_warning("two");
	log_notice("three");
	log_set_level(LOG_LEVEL_DEBUG);
	assert_int_equal(log_level(), LOG_LEVEL_DEBUG);
	log_debug("four");
	assert_non_null(strstr(content(path), "ERROR"));
	assert_non_null(strstr(content(path), "WARNING"));
	assert_null(strstr(content(path), "three"));
	assert_non_null(strstr(content(path), "four"));
}

static void test_nothing_forges_a_line(void **state)
{
	(void)state;
	assert_int_equal(log_open(path, LOG_LEVEL_NOTICE), 0);
	log_notice("%s", "a\nERROR b\x1b[2J\x7f\xff \xc3\xa4 \xc2\x9b");
	assert_non_null(strstr(content(path), "a\\x0aERROR b\\x1b[2J\\x7f\\xff \xc3\xa4 \\xc2\\x9b\n"));
	assert_ptr_equal(strchr(content(path), '\n'), strrchr(content(path), '\n'));
}

static void test_long_lines_are_cut(void **state)
{
	(void)state;
	static char big[10000];

	memset(big, 'x', sizeof(big) - 1);
	assert_int_equal(log_open(path, LOG_LEVEL_NOTICE), 0);
	log_notice("%s", big);
	memset(big, '\n', sizeof(big) - 1);
	log_notice("%s", big);
	log_notice("short");
	const char *text = content(path);
	const char *end = strchr(text, '\n');
	assert_true(end - text < 4096 && end - text > 4000);
	assert_true(strchr(end + 1, '\n') - end <= 4096);
	assert_non_null(strstr(text, "] short\n"));
}

static void test_reopen_follows_rotation(void **state)
{
	(void)state;
	char rotated[128];

	snprintf(rotated, sizeof(rotated), "%s.1", path);
	assert_int_equal(log_open(path, LOG_LEVEL_NOTICE), 0);
	log_notice("before");
	assert_int_equal(rename(path, rotated), 0);
	assert_int_equal(log_reopen(), 0);
	log_notice("after");
	assert_non_null(strstr(content(rotated), "before"));
	assert_null(strstr(content(rotated), "after"));
	assert_non_null(strstr(content(path), "after"));
	unlink(rotated);
}

static void test_impossible_file_is_told(void **state)
{
	(void)state;
	assert_int_equal(log_open("/nonexistent/dir/messages", LOG_LEVEL_ERROR), -ENOENT);
	assert_int_equal(log_level(), LOG_LEVEL_ERROR);
	assert_int_equal(log_reopen(), 0);
}

static void test_full_pipe_does_not_block_and_the_loss_is_told(void **state)
{
	(void)state;
	int fds[2], saved = dup(STDERR_FILENO);
	char buf[70000];

	assert_int_equal(pipe(fds), 0);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	dup2(fds[1], STDERR_FILENO);
	log_open(NULL, LOG_LEVEL_NOTICE);
	for (int i = 0; i < 3000; i++) {
		log_notice("line %d of many that nobody reads", i);
	}
	ssize_t n = read(fds[0], buf, sizeof(buf));
	log_notice("there again");
	assert_true(n > 4096);
	n = read(fds[0], buf, sizeof(buf) - 1);
	dup2(saved, STDERR_FILENO);
	assert_true(n > 0);
	buf[n] = '\0';
	assert_non_null(strstr(buf, "log lines before this one were lost"));
	assert_non_null(strstr(buf, "there again"));
	close(saved);
	close(fds[0]);
	close(fds[1]);
}

static void test_closed_pipe_kills_nobody(void **state)
{
	(void)state;
	int fds[2], saved = dup(STDERR_FILENO);

	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], STDERR_FILENO);
	close(fds[1]);
	close(fds[0]);
	log_open(NULL, LOG_LEVEL_NOTICE);
	errno = ERANGE;
	log_notice("to nobody");
	int kept = errno;
	dup2(saved, STDERR_FILENO);
	close(saved);
	assert_int_equal(kept, ERANGE);
}

static void remember(enum log_level level, const char *line, void *arg)
{
	snprintf(arg, 64, "%d %s", (int)level, line);
}

static void test_sink_sees_the_lines(void **state)
{
	(void)state;
	char seen[64] = "";

	assert_int_equal(log_open(path, LOG_LEVEL_NOTICE), 0);
	log_set_sink(remember, seen);
	log_warning("hello %d", 5);
	log_verbose("not this");
	assert_string_equal(seen, "1 hello 5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_line_format, setup, teardown),
		cmocka_unit_test_setup_teardown(test_levels, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_forges_a_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_lines_are_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reopen_follows_rotation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_impossible_file_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_pipe_does_not_block_and_the_loss_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_closed_pipe_kills_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sink_sees_the_lines, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
