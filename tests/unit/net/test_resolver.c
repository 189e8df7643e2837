#include "net/resolver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>

struct answer {
	int calls;
	struct iax2_addr addr;
	char error[128];
};

static void note(const struct iax2_addr *addr, const char *error, void *arg)
{
	struct answer *a = arg;

	a->calls++;
	if (addr) {
		a->addr = *addr;
	}
	snprintf(a->error, sizeof(a->error), "%s", error ? error : "");
}

/* Waits for one answer, at most 30 s. */
static void wait_answer(struct resolver *r, const struct answer *a)
{
	while (a->calls == 0) {
		struct pollfd pfd = {.fd = resolver_fd(r), .events = POLLIN};
		assert_int_equal(poll(&pfd, 1, 30000), 1);
		resolver_dispatch(r);
	}
}

static void test_numbers_need_no_thread(void **state)
{
	(void)state;
	static const struct {
		const char *host;
		struct iax2_addr addr;
	} cases[] = {
		{"192.0.2.10", {.family = 4, .port = 4569, .ip = {192, 0, 2, 10}}},
		{"2001:db8::1", {.family = 6, .port = 4569, .ip = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}}},
		{"::ffff:192.0.2.10", {.family = 4, .port = 4569, .ip = {192, 0, 2, 10}}},
	};
	struct resolver *r = resolver_new();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct answer a = {0};
		assert_non_null(resolver_query(r, cases[i].host, 4569, note, &a));
		assert_int_equal(a.calls, 0);
		resolver_dispatch(r); /* there at once, and not before it is asked for */
		assert_int_equal(a.calls, 1);
		assert_string_equal(a.error, "");
		assert_memory_equal(&a.addr, &cases[i].addr, sizeof(a.addr));
	}
	resolver_del(r);
}

static void test_names_are_looked_up(void **state)
{
	(void)state;
	struct resolver *r = resolver_new();
	struct answer a = {0};

	/* The short form is no number to us, and every system's lookup knows it, even one without /etc/hosts. */
	assert_non_null(resolver_query(r, "127.1", 1234, note, &a));
	wait_answer(r, &a);
	assert_string_equal(a.error, "");
	assert_int_equal(a.addr.family, 4);
	assert_int_equal(a.addr.ip[0], 127);
	assert_int_equal(a.addr.port, 1234);
	resolver_del(r);
}

static void test_what_is_no_name_is_an_error(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "no such name", "a..b"};
	struct resolver *r = resolver_new();

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct answer a = {0};
		assert_non_null(resolver_query(r, bad[i], 1, note, &a));
		wait_answer(r, &a);
		assert_true(strlen(a.error) > 0);
		assert_int_equal(a.addr.family, 0);
	}
	resolver_del(r);
}

static void test_cancelled_query_calls_nobody(void **state)
{
	(void)state;
	struct resolver *r = resolver_new();
	struct answer a = {0}, b = {0};

	resolver_cancel(resolver_query(r, "192.0.2.10", 1, note, &a));
	assert_non_null(resolver_query(r, "192.0.2.11", 1, note, &b));
	resolver_dispatch(r);
	assert_int_equal(a.calls, 0);
	assert_int_equal(b.calls, 1);
	resolver_del(r);
}

static void test_end_does_not_wait_for_threads(void **state)
{
	(void)state;
	struct answer a = {0};

	for (int i = 0; i < 20; i++) {
		struct resolver *r = resolver_new();
		resolver_cancel(resolver_query(r, "localhost", 1, note, &a));
		resolver_cancel(resolver_query(r, "127.0.0.1", 1, note, &a));
		resolver_del(r);
	}
	assert_int_equal(a.calls, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_need_no_thread),        cmocka_unit_test(test_names_are_looked_up),
		cmocka_unit_test(test_what_is_no_name_is_an_error),   cmocka_unit_test(test_cancelled_query_calls_nobody),
		cmocka_unit_test(test_end_does_not_wait_for_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
