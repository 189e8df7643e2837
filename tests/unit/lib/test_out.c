/* The datagrams waiting to be sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "out.h"

static void put(struct iax2_out *out, uint32_t socket, size_t len)
{
	struct iax2_path path = {.socket = socket};
	uint8_t *room = iax2_out_room(out, NULL, &path, len);

	assert_non_null(room);
	memset(room, (int)(socket & 0xff), len);
}

static void test_order_and_content_survive_growth(void **state)
{
	struct iax2_out out = {0};

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		put(&out, i, 1 + i % 1400);
	}
	assert_int_equal(out.count, 1000);
	for (uint32_t i = 0; i < 1000; i++) {
		const struct iax2_out_item *item = &out.items[i];

		assert_int_equal(item->path.socket, i);
		assert_int_equal(item->len, 1 + i % 1400);
		assert_int_equal(out.bytes[item->offset], i & 0xff);
		assert_int_equal(out.bytes[item->offset + item->len - 1], i & 0xff);
	}
	iax2_out_fini(&out, NULL);
}

static void test_room_is_used_again_when_all_was_taken(void **state)
{
	struct iax2_out out = {0};
	size_t cap, bytes_cap;

	(void)state;
	put(&out, 1, 100);
	put(&out, 2, 100);
	cap = out.cap;
	bytes_cap = out.bytes_cap;
	out.taken = 1;
	put(&out, 3, 100); /* one is still waiting */
	assert_int_equal(out.count, 3);
	for (uint32_t i = 0; i < 10000; i++) {
		out.taken = out.count;
		put(&out, 4, 1400);
		assert_int_equal(out.count, 1);
		assert_int_equal(out.items[0].offset, 0);
	}
	assert_int_equal(out.cap, cap);
	assert_int_equal(out.bytes_cap, bytes_cap);
	iax2_out_fini(&out, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order_and_content_survive_growth),
	    cmocka_unit_test(test_room_is_used_again_when_all_was_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
