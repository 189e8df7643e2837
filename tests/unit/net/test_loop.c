#include "net/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What happened, in order, as letters. */
static char trace[256];
static struct loop *loop;

static int setup(void **state)
{
	(void)state;
	trace[0] = '\0';
	loop = loop_new();
	return loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	loop_del(loop);
	return 0;
}

static void add(const char *what)
{
	strncat(trace, what, sizeof(trace) - strlen(trace) - 1);
}

static void on_letter(void *arg)
{
	add(arg);
}

static void on_stop(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

static void test_timers_fire_in_order_of_deadline(void **state)
{
	(void)state;
	static char letters[][2] = {"a", "b", "c", "d", "e"};
	struct loop_timer *t[5], *stop = loop_timer_new(loop, on_stop, NULL);
	iax2_ns now = loop_now(loop);
	static const int ms[] = {4, 1, 3, 1, 2};

	for (int i = 0; i < 5; i++) {
		t[i] = loop_timer_new(loop, on_letter, letters[i]);
		loop_timer_set(t[i], now + ms[i] * IAX2_NS_PER_MS);
	}
	loop_timer_set(stop, now + 5 * IAX2_NS_PER_MS);
	loop_run(loop);
	assert_string_equal(trace, "bdeca");
	assert_true(loop_now(loop) - now >= 5 * IAX2_NS_PER_MS);
	for (int i = 0; i < 5; i++) {
		loop_timer_del(t[i]);
	}
	loop_timer_del(stop);
}

static void test_timer_set_again_and_off(void **state)
{
	(void)state;
	static char a[] = "a", b[] = "b";
	struct loop_timer *ta = loop_timer_new(loop, on_letter, a), *tb = loop_timer_new(loop, on_letter, b);
	struct loop_timer *stop = loop_timer_new(loop, on_stop, NULL);
	iax2_ns now = loop_now(loop);

	loop_timer_set(ta, now + 1 * IAX2_NS_PER_MS);
	loop_timer_set(tb, now + 2 * IAX2_NS_PER_MS);
	loop_timer_set(ta, now + 3 * IAX2_NS_PER_MS);
	loop_timer_set(tb, IAX2_NS_NEVER);
	loop_timer_set(tb, IAX2_NS_NEVER);
	loop_timer_set(stop, now + 4 * IAX2_NS_PER_MS);
	loop_run(loop);
	assert_string_equal(trace, "a");
	loop_timer_del(ta);
	loop_timer_del(tb);
	loop_timer_del(stop);
}

static struct loop_timer *self;
static int fired;

static void on_self(void *arg)
{
	(void)arg;
	add("s");
	if (++fired < 3) {
		loop_timer_set(self, 0); /* long past: the next turn, not this one */
	} else {
		loop_timer_del(self);
		loop_stop(loop);
	}
}

static void on_turn(void *arg)
{
	(void)arg;
	add("|");
}

static void test_past_deadlines_wait_for_the_next_turn(void **state)
{
	(void)state;
	fired = 0;
	self = loop_timer_new(loop, on_self, NULL);
	loop_timer_set(self, 0);
	loop_set_turn(loop, on_turn, NULL);
	loop_run(loop);
	assert_string_equal(trace, "|s|s|s|");
}

static iax2_ns last_deadline;
static int fired_in_order;

static void on_deadline(void *arg)
{
	iax2_ns deadline = *(iax2_ns *)arg;

	assert_true(deadline >= last_deadline);
	last_deadline = deadline;
	fired_in_order++;
}

static void test_many_timers_fire_in_order(void **state)
{
	(void)state;
	enum { COUNT = 999 };
	static struct loop_timer *t[COUNT];
	static iax2_ns deadline[COUNT];
	struct loop_timer *stop = loop_timer_new(loop, on_stop, NULL);
	uint32_t seed = 12345;
	iax2_ns now = loop_now(loop);

	last_deadline = 0;
	fired_in_order = 0;
	for (int i = 0; i < COUNT; i++) {
		t[i] = loop_timer_new(loop, on_deadline, &deadline[i]);
		seed = seed * 1664525 + 1013904223;
		deadline[i] = now - (iax2_ns)(seed >> 8) % 1000;
		loop_timer_set(t[i], deadline[i]);
	}
	for (int i = 0; i < COUNT; i += 3) {
		loop_timer_set(t[i], IAX2_NS_NEVER);
	}
	loop_timer_set(stop, now + 1000);
	loop_run(loop);
	assert_int_equal(fired_in_order, COUNT - COUNT / 3);
	for (int i = 0; i < COUNT; i++) {
		loop_timer_del(t[i]);
	}
	loop_timer_del(stop);
}

static struct loop_timer *victim;

static void on_kill(void *arg)
{
	(void)arg;
	loop_timer_del(victim);
	add("k");
}

static void test_timer_deleted_by_another_of_the_same_moment(void **state)
{
	(void)state;
	static char v[] = "v";
	struct loop_timer *killer = loop_timer_new(loop, on_kill, NULL), *stop = loop_timer_new(loop, on_stop, NULL);

	victim = loop_timer_new(loop, on_letter, v);
	loop_timer_set(killer, 1);
	loop_timer_set(victim, 2);
	loop_timer_set(stop, 3);
	loop_run(loop);
	assert_string_equal(trace, "k");
	loop_timer_del(killer);
	loop_timer_del(stop);
	loop_timer_del(NULL);
}

static struct loop_watch *watch;

static void on_readable(int fd, int events, void *arg)
{
	char c[2] = "";

	(void)arg;
	assert_true(events & LOOP_READ);
	if (read(fd, c, 1) == 1) {
		add(c);
		loop_watch_set(watch, 0);
		loop_watch_set(watch, LOOP_READ | LOOP_WRITE);
		loop_watch_set(watch, LOOP_READ);
	} else {
		add("."); /* closed by the other end */
		loop_watch_del(watch);
		loop_stop(loop);
	}
}

static void test_descriptor_until_its_end(void **state)
{
	(void)state;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	watch = loop_watch_new(loop, fds[0], LOOP_READ, on_readable, NULL);
	assert_non_null(watch);
	assert_int_equal(write(fds[1], "xy", 2), 2);
	close(fds[1]);
	loop_set_turn(loop, on_turn, NULL);
	loop_run(loop);
	assert_string_equal(trace, "|x|y|.|");
	close(fds[0]);
}

static void on_error(int fd, int events, void *arg)
{
	(void)fd;
	(void)arg;
	assert_int_equal(events, LOOP_WRITE);
	add("e");
	if (strlen(trace) == 3) { /* told again and again, as poll() does */
		loop_watch_del(watch);
		loop_stop(loop);
	}
}

static void test_error_is_told_as_the_events_watched(void **state)
{
	(void)state;
	int fds[2];
	char full[4096] = {0};

	assert_int_equal(pipe(fds), 0);
	watch = loop_watch_new(loop, fds[1], LOOP_WRITE, on_error, NULL);
	while (write(fds[1], full, sizeof(full)) > 0) {
	}
	close(fds[0]);
	loop_run(loop);
	assert_string_equal(trace, "eee");
	close(fds[1]);
}

static void on_signal(int signo, void *arg)
{
	(void)arg;
	assert_int_equal(signo, SIGUSR1);
	add("S");
	loop_stop(loop);
}

static void test_signals(void **state)
{
	(void)state;
	struct loop_signal *sig = loop_signal_new(loop, SIGUSR1, on_signal, NULL);

	assert_non_null(sig);
	raise(SIGUSR1);
	loop_run(loop);
	assert_string_equal(trace, "S");
	loop_signal_del(sig);
	assert_null(loop_signal_new(loop, 4711, on_signal, NULL));
}

static void on_address(const struct iax2_addr *addr, const char *error, void *arg)
{
	assert_null(error);
	*(struct iax2_addr *)arg = *addr;
	add("A");
	loop_stop(loop);
}

static void test_lookup_of_a_number_in_the_next_turn(void **state)
{
	(void)state;
	struct iax2_addr addr = {0}, none = {0};

	loop_lookup_cancel(loop_lookup_new(loop, "192.0.2.9", 4569, on_address, &none));
	assert_non_null(loop_lookup_new(loop, "192.0.2.10", 4569, on_address, &addr));
	loop_set_turn(loop, on_turn, NULL);
	assert_string_equal(trace, "");
	loop_run(loop);
	assert_string_equal(trace, "|A|");
	assert_int_equal(addr.family, 4);
	assert_int_equal(addr.port, 4569);
	assert_int_equal(addr.ip[3], 10);
	assert_int_equal(none.family, 0);
}

static void test_runs_again_after_stop(void **state)
{
	(void)state;
	struct loop_timer *stop = loop_timer_new(loop, on_stop, NULL);

	loop_set_turn(loop, on_turn, NULL);
	for (int i = 0; i < 3; i++) {
		loop_timer_set(stop, 0);
		loop_run(loop);
	}
	assert_string_equal(trace, "||||||");
	loop_timer_del(stop);
}

#define LOOP_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOP_TEST(test_timers_fire_in_order_of_deadline),
		LOOP_TEST(test_timer_set_again_and_off),
		LOOP_TEST(test_past_deadlines_wait_for_the_next_turn),
		LOOP_TEST(test_many_timers_fire_in_order),
		LOOP_TEST(test_timer_deleted_by_another_of_the_same_moment),
		LOOP_TEST(test_descriptor_until_its_end),
		LOOP_TEST(test_error_is_told_as_the_events_watched),
		LOOP_TEST(test_signals),
		LOOP_TEST(test_lookup_of_a_number_in_the_next_turn),
		LOOP_TEST(test_runs_again_after_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
