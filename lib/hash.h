/* A chained hash table whose nodes live inside what they index, and the keyed hash that spreads what strangers choose. */
#ifndef IAX2_LIB_HASH_H
#define IAX2_LIB_HASH_H

#include "iax2/types.h"

struct iax2_hash_node {
	struct iax2_hash_node *next;
	uint64_t key;
};

/* All zero when empty. */
struct iax2_hash {
	struct iax2_hash_node **buckets;
	size_t size;   /* a power of two, or 0 */
	size_t count;
};

/* Makes sure that one more node can be added.  0, or IAX2_ERR_NOMEM (only for the first one: a table that can't grow gets slower). */
int iax2_hash_reserve(struct iax2_hash *hash, const struct iax2_mem *mem);
/* Adds a node; iax2_hash_reserve() must have succeeded once. */
void iax2_hash_add(struct iax2_hash *hash, struct iax2_hash_node *node, uint64_t key);
void iax2_hash_remove(struct iax2_hash *hash, struct iax2_hash_node *node);
/* The first node of a key, and the next one of the same key; NULL: none. */
struct iax2_hash_node *iax2_hash_find(const struct iax2_hash *hash, uint64_t key);
struct iax2_hash_node *iax2_hash_same(const struct iax2_hash_node *node);
/* Any node, NULL when empty. */
struct iax2_hash_node *iax2_hash_any(const struct iax2_hash *hash);
/* Frees the table, not the nodes. */
void iax2_hash_fini(struct iax2_hash *hash, const struct iax2_mem *mem);

/* SipHash-1-3 of the bytes under a secret seed. */
uint64_t iax2_hash_bytes(const uint64_t seed[static 2], const void *data, size_t len);

#define IAX2_CONTAINER(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

#endif
