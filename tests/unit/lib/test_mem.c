/* Memory wrappers, with the C library's functions and with somebody else's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"

struct budget {
	int left;
	int live;
};

static void *budget_alloc(void *user, size_t size)
{
	struct budget *budget = user;
	void *ptr = budget->left-- > 0 ? malloc(size) : NULL;

	if (ptr) {
		memset(ptr, 0xa5, size);
		budget->live++;
	}
	return ptr;
}

static void *budget_realloc(void *user, void *ptr, size_t size)
{
	struct budget *budget = user;

	if (budget->left-- <= 0) {
		return NULL;
	}
	budget->live += ptr ? 0 : 1;
	return realloc(ptr, size);
}

static void budget_free(void *user, void *ptr)
{
	((struct budget *)user)->live -= ptr ? 1 : 0;
	free(ptr);
}

static void walk(const struct iax2_mem *mem)
{
	static const uint8_t zeros[16];
	uint8_t *block = iax2_mem_alloc_zero(mem, sizeof(zeros));
	uint32_t *array = iax2_mem_realloc_array(mem, NULL, 2, sizeof(*array)), *more;
	char *copy = iax2_mem_copy_text(mem, "abcdef", 3), *text = iax2_mem_strdup(mem, "");

	if (block) {
		assert_memory_equal(block, zeros, sizeof(zeros));
	}
	if (array) {
		array[1] = 7;
		more = iax2_mem_realloc_array(mem, array, 100, sizeof(*array));
		array = more ? more : array;
		assert_int_equal(array[1], 7);
	}
	assert_true(!copy || strcmp(copy, "abc") == 0);
	assert_true(!text || text[0] == '\0');
	assert_null(iax2_mem_strdup(mem, NULL));
	assert_null(iax2_mem_realloc_array(mem, NULL, SIZE_MAX / 2, 4));
	iax2_mem_free(mem, block);
	iax2_mem_free(mem, array);
	iax2_mem_free(mem, copy);
	iax2_mem_free(mem, text);
	iax2_mem_free(mem, NULL);
}

static void test_c_library(void **state)
{
	(void)state;
	walk(NULL);
}

static void test_every_failure(void **state)
{
	(void)state;
	for (int n = 0; n < 8; n++) {
		struct budget budget = {.left = n};
		struct iax2_mem mem = {budget_alloc, budget_realloc, budget_free, &budget};

		walk(&mem);
		assert_int_equal(budget.live, 0);
	}
}

static void test_sizes_of_zero(void **state)
{
	void *block = iax2_mem_alloc_zero(NULL, 0), *array = iax2_mem_realloc_array(NULL, NULL, 0, 8);

	(void)state;
	assert_non_null(block);
	assert_non_null(array);
	iax2_mem_free(NULL, block);
	iax2_mem_free(NULL, array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_c_library),
	    cmocka_unit_test(test_every_failure),
	    cmocka_unit_test(test_sizes_of_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
