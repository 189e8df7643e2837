/* The time stamps of what we send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "iax2/call.h"
#include "stamp.h"

#define MS IAX2_NS_PER_MS
#define START (5000 * MS)

static iax2_ts voice(struct iax2_stamp *stamp, int64_t at_ms)
{
	return iax2_stamp_voice(stamp, IAX2_TS_AUTO, 20, START + at_ms * MS);
}

static void test_req_083_the_first_frame_is_zero(void **state)
{
	struct iax2_stamp stamp = {0};

	(void)state;
	assert_int_equal(iax2_stamp_command(&stamp, START), 0);
	assert_int_equal(iax2_stamp_command(&stamp, START + 1500 * MS), 1500);
	assert_int_equal(iax2_stamp_clock(&stamp, START + 1999 * MS + 1), 1999);
	/* also when the clock of our owner begins with zero */
	stamp = (struct iax2_stamp){0};
	assert_int_equal(iax2_stamp_command(&stamp, 0), 0);
	assert_int_equal(iax2_stamp_command(&stamp, 7 * MS), 7);
}

static void test_req_087_commands_grow_strictly(void **state)
{
	struct iax2_stamp stamp = {0};
	iax2_ts last = -1;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		iax2_ts ts = i % 3 == 0 ? voice(&stamp, i) : iax2_stamp_command(&stamp, START + i * MS);

		assert_true(i % 3 == 0 || ts > last);
		last = ts > last ? ts : last;
	}
}

static void test_signals_stay_in_order_with_predicted_voice(void **state)
{
	struct iax2_stamp stamp = {0};

	(void)state;
	assert_int_equal(iax2_stamp_command(&stamp, START), 0);
	assert_int_equal(iax2_stamp_signal(&stamp, START + 160 * MS), 3); /* within 160 ms of the last: just behind it */
	assert_int_equal(iax2_stamp_signal(&stamp, START + 164 * MS), 164);
	assert_int_equal(iax2_stamp_signal(&stamp, START + 100 * MS), 167); /* a clock behind the last */
	assert_int_equal(iax2_stamp_signal(&stamp, START + 327 * MS), 170);
	assert_int_equal(iax2_stamp_signal(&stamp, START + 331 * MS), 331);
}

static void test_req_085_voice_advances_by_its_duration(void **state)
{
	struct iax2_stamp stamp = {0};

	(void)state;
	assert_int_equal(voice(&stamp, 0), 0);
	assert_int_equal(voice(&stamp, 33), 20);
	assert_int_equal(voice(&stamp, 34), 40);
	assert_int_equal(voice(&stamp, 59), 60);
	assert_int_equal(voice(&stamp, 200), 80);
}

static void test_req_086_after_silence_from_the_clock(void **state)
{
	struct iax2_stamp stamp = {0};

	(void)state;
	assert_int_equal(voice(&stamp, 0), 0);
	assert_int_equal(voice(&stamp, 20), 20);
	assert_int_equal(voice(&stamp, 1001), 1020); /* a gap longer than 160 ms: rounded up to whole frames */
	iax2_stamp_silence(&stamp);
	assert_int_equal(voice(&stamp, 1061), 1080);
	iax2_stamp_silence(&stamp);
	assert_int_equal(voice(&stamp, 1061), 1083); /* never the same again */
}

/* A source clock that runs 1 % fast: the voice stays regular and the call's clock follows it. */
static void test_the_clock_follows_the_media(void **state)
{
	struct iax2_stamp stamp = {0};

	(void)state;
	for (int i = 0; i < 5000; i++) {
		iax2_ns now = START + i * 20 * MS * 99 / 100;
		iax2_ts ts = iax2_stamp_voice(&stamp, IAX2_TS_AUTO, 20, now);

		assert_int_equal(ts, i * 20);
		assert_in_range(iax2_stamp_clock(&stamp, now) + 20, ts, ts + 40);
	}
}

static void test_relayed_voice_keeps_its_spacing(void **state)
{
	static const iax2_ts source[] = {70000, 70020, 70060, 70040, 70080}; /* one was lost, two changed places */
	struct iax2_stamp stamp = {0};
	iax2_ts offset = 0;

	(void)state;
	assert_int_equal(iax2_stamp_command(&stamp, START), 0);
	for (int i = 0; i < 5; i++) {
		iax2_ts ts = iax2_stamp_voice(&stamp, source[i], 20, START + (100 + 20 * i) * MS);

		offset = i == 0 ? ts - source[i] : offset;
		assert_int_equal(ts, source[i] + offset);
	}
	assert_in_range(70000 + offset, 100, 120);
}

static void test_relayed_voice_is_anchored_anew(void **state)
{
	struct iax2_stamp stamp = {0};
	iax2_ts a, b;

	(void)state;
	a = iax2_stamp_voice(&stamp, 1000, 20, START);
	assert_int_equal(a, 0);
	b = iax2_stamp_voice(&stamp, 1160, 20, START); /* 160 ms off: still believed */
	assert_int_equal(b, 160);
	b = iax2_stamp_voice(&stamp, 900000, 20, START + 1000 * MS); /* another source, or it was reset */
	assert_int_equal(b, 1000);
	b = iax2_stamp_voice(&stamp, 900020, 20, START + 1020 * MS);
	assert_int_equal(b, 1020);
	b = iax2_stamp_voice(&stamp, 5, 20, START + 1030 * MS); /* never over what was sent already */
	assert_int_equal(b, 1040);
	b = iax2_stamp_voice(&stamp, IAX2_TS_AUTO, 20, START + 1061 * MS);
	assert_int_equal(b, 1060);
}

static void test_video_never_goes_back(void **state)
{
	struct iax2_stamp stamp = {0};
	iax2_ts last;

	(void)state;
	assert_int_equal(iax2_stamp_video(&stamp, IAX2_TS_AUTO, START), 0);
	assert_int_equal(iax2_stamp_video(&stamp, IAX2_TS_AUTO, START), 0); /* packets of one picture */
	assert_int_equal(iax2_stamp_signal(&stamp, START + 50 * MS), 3);
	assert_int_equal(iax2_stamp_video(&stamp, IAX2_TS_AUTO, START + MS), 3);
	last = iax2_stamp_video(&stamp, 8000, START + 100 * MS);
	assert_int_equal(last, 100);
	assert_int_equal(iax2_stamp_video(&stamp, 8000, START + 101 * MS), 100);
	assert_int_equal(iax2_stamp_video(&stamp, 8040, START + 140 * MS), 140);
	assert_int_equal(iax2_stamp_video(&stamp, 8020, START + 141 * MS), 140); /* overtaken on its way to us */
	assert_int_equal(iax2_stamp_command(&stamp, START + 190 * MS), 190);
	assert_int_equal(iax2_stamp_video(&stamp, 8080, START + 191 * MS), 190);
	assert_int_equal(iax2_stamp_video(&stamp, 3, START + 400 * MS), 400); /* another source */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_083_the_first_frame_is_zero),
	    cmocka_unit_test(test_req_087_commands_grow_strictly),
	    cmocka_unit_test(test_signals_stay_in_order_with_predicted_voice),
	    cmocka_unit_test(test_req_085_voice_advances_by_its_duration),
	    cmocka_unit_test(test_req_086_after_silence_from_the_clock),
	    cmocka_unit_test(test_the_clock_follows_the_media),
	    cmocka_unit_test(test_relayed_voice_keeps_its_spacing),
	    cmocka_unit_test(test_relayed_voice_is_anchored_anew),
	    cmocka_unit_test(test_video_never_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
