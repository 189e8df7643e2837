/* Table: a hash table of nodes that live inside the things they find; nothing is allocated after table_reserve(). */
#ifndef TANDEM_SWITCH_TABLE_H
#define TANDEM_SWITCH_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table_node {
	struct table_node *next;
	uint64_t hash;
};

struct table {
	struct table_node **buckets;
	size_t size; /* a power of two, or 0 */
};

uint64_t table_hash(const void *key, size_t len);
/* Makes room for `count` nodes; those in it stay.  0, or -ENOMEM with the table as it was. */
int table_reserve(struct table *table, size_t count);
/* Forgets all nodes (which belong to somebody else) and frees the buckets. */
void table_fini(struct table *table);
/* After at least one successful table_reserve().  Nodes of one hash come out in order of insertion. */
void table_insert(struct table *table, struct table_node *node, uint64_t hash);
/* No harm when it is not in the table. */
void table_remove(struct table *table, struct table_node *node);
/* The first node of that hash, and the next one with the same hash; NULL at the end.  The caller compares keys. */
struct table_node *table_first(const struct table *table, uint64_t hash);
struct table_node *table_next(const struct table_node *node);

#endif
