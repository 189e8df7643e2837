#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "playout.h"

#define FRAME 160
#define DELAY_MS 60
#define DELAY_FRAMES (DELAY_MS / 20)

static struct playout playout;

static void put(int n)
{
	int16_t samples[FRAME];

	for (int i = 0; i < FRAME; i++)
		samples[i] = (int16_t)(n + 1);
	playout_put(&playout, 1000 + n * 20, samples, FRAME);
}

/* Takes a frame: its number, -1 for silence, -2 for a mixture. */
static int get(void)
{
	int16_t samples[FRAME];

	playout_get(&playout, samples, FRAME);
	for (int i = 1; i < FRAME; i++) {
		if (samples[i] != samples[0])
			return -2;
	}
	return samples[0] - 1;
}

static int set_up(void **state)
{
	(void)state;
	playout_init(&playout, DELAY_MS);
	return 0;
}

static void test_in_order(void **state)
{
	(void)state;
	assert_int_equal(get(), -1);
	for (int n = 0; n < 500; n++) {
		put(n);
		assert_int_equal(get(), n < DELAY_FRAMES ? -1 : n - DELAY_FRAMES);
	}
	assert_int_equal(playout_stock(&playout), DELAY_FRAMES * FRAME);
	assert_int_equal(playout.late + playout.stretched + playout.skipped, 0);
}

static void test_reordered_frames_come_out_in_order(void **state)
{
	(void)state;
	put(0);
	assert_int_equal(get(), -1);
	for (int n = 1; n < 60; n += 2) {   /* each pair in the wrong order */
		put(n + 1);
		assert_int_equal(get(), n < DELAY_FRAMES ? -1 : n - DELAY_FRAMES);
		put(n);
		assert_int_equal(get(), n + 1 < DELAY_FRAMES ? -1 : n + 1 - DELAY_FRAMES);
	}
	assert_int_equal(playout.late + playout.stretched, 0);
}

static void test_lost_frames_are_silence_of_their_length(void **state)
{
	(void)state;
	for (int n = 0; n < 100; n++) {
		if (n % 10 != 5)
			put(n);
		if (n < DELAY_FRAMES)
			assert_int_equal(get(), -1);
		else
			assert_int_equal(get(), (n - DELAY_FRAMES) % 10 == 5 ? -1 : n - DELAY_FRAMES);
	}
}

static void test_a_late_frame_makes_it_wait_longer(void **state)
{
	(void)state;
	for (int n = 0; n < 20; n++) {
		put(n);
		get();
	}
	for (int i = 0; i < 5; i++)   /* nothing for 100 ms, then all of it */
		get();
	for (int n = 20; n < 25; n++)
		put(n);
	assert_int_equal(playout.stretched, 1);
	assert_int_equal(playout.late, 0);
	for (int n = 20; n < 200; n++) {
		put(n + 5);
		assert_int_equal(get(), n);
	}
}

static void test_a_hopeless_frame_is_counted(void **state)
{
	(void)state;
	for (int n = 0; n < 50; n++) {
		put(n);
		get();
	}
	put(10);
	assert_int_equal(playout.late, 1);
	assert_int_equal(get(), 50 - DELAY_FRAMES);
}

static void test_too_much_stock_is_worked_off(void **state)
{
	int n, last = -1;

	(void)state;
	for (n = 0; n < 10; n++)   /* a sender who begins with a burst */
		put(n);
	for (int i = 0; i < 2000; i++) {
		put(n++);
		last = get();
	}
	assert_true(playout.skipped > 0);
	assert_int_equal(playout.late, 0);
	assert_true(n - 1 - last <= DELAY_FRAMES + 4);
}

static void test_a_clock_set_forward_or_back(void **state)
{
	(void)state;
	for (int n = 0; n < 20; n++) {
		put(n);
		get();
	}
	for (int n = 1000; n < 1020; n++) {
		put(n);
		get();
	}
	assert_int_equal(playout.restarted, 1);
	for (int n = 0; n < 40; n++) {
		put(n);
		get();
	}
	assert_int_equal(playout.restarted, 2);
	assert_true(get() >= 30);
}

static void test_silence_of_the_sender_keeps_time(void **state)
{
	(void)state;
	for (int n = 0; n < 20; n++) {
		put(n);
		get();
	}
	for (int i = 0; i < 200; i++)
		get();
	for (int n = 220; n < 230; n++) {
		put(n);
		assert_int_equal(get(), n - DELAY_FRAMES < 220 ? -1 : n - DELAY_FRAMES);
	}
	assert_int_equal(playout.restarted + playout.stretched, 0);
}

static void test_absurd_input(void **state)
{
	static int16_t samples[PLAYOUT_SAMPLES];

	(void)state;
	playout_put(&playout, 0, samples, PLAYOUT_SAMPLES);
	assert_int_equal(playout_stock(&playout), 0);
	playout_put(&playout, 0, samples, 0);
	playout_put(&playout, INT64_C(1) << 40, samples, FRAME);
	playout_put(&playout, -5000, samples, FRAME);
	assert_int_equal(get(), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_in_order, set_up),
		cmocka_unit_test_setup(test_reordered_frames_come_out_in_order, set_up),
		cmocka_unit_test_setup(test_lost_frames_are_silence_of_their_length, set_up),
		cmocka_unit_test_setup(test_a_late_frame_makes_it_wait_longer, set_up),
		cmocka_unit_test_setup(test_a_hopeless_frame_is_counted, set_up),
		cmocka_unit_test_setup(test_too_much_stock_is_worked_off, set_up),
		cmocka_unit_test_setup(test_a_clock_set_forward_or_back, set_up),
		cmocka_unit_test_setup(test_silence_of_the_sender_keeps_time, set_up),
		cmocka_unit_test_setup(test_absurd_input, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
