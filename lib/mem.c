#include "mem.h"

#include <stdlib.h>
#include <string.h>

void *iax2_mem_alloc_zero(const struct iax2_mem *mem, size_t size)
{
	void *ptr;

	size = size > 0 ? size : 1;
	if (!mem) {
		return calloc(1, size);
	}
	ptr = mem->alloc(mem->user, size);
	if (ptr) {
		memset(ptr, 0, size);
	}
	return ptr;
}

void *iax2_mem_realloc_array(const struct iax2_mem *mem, void *ptr, size_t count, size_t size)
{
	size_t bytes;

	if (size > 0 && count > SIZE_MAX / size) {
		return NULL;
	}
	/* A size of 0 would free the array or not, as the C library likes. */
	bytes = count * size > 0 ? count * size : 1;
	return mem ? mem->realloc(mem->user, ptr, bytes) : realloc(ptr, bytes);
}

char *iax2_mem_copy_text(const struct iax2_mem *mem, const char *text, size_t len)
{
	char *copy = len < SIZE_MAX ? iax2_mem_alloc_zero(mem, len + 1) : NULL;

	if (copy && len > 0) {
		memcpy(copy, text, len);
	}
	return copy;
}

char *iax2_mem_strdup(const struct iax2_mem *mem, const char *text)
{
	return text ? iax2_mem_copy_text(mem, text, strlen(text)) : NULL;
}

void iax2_mem_free(const struct iax2_mem *mem, void *ptr)
{
	if (mem) {
		mem->free(mem->user, ptr);
	} else {
		free(ptr);
	}
}
