/* Cursors over bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire.h"

static void test_reading(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	struct iax2_reader r = iax2_reader_of(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(iax2_read_u8(&r), 1);
	assert_int_equal(iax2_read_u16(&r), 0x0203);
	assert_int_equal(iax2_read_u32(&r), 0x04050607);
	assert_true(iax2_read_u64(&r) == UINT64_C(0x08090a0b0c0d0e0f));
	assert_int_equal(iax2_read_left(&r), 0);
	assert_false(r.bad);
	assert_int_equal(iax2_read_u8(&r), 0);
	assert_true(r.bad);
}

static void test_error_sticks(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3};
	struct iax2_reader r = iax2_reader_of(bytes, sizeof(bytes)), none = iax2_reader_of(NULL, 0);

	(void)state;
	assert_int_equal(iax2_read_u32(&r), 0);
	assert_true(r.bad);
	assert_int_equal(iax2_read_u8(&r), 0);
	assert_int_equal(iax2_read_left(&r), 3);
	assert_null(iax2_read_bytes(&r, 0));
	assert_null(iax2_read_bytes(&none, 0));
	assert_false(none.bad);
	assert_int_equal(iax2_read_u8(&none), 0);
	assert_true(none.bad);
}

static void test_sub_reader(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3};
	struct iax2_reader r = iax2_reader_of(bytes, sizeof(bytes)), sub = iax2_read_sub(&r, 2);

	(void)state;
	assert_int_equal(iax2_read_u16(&sub), 0x0102);
	assert_int_equal(iax2_read_u8(&sub), 0);
	assert_true(sub.bad);
	assert_int_equal(iax2_read_u8(&r), 3);
	sub = iax2_read_sub(&r, 1);
	assert_true(sub.bad);
	assert_true(r.bad);
}

static void test_writing(void **state)
{
	static const uint8_t expected[] = {1, 2, 3, 4, 5, 6, 7, 2, 0xaa, 0xbb};
	uint8_t bytes[sizeof(expected)], *mark;
	struct iax2_writer w = iax2_writer_of(bytes, sizeof(bytes));

	(void)state;
	iax2_write_u8(&w, 1);
	iax2_write_u16(&w, 0x0203);
	iax2_write_u32(&w, 0x04050607);
	mark = iax2_write_mark(&w);
	iax2_write_bytes(&w, "\xaa\xbb", 2);
	iax2_write_len8(&w, mark);
	assert_false(w.full);
	assert_memory_equal(bytes, expected, sizeof(expected));
	iax2_write_u8(&w, 9);
	assert_true(w.full);
	assert_ptr_equal(w.p, bytes + sizeof(bytes));
}

static void test_length_byte_has_a_limit(void **state)
{
	uint8_t bytes[400] = {0}, *mark;
	struct iax2_writer w = iax2_writer_of(bytes, sizeof(bytes));

	(void)state;
	mark = iax2_write_mark(&w);
	assert_non_null(iax2_write_room(&w, 255));
	iax2_write_len8(&w, mark);
	assert_int_equal(*mark, 255);
	assert_false(w.full);
	assert_non_null(iax2_write_room(&w, 1));
	iax2_write_len8(&w, mark);
	assert_true(w.full);
	w = iax2_writer_of(NULL, 0);
	assert_null(iax2_write_mark(&w));
	iax2_write_len8(&w, NULL);
	assert_true(w.full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reading),
	    cmocka_unit_test(test_error_sticks),
	    cmocka_unit_test(test_sub_reader),
	    cmocka_unit_test(test_writing),
	    cmocka_unit_test(test_length_byte_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
