#include "net/udp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const struct iax2_addr loopback4 = {.family = 4, .ip = {127, 0, 0, 1}};
static const struct iax2_addr loopback6 = {.family = 6, .ip = {[15] = 1}};
static const struct iax2_addr any6 = {.family = 6};

struct seen {
	int count;
	size_t len;
	uint8_t first, last;
	struct iax2_addr from;
};

static void note(const struct iax2_addr *from, const uint8_t *data, size_t len, void *arg)
{
	struct seen *seen = arg;

	seen->count++;
	seen->len = len;
	seen->from = *from;
	seen->first = len ? data[0] : 0;
	seen->last = len ? data[len - 1] : 0;
}

static struct udp_socket *open_on(const struct iax2_addr *addr)
{
	struct udp_socket *udp = NULL;

	assert_int_equal(udp_open(&udp, addr, 0xb8, NULL), 0);
	return udp;
}

static void send_one(struct udp_socket *udp, const struct iax2_addr *to, const void *data, size_t len)
{
	struct iax2_datagram dg = {.path = {.remote = *to}, .data = data, .len = len};

	udp_send(udp, &dg, 1);
}

/* Loopback delivers inside the system call of the sender: nothing to wait for. */
static int receive(struct udp_socket *udp, struct seen *seen)
{
	*seen = (struct seen){0};
	return udp_receive(udp, note, seen);
}

static void test_port_zero_gets_a_port(void **state)
{
	(void)state;
	struct udp_socket *udp = open_on(&loopback4);

	assert_int_equal(udp_local(udp)->family, 4);
	assert_true(udp_local(udp)->port > 0);
	assert_memory_equal(udp_local(udp)->ip, loopback4.ip, 16);
	udp_close(udp);
	udp_close(NULL);
}

static void test_there_and_back(void **state)
{
	(void)state;
	struct udp_socket *a = open_on(&loopback4), *b = open_on(&loopback4);
	struct seen seen;

	assert_int_equal(receive(b, &seen), 0);
	send_one(a, udp_local(b), "hello", 5);
	assert_int_equal(receive(b, &seen), 1);
	assert_int_equal(seen.len, 5);
	assert_int_equal(seen.first, 'h');
	assert_int_equal(seen.last, 'o');
	assert_memory_equal(&seen.from, udp_local(a), sizeof(seen.from));
	send_one(b, &seen.from, "", 0);
	assert_int_equal(receive(a, &seen), 1);
	assert_int_equal(seen.len, 0);
	udp_close(a);
	udp_close(b);
}

static void test_ipv6(void **state)
{
	(void)state;
	struct udp_socket *a = NULL, *b, *four;
	struct seen seen;

	if (udp_open(&a, &loopback6, 0xb8, NULL) < 0) {
		skip(); /* a machine without IPv6 */
	}
	b = open_on(&loopback6);
	four = open_on(&loopback4);
	send_one(a, udp_local(b), "x", 1);
	assert_int_equal(receive(b, &seen), 1);
	assert_memory_equal(&seen.from, udp_local(a), sizeof(seen.from));
	send_one(four, udp_local(b), "x", 1); /* an IPv4 socket can't: dropped, counted */
	struct udp_stats stats;
	udp_stats(four, &stats);
	assert_int_equal(stats.tx_dropped, 1);
	assert_int_equal(stats.tx_datagrams, 0);
	udp_close(a);
	udp_close(b);
	udp_close(four);
}

static void test_dual_stack_socket_speaks_ipv4(void **state)
{
	(void)state;
	struct udp_socket *dual = NULL, *four = open_on(&loopback4);
	struct seen seen;

	if (udp_open(&dual, &any6, 0, NULL) < 0) {
		udp_close(four);
		skip();
	}
	send_one(dual, udp_local(four), "x", 1);
	assert_int_equal(receive(four, &seen), 1);
	assert_int_equal(seen.from.family, 4);
	assert_int_equal(seen.from.port, udp_local(dual)->port);
	send_one(four, &seen.from, "y", 1);
	assert_int_equal(receive(dual, &seen), 1);
	assert_memory_equal(&seen.from, udp_local(four), sizeof(seen.from)); /* IPv4, not mapped */
	udp_close(dual);
	udp_close(four);
}

static void test_any6_beside_any4(void **state)
{
	(void)state;
	struct iax2_addr any4 = {.family = 4}, six = any6;
	struct udp_socket *four = open_on(&any4), *dual = NULL;

	six.port = udp_local(four)->port;
	int result = udp_open(&dual, &six, 0, NULL);
	if (result != -EAFNOSUPPORT) {
		assert_int_equal(result, 0);
	}
	udp_close(dual);
	udp_close(four);
}

static void test_port_in_use_is_told(void **state)
{
	(void)state;
	struct udp_socket *a = open_on(&loopback4), *b = (struct udp_socket *)&loopback4;
	const char *what = NULL;

	assert_int_equal(udp_open(&b, udp_local(a), 0, &what), -EADDRINUSE);
	assert_string_equal(what, "bind");
	assert_ptr_equal(b, &loopback4);
	struct iax2_addr foreign = {.family = 4, .ip = {192, 0, 2, 1}};
	assert_int_equal(udp_open(&b, &foreign, 0, &what), -EADDRNOTAVAIL);
	udp_close(a);
}

static void test_largest_and_too_large_datagrams(void **state)
{
	(void)state;
	static uint8_t big[4097];
	struct udp_socket *a = open_on(&loopback4), *b = open_on(&loopback4);
	struct seen seen;
	struct udp_stats stats;

	big[0] = 1;
	big[4095] = 2;
	send_one(a, udp_local(b), big, 4096); /* REQ-009 */
	assert_int_equal(receive(b, &seen), 1);
	assert_int_equal(seen.len, 4096);
	assert_int_equal(seen.last, 2);
	send_one(a, udp_local(b), big, 4097);
	receive(b, &seen);
	assert_int_equal(seen.count, 0);
	udp_stats(b, &stats);
	assert_int_equal(stats.rx_datagrams, 1);
	assert_int_equal(stats.rx_dropped, 1);
	udp_close(a);
	udp_close(b);
}

static void test_a_bad_datagram_does_not_hold_the_others(void **state)
{
	(void)state;
	static uint8_t huge[70000];
	struct udp_socket *a = open_on(&loopback4), *b = open_on(&loopback4);
	struct iax2_datagram dgs[200];
	struct seen seen;
	struct udp_stats stats;
	int got = 0, n;

	for (size_t i = 0; i < 200; i++) {
		/* Every tenth is longer than UDP can carry, one has no address. */
		dgs[i] = (struct iax2_datagram){.path = {.remote = *udp_local(b)}, .data = huge, .len = i % 10 == 3 ? sizeof(huge) : 20};
	}
	dgs[0].path.remote.family = 0;
	udp_send(a, dgs, 200);
	udp_stats(a, &stats);
	assert_int_equal(stats.tx_dropped, 21);
	assert_int_equal(stats.tx_datagrams, 179);
	while ((n = receive(b, &seen)) > 0) {
		got += seen.count;
	}
	assert_int_equal(got, 179);
	udp_close(a);
	udp_close(b);
}

static void test_at_most_256_at_once(void **state)
{
	(void)state;
	struct udp_socket *a = open_on(&loopback4), *b = open_on(&loopback4);
	struct seen seen;

	for (int i = 0; i < 300; i++) {
		send_one(a, udp_local(b), "z", 1);
	}
	assert_int_equal(receive(b, &seen), 256);
	assert_int_equal(receive(b, &seen), 44);
	assert_int_equal(receive(b, &seen), 0);
	udp_close(a);
	udp_close(b);
}

static void test_overflow_is_counted(void **state)
{
	(void)state;
	static uint8_t kilo[1000];
	struct udp_socket *a = open_on(&loopback4), *b = open_on(&loopback4);
	struct seen seen;
	struct udp_stats stats;
	int small = 4096, sent = 200, got = 0, n;

	assert_int_equal(setsockopt(udp_fd(b), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	for (int i = 0; i < sent; i++) {
		send_one(a, udp_local(b), kilo, sizeof(kilo));
	}
	while ((n = receive(b, &seen)) > 0) {
		got += seen.count;
	}
	send_one(a, udp_local(b), kilo, 1); /* brings the count */
	assert_int_equal(receive(b, &seen), 1);
	udp_stats(b, &stats);
	assert_true(got < sent);
	assert_int_equal(stats.rx_dropped, sent - got);
	udp_close(a);
	udp_close(b);
}

/* "Port unreachable" for a datagram of ours must not disturb the socket: peers come and go. */
static void test_icmp_errors_are_ignored(void **state)
{
	(void)state;
	struct udp_socket *a = open_on(&loopback4), *b = open_on(&loopback4), *gone = open_on(&loopback4);
	struct iax2_addr nobody = *udp_local(gone);
	struct seen seen;

	udp_close(gone);
	for (int i = 0; i < 3; i++) {
		send_one(a, &nobody, "x", 1);
		assert_int_equal(receive(a, &seen), 0);
	}
	send_one(b, udp_local(a), "x", 1);
	assert_int_equal(receive(a, &seen), 1);
	udp_close(a);
	udp_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_port_zero_gets_a_port),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_dual_stack_socket_speaks_ipv4),
		cmocka_unit_test(test_any6_beside_any4),
		cmocka_unit_test(test_port_in_use_is_told),
		cmocka_unit_test(test_largest_and_too_large_datagrams),
		cmocka_unit_test(test_a_bad_datagram_does_not_hold_the_others),
		cmocka_unit_test(test_at_most_256_at_once),
		cmocka_unit_test(test_overflow_is_counted),
		cmocka_unit_test(test_icmp_errors_are_ignored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
