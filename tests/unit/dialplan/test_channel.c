#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"

static struct fake fake;

static void test_states_and_answer(void **state)
{
	(void)state;
	fake_init(&fake, NULL);
	struct fake_channel *fc = fake_channel(&fake, "a");
	assert_string_equal(channel_state_text(CHANNEL_RINGING), "Ringing");
	assert_string_equal(channel_state_text((enum channel_state)99), "Unknown");
	assert_int_equal(channel_answer(&fc->ch), 0);
	assert_int_equal(channel_answer(&fc->ch), 0);
	assert_int_equal(fc->ch.state, CHANNEL_UP);
	assert_true(fc->ch.answered > 0);
	channel_hangup(&fc->ch, 17);
	channel_hangup(&fc->ch, 18);
	assert_true(channel_answer(&fc->ch) < 0);
	assert_true(channel_control(&fc->ch, IAX2_CONTROL_RINGING) < 0);
	assert_true(channel_call(&fc->ch) < 0);
	assert_true(channel_voice(&fc->ch, IAX2_FORMAT_ULAW, 0, "x", 1) < 0);
	channel_del(&fc->ch);
	assert_string_equal(fc->log, "answer;hangup:17;");
	fake_fini(&fake);
}

static void test_voice_is_translated_when_it_must_be(void **state)
{
	(void)state;
	fake_init(&fake, NULL);
	struct fake_channel *fc = fake_channel(&fake, "a");
	const uint8_t alaw_silence[2] = {0xd5, 0xd5};
	assert_int_equal(channel_voice(&fc->ch, IAX2_FORMAT_ALAW, IAX2_TS_AUTO, alaw_silence, 2), 0);
	assert_string_equal(fc->log, "voice:2;");
	assert_int_not_equal(fc->first_payload[0], 0xd5);
	assert_true(channel_voice(&fc->ch, IAX2_FORMAT(9), IAX2_TS_AUTO, "x", 1) < 0);
	assert_int_equal(fc->voice, 1);
	channel_del(&fc->ch);
	fake_fini(&fake);
}

static void count_bridge_end(struct channel *ch, const struct channel_event *ev, void *arg)
{
	(void)ch;
	*(int *)arg += ev->type == CHANNEL_EV_BRIDGE_END;
}

static void test_hangup_parts_a_bridge(void **state)
{
	(void)state;
	fake_init(&fake, NULL);
	struct fake_channel *a = fake_channel(&fake, "a"), *b = fake_channel(&fake, "b");
	int ends = 0;
	channel_answer(&a->ch);
	channel_answer(&b->ch);
	fake.pbx.ops->bridge(&fake.pbx, &a->ch, &b->ch);
	channel_set_listener(&b->ch, count_bridge_end, &ends);
	channel_del(&a->ch);
	assert_int_equal(ends, 1);
	assert_null(b->ch.bridged);
	channel_del(&b->ch);
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states_and_answer), cmocka_unit_test(test_voice_is_translated_when_it_must_be),
		cmocka_unit_test(test_hangup_parts_a_bridge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
