/* Token buckets for what strangers make us send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "limit.h"

static const uint64_t seed[2] = {11, 22};
static struct iax2_limits limits;

static struct iax2_addr address(uint8_t last, uint16_t port)
{
	return (struct iax2_addr){.family = 4, .port = port, .ip = {192, 0, 2, last}};
}

static unsigned take_all(enum iax2_limit_kind kind, const struct iax2_addr *from, iax2_ns now)
{
	unsigned n = 0;

	while (iax2_limit_take(&limits, seed, kind, from, now)) {
		n++;
	}
	return n;
}

static void test_burst_and_rate(void **state)
{
	static const struct {
		enum iax2_limit_kind kind;
		unsigned burst, per_second;
	} rules[] = {{IAX2_LIMIT_INVAL, 20, 10}, {IAX2_LIMIT_TOKEN, 20, 20}, {IAX2_LIMIT_TOKEN_PROVEN, 1000, 1000},
	             {IAX2_LIMIT_BAD_TOKEN, 1, 1}, {IAX2_LIMIT_OTHER, 20, 20}};
	struct iax2_addr from = address(1, 4569);

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		iax2_ns now = 1000 * IAX2_NS_PER_S;

		limits = (struct iax2_limits){0};
		assert_int_equal(take_all(rules[i].kind, &from, now), rules[i].burst);
		now += IAX2_NS_PER_S;
		assert_int_equal(take_all(rules[i].kind, &from, now), rules[i].per_second);
		now += 3600 * IAX2_NS_PER_S; /* and never more than the burst at once */
		assert_int_equal(take_all(rules[i].kind, &from, now), rules[i].burst);
	}
}

static void test_from_time_zero(void **state)
{
	struct iax2_addr from = address(1, 4569);

	(void)state;
	limits = (struct iax2_limits){0};
	assert_int_equal(take_all(IAX2_LIMIT_INVAL, &from, 0), 20);
	assert_int_equal(take_all(IAX2_LIMIT_INVAL, &from, 0), 0);
}

static void test_kinds_and_hosts_are_apart_and_ports_are_not(void **state)
{
	struct iax2_addr from = address(1, 4569), port = address(1, 9999);
	unsigned free_hosts = 0;

	(void)state;
	limits = (struct iax2_limits){0};
	assert_int_equal(take_all(IAX2_LIMIT_INVAL, &from, 5), 20);
	assert_int_equal(take_all(IAX2_LIMIT_INVAL, &port, 5), 0);
	assert_int_equal(take_all(IAX2_LIMIT_TOKEN, &from, 5), 20);
	for (unsigned i = 2; i < 102; i++) {
		struct iax2_addr other = address((uint8_t)i, 4569);

		free_hosts += iax2_limit_take(&limits, seed, IAX2_LIMIT_INVAL, &other, 5);
	}
	assert_in_range(free_hosts, 95, 100); /* but for the few that fall together with the first */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_burst_and_rate),
	    cmocka_unit_test(test_from_time_zero),
	    cmocka_unit_test(test_kinds_and_hosts_are_apart_and_ports_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
