/* Receive reports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "quality.h"

#define MS IAX2_NS_PER_MS

static void hear(struct iax2_meter *meter, iax2_ts ts, int64_t at_ms)
{
	iax2_meter_frame(meter, ts, 20, (5000 + at_ms) * MS);
}

static void test_perfect_line(void **state)
{
	struct iax2_meter meter = {0};
	struct iax2_quality q;

	(void)state;
	q = iax2_meter_read(&meter);
	assert_int_equal(q.packets, 0);
	for (int i = 0; i < 100; i++) {
		hear(&meter, 20 * i, 20 * i + 70);
	}
	q = iax2_meter_read(&meter);
	assert_int_equal(q.packets, 100);
	assert_int_equal(q.lost + q.out_of_order + q.jitter_ms + q.delay_ms + q.loss_percent, 0);
}

static void test_loss_is_counted_and_silence_is_not(void **state)
{
	struct iax2_meter meter = {0};
	struct iax2_quality q;

	(void)state;
	for (int i = 0; i < 100; i++) {
		if (i % 10 != 5 && i % 10 != 6) {
			hear(&meter, 20 * i, 20 * i);
		}
	}
	q = iax2_meter_read(&meter);
	assert_int_equal(q.lost, 20);
	assert_int_equal(q.loss_percent, 20);
	iax2_meter_silence(&meter);
	hear(&meter, 3000, 3000);
	hear(&meter, 6000, 6000); /* longer than two seconds: he did not talk */
	assert_int_equal(iax2_meter_read(&meter).lost, 20);
}

static void test_reordering_is_no_loss(void **state)
{
	static const int order[] = {0, 1, 3, 2, 4, 5};
	struct iax2_meter meter = {0};
	struct iax2_quality q;

	(void)state;
	for (int i = 0; i < 6; i++) {
		hear(&meter, 20 * order[i], 20 * i);
	}
	q = iax2_meter_read(&meter);
	assert_int_equal(q.lost, 0);
	assert_int_equal(q.out_of_order, 1);
	assert_int_equal(q.packets, 6);
}

static void test_jitter_and_delay(void **state)
{
	struct iax2_meter meter = {0};
	struct iax2_quality q;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		hear(&meter, 20 * i, 20 * i + (i % 2 ? 16 : 0));
	}
	q = iax2_meter_read(&meter);
	assert_in_range(q.jitter_ms, 14, 16);
	assert_int_equal(q.delay_ms, 16);
}

static void test_req_199_elements_there_and_back(void **state)
{
	struct iax2_quality q = {.jitter_ms = 12, .delay_ms = 60, .lost = 0x123456, .loss_percent = 7, .dropped = 5, .out_of_order = 9,
	                         .packets = 100000};
	struct iax2_quality back;
	struct iax2_ie_writer w;
	struct iax2_ies ies;
	uint8_t buf[64];

	(void)state;
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_quality_write(&q, &w);
	assert_false(w.full);
	assert_int_equal(iax2_ies_decode(&ies, buf, w.len), 0);
	back = iax2_quality_decode(&ies);
	assert_memory_equal(&q, &back, sizeof(q));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_perfect_line),          cmocka_unit_test(test_loss_is_counted_and_silence_is_not),
	    cmocka_unit_test(test_reordering_is_no_loss), cmocka_unit_test(test_jitter_and_delay),
	    cmocka_unit_test(test_req_199_elements_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
