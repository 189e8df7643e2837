#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "switch/table.h"

struct thing {
	struct table_node node;
	int key;
};

static struct thing *find(const struct table *table, int key)
{
	for (struct table_node *node = table_first(table, table_hash(&key, sizeof key)); node; node = table_next(node)) {
		if (((struct thing *)node)->key == key) {
			return (struct thing *)node;
		}
	}
	return NULL;
}

static void test_finds_what_was_put_in(void **state)
{
	(void)state;
	struct table table = {0};
	static struct thing things[500];
	assert_null(find(&table, 1));
	for (int i = 0; i < 500; i++) {
		assert_int_equal(table_reserve(&table, (size_t)i + 1), 0);
		things[i].key = i;
		table_insert(&table, &things[i].node, table_hash(&i, sizeof i));
	}
	for (int i = 0; i < 500; i++) {
		assert_ptr_equal(find(&table, i), &things[i]);
	}
	assert_null(find(&table, 500));
	table_fini(&table);
}

static void test_remove_leaves_the_others(void **state)
{
	(void)state;
	struct table table = {0};
	struct thing things[3] = {{.key = 1}, {.key = 2}, {.key = 3}}, stranger = {.key = 1};
	assert_int_equal(table_reserve(&table, 3), 0);
	for (int i = 0; i < 3; i++) {
		table_insert(&table, &things[i].node, table_hash(&things[i].key, sizeof things[i].key));
	}
	table_remove(&table, &stranger.node);
	table_remove(&table, &things[1].node);
	table_remove(&table, &things[1].node);
	assert_ptr_equal(find(&table, 1), &things[0]);
	assert_null(find(&table, 2));
	assert_ptr_equal(find(&table, 3), &things[2]);
	table_fini(&table);
}

static void test_same_hash_in_order_of_insertion(void **state)
{
	(void)state;
	struct table table = {0};
	struct thing things[3] = {{.key = 1}, {.key = 2}, {.key = 3}};
	assert_int_equal(table_reserve(&table, 3), 0);
	for (int i = 0; i < 3; i++) {
		table_insert(&table, &things[i].node, 42);
	}
	struct table_node *node = table_first(&table, 42);
	for (int i = 0; i < 3; i++, node = table_next(node)) {
		assert_ptr_equal(node, &things[i].node);
	}
	assert_null(node);
	table_fini(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_finds_what_was_put_in),
	    cmocka_unit_test(test_remove_leaves_the_others),
	    cmocka_unit_test(test_same_hash_in_order_of_insertion),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
