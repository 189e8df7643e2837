/* The heap of timers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "timer.h"

enum { COUNT = 200 };

static struct iax2_timer timer[COUNT];

static void fire(iax2_ns now, void *arg)
{
	(void)now;
	(void)arg;
}

static struct iax2_timers heap_of(size_t n)
{
	struct iax2_timers timers = {0};

	assert_int_equal(iax2_timers_reserve(&timers, NULL, n), 0);
	for (unsigned i = 0; i < COUNT; i++) {
		iax2_timer_init(&timer[i], fire, &timer[i]);
	}
	return timers;
}

static void test_in_order_of_deadline(void **state)
{
	struct iax2_timers timers = heap_of(COUNT);
	iax2_ns last = 0;

	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		iax2_timer_start(&timers, &timer[i], (i * 7919u) % 1009);
	}
	for (unsigned i = 0; i < COUNT; i += 3) { /* some are moved, some stopped */
		iax2_timer_start(&timers, &timer[i], 2000 - i);
	}
	for (unsigned i = 1; i < COUNT; i += 3) {
		iax2_timer_stop(&timers, &timer[i]);
		iax2_timer_stop(&timers, &timer[i]);
	}
	assert_int_equal(timers.count, COUNT - (COUNT + 1) / 3);
	for (size_t left = timers.count; left > 0; left--) {
		iax2_ns next = iax2_timers_next(&timers);
		struct iax2_timer *first = iax2_timers_pop(&timers, next);

		assert_non_null(first);
		assert_int_equal(first->deadline, next);
		assert_true(next >= last);
		assert_int_equal(first->place, 0);
		assert_int_not_equal((first - timer) % 3, 1);
		last = next;
	}
	assert_true(iax2_timers_next(&timers) == IAX2_NS_NEVER);
	assert_null(iax2_timers_pop(&timers, IAX2_NS_NEVER));
	iax2_timers_fini(&timers, NULL);
}

/* Of the same deadline the one that was started first comes first: a run can be repeated exactly. */
static void test_same_deadline_in_order_of_start(void **state)
{
	struct iax2_timers timers = heap_of(COUNT);

	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		iax2_timer_start(&timers, &timer[i], 5);
	}
	iax2_timer_start(&timers, &timer[0], 5); /* again: now it is the last */
	for (unsigned i = 1; i < COUNT; i++) {
		assert_ptr_equal(iax2_timers_pop(&timers, 5), &timer[i]);
	}
	assert_ptr_equal(iax2_timers_pop(&timers, 5), &timer[0]);
	iax2_timers_fini(&timers, NULL);
}

static void test_not_before_its_time(void **state)
{
	struct iax2_timers timers = heap_of(1);

	(void)state;
	iax2_timer_start(&timers, &timer[0], 100);
	assert_null(iax2_timers_pop(&timers, 99));
	assert_ptr_equal(iax2_timers_pop(&timers, 100), &timer[0]);
	assert_null(iax2_timers_pop(&timers, 100));
	iax2_timers_fini(&timers, NULL);
}

static void test_room_is_reserved_and_used_again(void **state)
{
	struct iax2_timers timers = heap_of(10);
	size_t cap = timers.cap;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		iax2_timers_release(&timers, 5);
		assert_int_equal(iax2_timers_reserve(&timers, NULL, 5), 0);
	}
	assert_int_equal(timers.cap, cap);
	assert_int_equal(iax2_timers_reserve(&timers, NULL, 1000), 0);
	assert_true(timers.cap >= 1010);
	iax2_timers_fini(&timers, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_in_order_of_deadline),
	    cmocka_unit_test(test_same_deadline_in_order_of_start),
	    cmocka_unit_test(test_not_before_its_time),
	    cmocka_unit_test(test_room_is_reserved_and_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
