#include <string.h>

#include "rig.h"

#include "switch/timers.h"

static struct timers timers;
static struct loop *loop;
static char order[16];
static struct pbx_timer *victim;

static void note(char c)
{
	size_t len = strlen(order);
	order[len] = c;
	order[len + 1] = '\0';
}

static void on_b(void *arg)
{
	(void)arg;
	note('b');
	loop_stop(loop);
}

static void on_a(void *arg)
{
	note('a');
	/* A timer may end another one, and make new ones. */
	timers_del(&timers, victim);
	assert_non_null(timers_add(&timers, loop_now(loop), on_b, arg));
}

static void on_never(void *arg)
{
	(void)arg;
	note('!');
}

static void test_one_shot_timers(void **state)
{
	(void)state;
	loop = loop_new();
	timers_init(&timers, loop);
	order[0] = '\0';
	iax2_ns now = loop_now(loop);
	victim = timers_add(&timers, now + 1, on_never, NULL);
	struct pbx_timer *left = timers_add(&timers, now + 60 * IAX2_NS_PER_S, on_never, NULL);
	assert_non_null(timers_add(&timers, now, on_a, NULL));
	assert_non_null(left);
	loop_run(loop);
	assert_string_equal(order, "ab");
	timers_fini(&timers); /* `left` goes without firing */
	timers_del(&timers, NULL);
	loop_del(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_shot_timers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
