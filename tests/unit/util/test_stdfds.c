#include "util/stdfds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Which of the three (bits) are /dev/null after those in `closed` were closed, found out by a process of its own. */
static int null_after(int closed)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct stat null, st;
		int found = 0;
		for (int fd = 0; fd <= 2; fd++) {
			dup2(open("/", O_RDONLY), fd);
		}
		for (int fd = 0; fd <= 2; fd++) {
			if (closed & 1 << fd) {
				close(fd);
			}
		}
		stdfds_open();
		stat("/dev/null", &null);
		for (int fd = 0; fd <= 2; fd++) {
			if (fstat(fd, &st) < 0) {
				_exit(100);
			}
			found |= st.st_rdev == null.st_rdev && S_ISCHR(st.st_mode) ? 1 << fd : 0;
		}
		_exit(found);
	}
	int status = 0;
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_those_that_are_closed_are_opened(void **state)
{
	(void)state;
	for (int closed = 0; closed < 8; closed++) {
		assert_int_equal(null_after(closed), closed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_those_that_are_closed_are_opened)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
