/* No memory is asked for per media frame: what the first frames needed is used over and over. */
#include "pair.h"

#define FRAMES 10000
#define CALLS 50

static const uint8_t voice[160] = {0xff};

/* Lets 20 ms pass without a log of packets. */
static void step(struct pair *p)
{
	struct iax2_datagram d[64];
	struct iax2_event ev;
	size_t n;

	p->now += 20 * PAIR_MS;
	for (int round = 0; round < 4; round++) {
		for (int side = 0; side < 2; side++) {
			iax2_endpoint_tick(p->ep[side], p->now);
			while ((n = iax2_endpoint_output(p->ep[side], d, 64)) > 0) {
				for (size_t i = 0; i < n; i++) {
					iax2_endpoint_input(p->ep[1 - side], &p->path[1 - side], d[i].data, d[i].len, p->now);
				}
			}
			while (iax2_endpoint_event(p->ep[side], &ev)) {
			}
		}
	}
}

/* So much of both endpoints' business that happens once in ten seconds is done that only media are left for a while. */
static struct pair *quiet_pair(void)
{
	struct pair *p = calloc(1, sizeof(*p));
	struct iax2_config config;

	assert_non_null(p);
	config = pair_config(p);
	config.ping_interval_ms = config.lagrq_interval_ms = 1000000000;
	config.max_calls_unvalidated = 10000;
	assert_true(pair_start(p, &config));
	return p;
}

static uint64_t heard(const struct iax2_call *call)
{
	struct iax2_call_info info;

	iax2_call_info(call, &info);
	return info.rx_voice;
}

/* Only full voice frames take memory, since they are kept until they are acknowledged: one piece in 32 s, 1638 frames. */
static void test_bridged_minis(void **state)
{
	struct pair *p = quiet_pair();
	struct iax2_call *a[2], *b[2];
	struct iax2_stats before, after;
	long allocations;

	(void)state;
	pair_call(p, &a[0], &b[0]);
	pair_call(p, &a[1], &b[1]);
	assert_int_equal(iax2_call_bridge(b[0], b[1]), 0);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(iax2_call_send_voice(a[0], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, voice, sizeof(voice), p->now), 0);
		step(p);
	}
	iax2_endpoint_stats(p->ep[1], &before);
	allocations = p->allocations;
	for (int i = 0; i < FRAMES; i++) {
		assert_int_equal(iax2_call_send_voice(a[0], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, voice, sizeof(voice), p->now), 0);
		step(p);
	}
	iax2_endpoint_stats(p->ep[1], &after);
	assert_int_equal(heard(a[1]), FRAMES + 100);
	assert_in_range(after.tx_datagrams - before.tx_datagrams, FRAMES, FRAMES + 20);
	/* 10,000 frames are 200 s: bit 15 changes 6 times on each of both ways */
	assert_in_range(p->allocations - allocations, 12, 14);
	pair_del(p);
}

/* 50 calls through a bridge from trunk to trunk, 200 frames each, which is short enough for no full frame. */
static void test_bridged_trunk_entries(void **state)
{
	struct pair *p = quiet_pair();
	struct iax2_call *a[2 * CALLS], *b[2 * CALLS];
	struct iax2_stats before, after;
	long allocations = 0;

	(void)state;
	for (int i = 0; i < 2 * CALLS; i++) {
		pair_call(p, &a[i], &b[i]);
		iax2_call_set_trunk(a[i], true);
		iax2_call_set_trunk(b[i], true);
	}
	for (int i = 0; i < CALLS; i++) {
		assert_int_equal(iax2_call_bridge(b[2 * i], b[2 * i + 1]), 0);
	}
	for (int n = 0; n < 20 + FRAMES / CALLS; n++) {
		if (n == 20) {
			allocations = p->allocations;
			iax2_endpoint_stats(p->ep[1], &before);
		}
		for (int i = 0; i < CALLS; i++) {
			assert_int_equal(iax2_call_send_voice(a[2 * i], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, voice, sizeof(voice), p->now), 0);
		}
		step(p);
	}
	iax2_endpoint_stats(p->ep[1], &after);
	assert_in_range(after.tx_trunk_entries - before.tx_trunk_entries, FRAMES - CALLS, FRAMES + CALLS);
	assert_in_range(after.rx_trunk_entries - before.rx_trunk_entries, FRAMES - CALLS, FRAMES + CALLS);
	assert_int_equal(p->allocations - allocations, 0);
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_bridged_minis), cmocka_unit_test(test_bridged_trunk_entries)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
