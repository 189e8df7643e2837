/* The hash table and the keyed hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hash.h"

struct thing {
	struct iax2_hash_node node;
	unsigned value;
};

static void *failing_alloc(void *user, size_t size)
{
	(void)user;
	(void)size;
	return NULL;
}

static void *failing_realloc(void *user, void *ptr, size_t size)
{
	(void)user;
	(void)ptr;
	(void)size;
	return NULL;
}

static void plain_free(void *user, void *ptr)
{
	(void)user;
	free(ptr);
}

static const struct iax2_mem no_memory = {.alloc = failing_alloc, .realloc = failing_realloc, .free = plain_free};

static void test_thousands_in_and_out(void **state)
{
	enum { COUNT = 5000 };
	struct thing *things = calloc(COUNT, sizeof(*things));
	struct iax2_hash hash = {0};

	(void)state;
	assert_non_null(things);
	for (unsigned i = 0; i < COUNT; i++) {
		things[i].value = i;
		assert_int_equal(iax2_hash_reserve(&hash, NULL), 0);
		iax2_hash_add(&hash, &things[i].node, i * UINT64_C(0x100000001));
	}
	assert_int_equal(hash.count, COUNT);
	assert_true(hash.size >= COUNT);
	for (unsigned i = 0; i < COUNT; i += 2) {
		iax2_hash_remove(&hash, &things[i].node);
	}
	for (unsigned i = 0; i < COUNT; i++) {
		struct iax2_hash_node *node = iax2_hash_find(&hash, i * UINT64_C(0x100000001));

		assert_true(i % 2 ? node == &things[i].node : node == NULL);
	}
	assert_int_equal(hash.count, COUNT / 2);
	iax2_hash_remove(&hash, &things[0].node); /* one that is not in it */
	assert_int_equal(hash.count, COUNT / 2);
	for (struct iax2_hash_node *node; (node = iax2_hash_any(&hash));) {
		iax2_hash_remove(&hash, node);
	}
	assert_int_equal(hash.count, 0);
	iax2_hash_fini(&hash, NULL);
	free(things);
}

static void test_several_of_the_same_key(void **state)
{
	struct thing things[20] = {0};
	struct iax2_hash hash = {0};
	unsigned seen = 0;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(iax2_hash_reserve(&hash, NULL), 0);
		things[i].value = i;
		iax2_hash_add(&hash, &things[i].node, i % 2 ? 42 : i);
	}
	for (struct iax2_hash_node *node = iax2_hash_find(&hash, 42); node; node = iax2_hash_same(node)) {
		seen |= 1u << IAX2_CONTAINER(node, struct thing, node)->value;
	}
	assert_int_equal(seen, 0xaaaaa);
	iax2_hash_fini(&hash, NULL);
}

static void test_empty_table(void **state)
{
	struct iax2_hash hash = {0};
	struct thing thing = {0};

	(void)state;
	assert_null(iax2_hash_find(&hash, 1));
	assert_null(iax2_hash_any(&hash));
	iax2_hash_remove(&hash, &thing.node);
	iax2_hash_fini(&hash, NULL);
}

/* Without memory the first node is refused; later ones only make the table slower. */
static void test_without_memory(void **state)
{
	struct thing things[100] = {0};
	struct iax2_hash hash = {0};

	(void)state;
	assert_int_equal(iax2_hash_reserve(&hash, &no_memory), IAX2_ERR_NOMEM);
	assert_int_equal(iax2_hash_reserve(&hash, NULL), 0);
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(iax2_hash_reserve(&hash, &no_memory), 0);
		iax2_hash_add(&hash, &things[i].node, i);
	}
	for (unsigned i = 0; i < 100; i++) {
		assert_ptr_equal(iax2_hash_find(&hash, i), &things[i].node);
	}
	iax2_hash_fini(&hash, NULL);
}

/* SipHash-1-3 with the key 00 01 ... 0f over the bytes 00, 01, 02, ...: computed by another implementation, which also gives the published
 * value of SipHash-2-4. */
static void test_keyed_hash(void **state)
{
	static const uint64_t key[2] = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}, other[2] = {1, 2};
	uint8_t data[64];

	(void)state;
	for (unsigned i = 0; i < sizeof(data); i++) {
		data[i] = (uint8_t)i;
	}
	assert_true(iax2_hash_bytes(key, data, 0) == UINT64_C(0xabac0158050fc4dc));
	assert_true(iax2_hash_bytes(key, data, 1) == UINT64_C(0xc9f49bf37d57ca93));
	assert_true(iax2_hash_bytes(key, data, 8) == UINT64_C(0x369095118d299a8e));
	assert_true(iax2_hash_bytes(key, data, 15) == UINT64_C(0xd320d86d2a519956));
	assert_true(iax2_hash_bytes(other, data, 15) != UINT64_C(0xd320d86d2a519956));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_thousands_in_and_out), cmocka_unit_test(test_several_of_the_same_key),
	    cmocka_unit_test(test_empty_table),          cmocka_unit_test(test_without_memory),
	    cmocka_unit_test(test_keyed_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
