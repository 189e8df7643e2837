/* Arena: memory that is freed all at once.  Strings and arrays of one configuration load live in one. */
#ifndef TANDEM_CONFIG_ARENA_H
#define TANDEM_CONFIG_ARENA_H

#include <stddef.h>

struct arena;

/* NULL: out of memory.  So are all other NULL results here. */
struct arena *arena_new(void);
void arena_del(struct arena *arena);

/* Zeroed memory, aligned for anything. */
void *arena_alloc(struct arena *arena, size_t size);
/* A copy that ends with a NUL. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_strdup(struct arena *arena, const char *text);

/* Makes room for one more element of `size` bytes in an array of `count`, doubling it when *cap is reached; returns the array
 * (moved or not) and updates *cap.  The old array stays in the arena. */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t *cap, size_t size);

#endif
