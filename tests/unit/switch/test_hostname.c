#include "rig.h"

#include "switch/hostname.h"

static void test_intervals_grow_to_a_minute(void **state)
{
	(void)state;
	static const unsigned expected[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
	for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		assert_int_equal(hostname_backoff_ms(i + 1), expected[i]);
	}
	assert_int_equal(hostname_backoff_ms(4000000), 60000);
}

struct answer {
	struct loop *loop;
	struct iax2_addr addr;
};

static void on_address(const struct iax2_addr *addr, void *arg)
{
	struct answer *answer = arg;
	answer->addr = *addr;
	loop_stop(answer->loop);
}

static void test_tells_the_address(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	struct timers timers;
	struct answer answer = {.loop = loop};
	timers_init(&timers, loop);
	struct hostname *name = hostname_new(loop, &timers, "192.0.2.7", 4570, on_address, &answer);
	assert_non_null(name);
	loop_run(loop);
	struct iax2_addr expected;
	assert_int_equal(iax2_addr_parse(&expected, "192.0.2.7:4570", 0), 0);
	assert_true(iax2_addr_equal(&answer.addr, &expected));
	hostname_doubt(name); /* too early: nothing is asked */
	hostname_del(name);
	timers_fini(&timers);
	loop_del(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_intervals_grow_to_a_minute),
	    cmocka_unit_test(test_tells_the_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
