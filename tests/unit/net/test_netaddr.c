#include "net/netaddr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const struct iax2_addr v4 = {.family = 4, .port = 4569, .ip = {192, 0, 2, 10}};
static const struct iax2_addr v6 = {.family = 6, .port = 4570, .scope = 7, .ip = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}};

static void assert_round_trip(const struct iax2_addr *addr, int family)
{
	struct sockaddr_storage sa;
	struct iax2_addr back;

	assert_true(netaddr_to_sockaddr(&sa, addr, family) > 0);
	assert_int_equal(sa.ss_family, family);
	netaddr_from_sockaddr(&back, (struct sockaddr *)&sa);
	assert_memory_equal(&back, addr, sizeof(back));
}

static void test_there_and_back(void **state)
{
	(void)state;
	assert_round_trip(&v4, AF_INET);
	assert_round_trip(&v6, AF_INET6);
	assert_round_trip(&v4, AF_INET6);
}

static void test_mapped_form(void **state)
{
	(void)state;
	struct sockaddr_storage sa;
	struct sockaddr_in6 sin6;
	char text[INET6_ADDRSTRLEN];

	assert_int_equal(netaddr_to_sockaddr(&sa, &v4, AF_INET6), sizeof(sin6));
	memcpy(&sin6, &sa, sizeof(sin6));
	assert_string_equal(inet_ntop(AF_INET6, &sin6.sin6_addr, text, sizeof(text)), "::ffff:192.0.2.10");
	assert_int_equal(ntohs(sin6.sin6_port), 4569);
}

static void test_what_can_not_be_said(void **state)
{
	(void)state;
	struct sockaddr_storage sa = {.ss_family = AF_UNIX};
	struct iax2_addr unset = {0}, out = v4;

	assert_int_equal(netaddr_to_sockaddr(&sa, &v6, AF_INET), 0);
	assert_int_equal(netaddr_to_sockaddr(&sa, &unset, AF_INET), 0);
	assert_int_equal(netaddr_to_sockaddr(&sa, &unset, AF_INET6), 0);
	sa.ss_family = AF_UNIX;
	netaddr_from_sockaddr(&out, (struct sockaddr *)&sa);
	assert_memory_equal(&out, &unset, sizeof(out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_mapped_form),
		cmocka_unit_test(test_what_can_not_be_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
