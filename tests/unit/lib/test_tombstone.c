/* What is remembered of legs that ended. */
#include "pair.h"

#include "core.h"
#include "tombstone.h"

static struct iax2_assoc *assoc_of(struct pair *p)
{
	struct iax2_assoc *assoc = iax2_assoc_get(p->ep[0], &p->path[0]);

	assert_non_null(assoc);
	return assoc;
}

static void put(struct pair *p, struct iax2_assoc *assoc, uint16_t own, uint16_t remote)
{
	struct iax2_tombstone *stone = malloc(sizeof(*stone)); /* the endpoint frees it as its own */

	assert_non_null(stone);
	iax2_tombstone_put(p->ep[0], stone, assoc, own, remote);
}

static void test_matches_numbers(void **state)
{
	struct pair *p = pair_new();
	struct iax2_assoc *assoc = assoc_of(p);

	(void)state;
	put(p, assoc, 100, 200);
	put(p, assoc, 100, 201); /* the number was used twice within the minute */
	put(p, assoc, 101, 0);   /* nobody ever answered */
	assert_true(iax2_tombstone_resting(assoc, 100));
	assert_true(iax2_tombstone_resting(assoc, 101));
	assert_false(iax2_tombstone_resting(assoc, 200));
	assert_true(iax2_tombstone_match(assoc, 100, 200, true));
	assert_true(iax2_tombstone_match(assoc, 100, 201, true));
	assert_false(iax2_tombstone_match(assoc, 100, 202, false));
	assert_true(iax2_tombstone_match(assoc, 101, 202, false));
	assert_false(iax2_tombstone_match(assoc, 101, 202, true));
	pair_del(p);
}

static void test_req_070_each_rests_for_a_minute(void **state)
{
	struct pair *p = pair_new();
	struct iax2_assoc *assoc = assoc_of(p);

	(void)state;
	for (uint16_t i = 0; i < 50; i++) {
		iax2_endpoint_tick(p->ep[0], p->now + i * IAX2_NS_PER_S);
		put(p, assoc, 100 + i, 7);
	}
	for (uint16_t i = 0; i < 50; i++) {
		iax2_endpoint_tick(p->ep[0], p->now + (60 + i) * IAX2_NS_PER_S - 1);
		assert_true(iax2_tombstone_resting(assoc, 100 + i));
		if (i < 49) {
			iax2_endpoint_tick(p->ep[0], p->now + (60 + i) * IAX2_NS_PER_S);
			assert_false(iax2_tombstone_resting(assoc, 100 + i));
		}
	}
	iax2_endpoint_tick(p->ep[0], p->now + 200 * IAX2_NS_PER_S);
	assert_null(iax2_assoc_find(p->ep[0], &p->path[0])); /* the last one takes the association with it */
	pair_del(p);
}

static void test_without_memory_it_is_forgotten(void **state)
{
	struct pair *p = pair_new();
	struct iax2_assoc *assoc = assoc_of(p);
	struct iax2_stats stats;

	(void)state;
	p->fail_from = p->allocations + 1;
	put(p, assoc, 100, 200);
	assert_false(iax2_tombstone_resting(assoc, 100));
	iax2_endpoint_stats(p->ep[0], &stats);
	assert_int_equal(stats.no_memory, 1);
	p->fail_from = 0;
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_matches_numbers),
	    cmocka_unit_test(test_req_070_each_rests_for_a_minute),
	    cmocka_unit_test(test_without_memory_it_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
