#include "config/name_index.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t name_hash(const char *name)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
	for (const unsigned char *p = (const unsigned char *)name; *p; p++) {
		hash = (hash ^ *p) * UINT64_C(1099511628211);
	}
	return (size_t)(hash ^ hash >> 32);
}

/* The slot that holds the name or is free for it. */
static struct name_slot *find_slot(const struct name_index *index, const char *name)
{
	size_t i = name_hash(name) & (index->cap - 1);
	while (index->slots[i].name && strcmp(index->slots[i].name, name) != 0) {
		i = (i + 1) & (index->cap - 1);
	}
	return &index->slots[i];
}

static int index_grow(struct name_index *index)
{
	struct name_index larger = {.cap = index->cap ? index->cap * 2 : 64, .count = index->count};
	larger.slots = calloc(larger.cap, sizeof(*larger.slots));
	if (!larger.slots) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < index->cap; i++) {
		if (index->slots[i].name) {
			*find_slot(&larger, index->slots[i].name) = index->slots[i];
		}
	}
	free(index->slots);
	*index = larger;
	return 0;
}

int name_index_put(struct name_index *index, const char *name, size_t value)
{
	if (index->count >= index->cap / 2 && index_grow(index) < 0) {
		return -ENOMEM;
	}
	struct name_slot *slot = find_slot(index, name);
	if (!slot->name) {
		slot->name = name;
		index->count++;
	}
	slot->value = value;
	return 0;
}

bool name_index_get(const struct name_index *index, const char *name, size_t *value)
{
	if (index->count == 0) {
		return false;
	}
	const struct name_slot *slot = find_slot(index, name);
	if (!slot->name) {
		return false;
	}
	*value = slot->value;
	return true;
}

void name_index_fini(struct name_index *index)
{
	free(index->slots);
	*index = NAME_INDEX_EMPTY;
}
