#include "hash.h"

#include "mem.h"

#define HASH_FIRST_SIZE 8

static size_t hash_slot(const struct iax2_hash *hash, uint64_t key)
{
	return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (hash->size - 1);
}

static void hash_move(struct iax2_hash *to, const struct iax2_hash *from)
{
	for (size_t i = 0; i < from->size; i++) {
		struct iax2_hash_node *next;

		for (struct iax2_hash_node *node = from->buckets[i]; node; node = next) {
			next = node->next;
			iax2_hash_add(to, node, node->key);
		}
	}
}

int iax2_hash_reserve(struct iax2_hash *hash, const struct iax2_mem *mem)
{
	struct iax2_hash bigger = {.size = hash->size ? hash->size * 2 : HASH_FIRST_SIZE};

	if (hash->count < hash->size) {
		return 0;
	}
	bigger.buckets = iax2_mem_alloc_zero(mem, bigger.size * sizeof(struct iax2_hash_node *));
	if (!bigger.buckets) {
		return hash->size ? 0 : IAX2_ERR_NOMEM;
	}
	hash_move(&bigger, hash);
	iax2_mem_free(mem, hash->buckets);
	*hash = bigger;
	return 0;
}

void iax2_hash_add(struct iax2_hash *hash, struct iax2_hash_node *node, uint64_t key)
{
	struct iax2_hash_node **slot = &hash->buckets[hash_slot(hash, key)];

	node->key = key;
	node->next = *slot;
	*slot = node;
	hash->count++;
}

void iax2_hash_remove(struct iax2_hash *hash, struct iax2_hash_node *node)
{
	if (!hash->size) {
		return;
	}
	for (struct iax2_hash_node **p = &hash->buckets[hash_slot(hash, node->key)]; *p; p = &(*p)->next) {
		if (*p == node) {
			*p = node->next;
			node->next = NULL;
			hash->count--;
			return;
		}
	}
}

struct iax2_hash_node *iax2_hash_find(const struct iax2_hash *hash, uint64_t key)
{
	struct iax2_hash_node *node;

	if (!hash->size) {
		return NULL;
	}
	node = hash->buckets[hash_slot(hash, key)];
	while (node && node->key != key) {
		node = node->next;
	}
	return node;
}

struct iax2_hash_node *iax2_hash_same(const struct iax2_hash_node *node)
{
	struct iax2_hash_node *next = node->next;

	while (next && next->key != node->key) {
		next = next->next;
	}
	return next;
}

struct iax2_hash_node *iax2_hash_any(const struct iax2_hash *hash)
{
	for (size_t i = 0; i < hash->size; i++) {
		if (hash->buckets[i]) {
			return hash->buckets[i];
		}
	}
	return NULL;
}

void iax2_hash_fini(struct iax2_hash *hash, const struct iax2_mem *mem)
{
	iax2_mem_free(mem, hash->buckets);
	*hash = (struct iax2_hash){0};
}

static uint64_t rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[static 4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

uint64_t iax2_hash_bytes(const uint64_t seed[static 2], const void *data, size_t len)
{
	uint64_t v[4] = {seed[0] ^ UINT64_C(0x736f6d6570736575), seed[1] ^ UINT64_C(0x646f72616e646f6d),
	                 seed[0] ^ UINT64_C(0x6c7967656e657261), seed[1] ^ UINT64_C(0x7465646279746573)};
	const uint8_t *p = data;
	uint64_t word = 0;

	for (size_t i = 0; i < len; i++) {
		word |= (uint64_t)p[i] << (8 * (i % 8));
		if (i % 8 == 7) {
			v[3] ^= word;
			sip_round(v);
			v[0] ^= word;
			word = 0;
		}
	}
	word |= (uint64_t)(len & 0xff) << 56;
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++) {
		sip_round(v);
	}
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
