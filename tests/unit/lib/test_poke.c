/* Qualify: polling an address, and answering polls. */
#include "pair.h"

static void test_req_202_203_qualify(void **state)
{
	struct pair *p = pair_new();
	struct iax2_qualify_params params = {.max_ms = 2000};
	struct iax2_qualify *q;
	struct iax2_qualify_info info;
	struct iax2_stats stats;
	char buf[32];

	(void)state;
	assert_int_equal(iax2_qualify_new(p->ep[0], &q, &p->path[0], &params, p->now), 0);
	iax2_qualify_info(q, &info);
	assert_string_equal(iax2_qualify_text(info.last_ms, info.max_ms, buf), "UNKNOWN");
	pair_settle(p);
	(void)pair_expect(p, 0, IAX2_EV_QUALIFY);
	iax2_qualify_info(q, &info);
	assert_string_equal(iax2_qualify_text(info.last_ms, info.max_ms, buf), "OK (1 ms)");
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.associations, 0);
	assert_int_equal(p->logged, 2);
	p->lose_to[1] = true;
	pair_run(p, 59900);
	pair_expect_none(p, 0);
	pair_run(p, 22200);
	(void)pair_expect(p, 0, IAX2_EV_QUALIFY);
	iax2_qualify_info(q, &info);
	assert_string_equal(iax2_qualify_text(info.last_ms, info.max_ms, buf), "UNREACHABLE");
	p->lose_to[1] = false;
	pair_run(p, 10100);
	(void)pair_expect(p, 0, IAX2_EV_QUALIFY);
	iax2_qualify_info(q, &info);
	assert_true(info.last_ms > 0);
	assert_string_equal(iax2_qualify_text(2500, 2000, buf), "LAGGED (2500 ms)");
	iax2_qualify_stop(q);
	pair_run(p, 70000);
	pair_expect_none(p, 0);
	pair_del(p);
}

static int32_t last_ms(const struct iax2_qualify *q)
{
	struct iax2_qualify_info info;

	iax2_qualify_info(q, &info);
	return info.last_ms;
}

/* The other side starts after the first POKE: it is reachable, and not so far away as the lost POKE makes believe. */
static void test_answer_to_a_repeated_poll_is_checked(void **state)
{
	struct iax2_qualify_params params = {.max_ms = 2000};
	struct pair *p = pair_new();
	struct iax2_qualify *q;
	size_t mark;

	(void)state;
	p->lose_to[1] = true;
	assert_int_equal(iax2_qualify_new(p->ep[0], &q, &p->path[0], &params, p->now), 0);
	pair_run(p, 400);
	pair_expect_none(p, 0);
	p->lose_to[1] = false;
	pair_run(p, 200); /* sent again after 500 ms */
	(void)pair_expect(p, 0, IAX2_EV_QUALIFY);
	assert_int_equal(last_ms(q), 1);
	mark = p->logged;
	pair_run(p, 1000);
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_POKE), 1);
	(void)pair_expect(p, 0, IAX2_EV_QUALIFY);
	assert_int_equal(last_ms(q), 1);
	mark = p->logged;
	pair_run(p, 59000); /* and then in peace */
	assert_int_equal(pair_count(p, mark, 1, IAX2_TYPE_IAX, IAX2_CMD_POKE), 0);
	pair_del(p);
}

/* Answers the last POKE of a by hand, after delay_ms. */
static void answer_late(struct pair *p, int64_t delay_ms)
{
	struct iax2_frame poke, pong;
	const struct pair_packet *packet = NULL;
	uint8_t buf[16];

	for (size_t i = p->logged; i > 0 && !packet; i--) {
		packet = pair_find(p, i - 1, 1, IAX2_TYPE_IAX, IAX2_CMD_POKE, &poke);
	}
	assert_non_null(packet);
	pair_run(p, delay_ms);
	pong = (struct iax2_frame){.kind = IAX2_KIND_FULL, .scall = 1, .dcall = poke.scall, .timestamp = poke.timestamp, .iseqno = 1,
	                           .type = IAX2_TYPE_IAX, .subclass = IAX2_CMD_PONG};
	assert_int_equal(iax2_frame_encode(&pong, buf, sizeof(buf)), 12);
	pair_inject(p, 0, buf, 12);
}

/* A way so slow that every POKE is repeated before its answer: one poll out of turn, no more, and the longest time is taken. */
static void test_slow_way_is_not_polled_for_ever(void **state)
{
	struct iax2_qualify_params params = {.max_ms = 2000};
	struct pair *p = pair_new();
	struct iax2_qualify *q;
	size_t mark;

	(void)state;
	p->lose_to[1] = true;
	assert_int_equal(iax2_qualify_new(p->ep[0], &q, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	answer_late(p, 700);
	(void)pair_expect(p, 0, IAX2_EV_QUALIFY);
	assert_int_equal(last_ms(q), 200);
	pair_run(p, 1000);
	answer_late(p, 700);
	(void)pair_expect(p, 0, IAX2_EV_QUALIFY);
	assert_int_equal(last_ms(q), 700);
	mark = p->logged;
	pair_run(p, 59900);
	assert_int_equal(p->logged, mark);
	pair_run(p, 200);
	answer_late(p, 600); /* now it waits as long as the way is known to take, and the figure is clean */
	(void)pair_expect(p, 0, IAX2_EV_QUALIFY);
	assert_in_range(last_ms(q), 600, 700);
	mark = p->logged;
	pair_run(p, 50000);
	assert_int_equal(p->logged, mark);
	pair_del(p);
}

/* The next call to the address that was polled knows how far away it is. */
static void test_a_call_inherits_the_round_trip(void **state)
{
	struct iax2_qualify_params params = {.max_ms = 4000};
	struct iax2_call_params call_params = pair_params();
	struct pair *p = pair_new();
	struct iax2_call_info info;
	struct iax2_qualify *q;
	struct iax2_call *a;

	(void)state;
	p->lose_to[1] = true;
	assert_int_equal(iax2_qualify_new(p->ep[0], &q, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	answer_late(p, 40);
	assert_int_equal(last_ms(q), 40);
	assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], &call_params, p->now), 0);
	iax2_call_info(a, &info);
	assert_int_equal(info.rtt_ms, 40);
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_202_203_qualify),
	    cmocka_unit_test(test_answer_to_a_repeated_poll_is_checked),
	    cmocka_unit_test(test_slow_way_is_not_polled_for_ever),
	    cmocka_unit_test(test_a_call_inherits_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
