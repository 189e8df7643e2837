/* Memory through struct iax2_mem.  Every function takes a NULL `mem` for malloc, realloc and free. */
#ifndef IAX2_LIB_MEM_H
#define IAX2_LIB_MEM_H

#include "iax2/types.h"

/* `size` zero bytes, or NULL.  A size of 0 gives a pointer that may be freed. */
void *iax2_mem_alloc_zero(const struct iax2_mem *mem, size_t size);

/* Resizes an array to `count` elements; NULL, with the old array untouched, when there is no memory or the size overflows. */
void *iax2_mem_realloc_array(const struct iax2_mem *mem, void *ptr, size_t count, size_t size);

/* A terminated copy of len bytes, or NULL. */
char *iax2_mem_copy_text(const struct iax2_mem *mem, const char *text, size_t len);

/* A copy of a string; NULL for a NULL string as well as without memory. */
char *iax2_mem_strdup(const struct iax2_mem *mem, const char *text);

void iax2_mem_free(const struct iax2_mem *mem, void *ptr);

#endif
