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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_req_202_203_qualify)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
