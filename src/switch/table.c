#include "switch/table.h"

#include <errno.h>
#include <stdlib.h>

#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

uint64_t table_hash(const void *key, size_t len)
{
	const uint8_t *p = key;
	uint64_t hash = FNV_BASIS;
	for (size_t i = 0; i < len; i++) {
		hash = (hash ^ p[i]) * FNV_PRIME;
	}
	return hash ^ (hash >> 32);
}

static void bucket_append(struct table *table, struct table_node *node)
{
	struct table_node **at = &table->buckets[node->hash & (table->size - 1)];
	while (*at) {
		at = &(*at)->next;
	}
	node->next = NULL;
	*at = node;
}

int table_reserve(struct table *table, size_t count)
{
	size_t size = 16;
	while (size < count * 2) {
		size *= 2;
	}
	if (size <= table->size) {
		return 0;
	}
	struct table grown = {calloc(size, sizeof *grown.buckets), size};
	if (!grown.buckets) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < table->size; i++) {
		for (struct table_node *node = table->buckets[i], *next; node; node = next) {
			next = node->next;
			bucket_append(&grown, node);
		}
	}
	free(table->buckets);
	*table = grown;
	return 0;
}

void table_fini(struct table *table)
{
	free(table->buckets);
	*table = (struct table){0};
}

void table_insert(struct table *table, struct table_node *node, uint64_t hash)
{
	node->hash = hash;
	bucket_append(table, node);
}

void table_remove(struct table *table, struct table_node *node)
{
	if (!table->size) {
		return;
	}
	struct table_node **at = &table->buckets[node->hash & (table->size - 1)];
	while (*at && *at != node) {
		at = &(*at)->next;
	}
	if (*at) {
		*at = node->next;
		node->next = NULL;
	}
}

static struct table_node *same_hash(struct table_node *node, uint64_t hash)
{
	while (node && node->hash != hash) {
		node = node->next;
	}
	return node;
}

struct table_node *table_first(const struct table *table, uint64_t hash)
{
	return table->size ? same_hash(table->buckets[hash & (table->size - 1)], hash) : NULL;
}

struct table_node *table_next(const struct table_node *node)
{
	return same_hash(node->next, node->hash);
}
