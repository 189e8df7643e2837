#include "config/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 16384
#define ALIGNMENT  _Alignof(max_align_t)

struct chunk {
	struct chunk *next;
	size_t size, used;
	_Alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct chunk *chunks; /* the first is the one that is being filled */
};

static struct chunk *chunk_new(size_t size)
{
	if (size > SIZE_MAX / 2) {
		return NULL;
	}
	struct chunk *chunk = calloc(1, sizeof(*chunk) + size);
	if (chunk) {
		chunk->size = size;
	}
	return chunk;
}

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

void arena_del(struct arena *arena)
{
	if (!arena) {
		return;
	}
	while (arena->chunks) {
		struct chunk *next = arena->chunks->next;
		free(arena->chunks);
		arena->chunks = next;
	}
	free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX / 4) {
		return NULL;
	}
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	struct chunk *chunk = arena->chunks;
	if (!chunk || size > chunk->size - chunk->used) {
		chunk = chunk_new(size > CHUNK_SIZE / 4 ? size : CHUNK_SIZE);
		if (!chunk) {
			return NULL;
		}
		if (arena->chunks && chunk->size == size) {
			/* A large one is full at once: the chunk with room left stays in front. */
			chunk->next = arena->chunks->next;
			arena->chunks->next = chunk;
		} else {
			chunk->next = arena->chunks;
			arena->chunks = chunk;
		}
	}
	void *memory = chunk->data + chunk->used;
	chunk->used += size;
	return memory;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);
	if (copy) {
		memcpy(copy, text, len);
	}
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t *cap, size_t size)
{
	if (count < *cap) {
		return array;
	}
	size_t wanted = *cap ? *cap * 2 : 8;
	if (wanted > SIZE_MAX / 4 / size) {
		return NULL;
	}
	void *larger = arena_alloc(arena, wanted * size);
	if (!larger) {
		return NULL;
	}
	if (count) {
		memcpy(larger, array, count * size);
	}
	*cap = wanted;
	return larger;
}
