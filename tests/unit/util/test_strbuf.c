#include "util/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void test_empty_has_text(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_EMPTY;

	assert_string_equal(strbuf_text(&sb), "");
	strbuf_fini(&sb);
	char *text = strbuf_steal(&sb);
	assert_string_equal(text, "");
	free(text);
}

static void test_grows_by_every_way(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_EMPTY;

	strbuf_add(&sb, "one ");
	strbuf_add_char(&sb, '2');
	strbuf_add_bytes(&sb, " three!", 6);
	strbuf_printf(&sb, " %d%s", 4, "");
	assert_string_equal(strbuf_text(&sb), "one 2 three 4");
	assert_int_equal(sb.len, strlen("one 2 three 4"));
	strbuf_fini(&sb);
}

static void test_long_texts_stay_whole(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_EMPTY;

	for (int i = 0; i < 10000; i++) {
		strbuf_printf(&sb, "%04d", i);
	}
	assert_int_equal(sb.len, 40000);
	assert_memory_equal(sb.text + 4 * 9999, "9999", 5);
	strbuf_fini(&sb);
}

static void test_clear_keeps_memory(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_EMPTY;

	strbuf_add(&sb, "text");
	const char *before = sb.text;
	strbuf_clear(&sb);
	assert_string_equal(strbuf_text(&sb), "");
	assert_ptr_equal(sb.text, before);
	strbuf_fini(&sb);
}

static void test_failure_is_sticky_and_keeps_the_text(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_EMPTY;

	strbuf_add(&sb, "kept");
	strbuf_add_bytes(&sb, "", SIZE_MAX - 2); /* cannot be had: refused before a byte is read */
	assert_true(sb.failed);
	strbuf_add(&sb, "lost");
	assert_string_equal(strbuf_text(&sb), "kept");
	assert_null(strbuf_steal(&sb));
	assert_false(sb.failed);
	strbuf_add(&sb, "usable again");
	assert_string_equal(strbuf_text(&sb), "usable again");
	strbuf_fini(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_has_text),
		cmocka_unit_test(test_grows_by_every_way),
		cmocka_unit_test(test_long_texts_stay_whole),
		cmocka_unit_test(test_clear_keeps_memory),
		cmocka_unit_test(test_failure_is_sticky_and_keeps_the_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
