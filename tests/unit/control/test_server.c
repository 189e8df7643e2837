#include "control/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "fake_switch.h"
#include "util/log.h"

static char dir[64], path[96];
static struct loop *loop;
static struct control_env env;
static struct control_server *server;
static struct strbuf why;

static int setup(void **state)
{
	(void)state;
	log_open(NULL, LOG_LEVEL_ERROR);
	strcpy(dir, "/tmp/test_server_XXXXXX");
	loop = loop_new();
	if (!loop || !mkdtemp(dir)) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/tandem.ctl", dir);
	fake_env(&env);
	server = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	control_server_close(server);
	loop_del(loop);
	strbuf_fini(&why);
	unlink(path);
	return rmdir(dir);
}

static void open_server(void)
{
	assert_int_equal(control_server_open(&server, loop, path, (gid_t)-1, &env, &why), 0);
}

static int connect_client(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(addr.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

static void on_stop(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

/* A client that collects what comes until it has `want` bytes or the connection ends. */
struct reader {
	char text[8192];
	size_t len, want;
	bool closed;
};

static void on_reply(int fd, int events, void *arg)
{
	struct reader *r = arg;

	(void)events;
	ssize_t n = recv(fd, r->text + r->len, sizeof(r->text) - 1 - r->len, 0);
	if (n > 0) {
		r->len += (size_t)n;
		r->text[r->len] = '\0';
	} else {
		r->closed = true;
	}
	if (r->closed || (r->want && r->len >= r->want)) {
		loop_stop(loop);
	}
}

/* Runs the loop until the reply is there, at most 10 s. */
static void wait_reply(int fd, struct reader *r, size_t want)
{
	struct loop_timer *limit = loop_timer_new(loop, on_stop, NULL);
	struct loop_watch *watch = loop_watch_new(loop, fd, LOOP_READ, on_reply, r);

	r->want = want;
	loop_timer_set(limit, loop_now(loop) + 10 * IAX2_NS_PER_S);
	if (!want || r->len < want) {
		loop_run(loop);
	}
	loop_timer_del(limit);
	loop_watch_del(watch);
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void ask(int fd, const char *request, const char *expected)
{
	struct reader r = {.len = 0};

	say(fd, request);
	wait_reply(fd, &r, strlen(expected));
	assert_string_equal(r.text, expected);
}

static void test_requests_and_replies(void **state)
{
	(void)state;
	open_server();
	int fd = connect_client();

	ask(fd, "run iax2 set debug on\n", "ok 23\nIAX2 Debugging Enabled\n");
	ask(fd, "run iax2 show peer nobody\n", "failed 23\nPeer nobody not found.\n");
	ask(fd, "run x\n", "unknown 74\nNo such command 'x' (type 'core show help x' for other possible commands)\n");
	ask(fd, "run\n", "ok 0\n");
	ask(fd, "complete iax2 s\n", "ok 9\nset\nshow\n");
	close(fd);
}

static void test_requests_in_pieces_and_in_a_row(void **state)
{
	(void)state;
	open_server();
	int fd = connect_client(), other = connect_client();

	say(fd, "run iax2 set ");
	ask(other, "run iax2 set debug off\n", "ok 24\nIAX2 Debugging Disabled\n");
	ask(fd, "debug on\nrun iax2 set debug off\ncomplete c\n",
		"ok 23\nIAX2 Debugging Enabled\nok 24\nIAX2 Debugging Disabled\nok 13\nchannel\ncore\n");
	close(other);
	close(fd);
}

static void assert_refused_and_closed(const char *request, const char *reply)
{
	struct reader r = {.len = 0};
	int fd = connect_client();

	say(fd, request);
	wait_reply(fd, &r, 0);
	assert_true(r.closed);
	assert_string_equal(r.text, reply);
	close(fd);
}

static void test_bad_requests(void **state)
{
	(void)state;
	static char big[CONTROL_REQUEST_MAX + 2];

	open_server();
	memset(big, 'a', sizeof(big) - 1);
	assert_refused_and_closed("GET / HTTP/1.1\n", "failed 38\nnot a request of the control protocol\n");
	assert_refused_and_closed("\n", "failed 38\nnot a request of the control protocol\n");
	assert_refused_and_closed("runx\n", "failed 38\nnot a request of the control protocol\n");
	assert_refused_and_closed(big, "failed 38\nthe request is longer than 4096 bytes\n");
}

static void test_client_that_leaves_in_the_middle(void **state)
{
	(void)state;
	open_server();
	for (int i = 0; i < 5; i++) {
		int fd = connect_client();
		say(fd, i % 2 ? "run core show help\n" : "run core");
		close(fd);
	}
	int fd = connect_client();
	ask(fd, "run iax2 set debug on\n", "ok 23\nIAX2 Debugging Enabled\n");
	close(fd);
}

/* One that asks and asks and never reads gets no further request executed once its socket is full. */
static void test_client_that_never_reads(void **state)
{
	(void)state;
	open_server();
	int deaf = connect_client(), fd = connect_client();
	size_t sent = 0;

	for (int round = 0; round < 400; round++) {
		for (int i = 0; i < 50; i++) {
			if (send(deaf, "run core show help\n", 19, MSG_DONTWAIT | MSG_NOSIGNAL) == 19) {
				sent++;
			}
		}
		struct loop_timer *soon = loop_timer_new(loop, on_stop, NULL);
		loop_timer_set(soon, 0);
		loop_run(loop);
		loop_timer_del(soon);
	}
	assert_true(sent > 100);
	assert_true(send(deaf, "run core show help\n", 19, MSG_DONTWAIT | MSG_NOSIGNAL) < 0);
	ask(fd, "run iax2 set debug on\n", "ok 23\nIAX2 Debugging Enabled\n");
	close(deaf);
	close(fd);
}

static void test_too_many_clients(void **state)
{
	(void)state;
	int fds[CONTROL_CLIENTS_MAX];
	struct reader r = {.len = 0};

	open_server();
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		fds[i] = connect_client();
		ask(fds[i], "run\n", "ok 0\n");
	}
	int extra = connect_client();
	wait_reply(extra, &r, 0);
	assert_true(r.closed);
	assert_string_equal(r.text, "failed 56\nmore than 128 consoles are connected: leave one of them\n");
	close(extra);
	close(fds[0]);
	struct loop_timer *soon = loop_timer_new(loop, on_stop, NULL);
	loop_timer_set(soon, loop_now(loop) + IAX2_NS_PER_MS);
	loop_run(loop);
	loop_timer_del(soon);
	fds[0] = connect_client();
	ask(fds[0], "run\n", "ok 0\n");
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		close(fds[i]);
	}
}

static void test_mode_and_removal(void **state)
{
	(void)state;
	struct stat st;

	open_server();
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	control_server_close(server);
	server = NULL;
	assert_int_equal(stat(path, &st), -1);
}

static void test_second_server_is_told(void **state)
{
	(void)state;
	struct control_server *second = NULL;
	char expected[256];

	open_server();
	assert_int_equal(control_server_open(&second, loop, path, (gid_t)-1, &env, &why), -EADDRINUSE);
	snprintf(expected, sizeof(expected),
	         "another tandem is running on %s (pid %ld): stop it first, or choose another socket with -S", path, (long)getpid());
	assert_string_equal(strbuf_text(&why), expected);
	assert_null(second);
	int fd = connect_client(); /* the first lives on */
	ask(fd, "run\n", "ok 0\n");
	close(fd);
}

static void test_stale_socket_is_replaced(void **state)
{
	(void)state;
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(addr.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	close(fd);
	open_server();
	fd = connect_client();
	ask(fd, "run\n", "ok 0\n");
	close(fd);
}

static void test_impossible_paths(void **state)
{
	(void)state;
	char bad[200];
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fclose(f);
	assert_int_equal(control_server_open(&server, loop, path, (gid_t)-1, &env, &why), -EEXIST);
	assert_non_null(strstr(strbuf_text(&why), "is no socket"));
	strbuf_clear(&why);
	snprintf(bad, sizeof(bad), "%s/no/such/dir.ctl", dir);
	assert_int_equal(control_server_open(&server, loop, bad, (gid_t)-1, &env, &why), -ENOENT);
	assert_non_null(strstr(strbuf_text(&why), "-S"));
	strbuf_clear(&why);
	memset(bad, 'x', sizeof(bad) - 1);
	bad[sizeof(bad) - 1] = '\0';
	assert_int_equal(control_server_open(&server, loop, bad, (gid_t)-1, &env, &why), -ENAMETOOLONG);
	assert_non_null(strstr(strbuf_text(&why), "longer than 107"));
	assert_null(server);
}

/* Closing must not take away the socket of a successor. */
static void test_successor_keeps_its_socket(void **state)
{
	(void)state;
	struct control_server *first = NULL;
	struct stat st;

	assert_int_equal(control_server_open(&first, loop, path, (gid_t)-1, &env, &why), 0);
	unlink(path);
	open_server();
	control_server_close(first);
	assert_int_equal(stat(path, &st), 0);
}

#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(test_requests_and_replies),
		SERVER_TEST(test_requests_in_pieces_and_in_a_row),
		SERVER_TEST(test_bad_requests),
		SERVER_TEST(test_client_that_leaves_in_the_middle),
		SERVER_TEST(test_client_that_never_reads),
		SERVER_TEST(test_too_many_clients),
		SERVER_TEST(test_mode_and_removal),
		SERVER_TEST(test_second_server_is_told),
		SERVER_TEST(test_stale_socket_is_replaced),
		SERVER_TEST(test_impossible_paths),
		SERVER_TEST(test_successor_keeps_its_socket),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
