#include "limit.h"

#include "hash.h"

static const struct {
	iax2_ns interval; /* one more each ... */
	unsigned burst;   /* so many at once */
} limit_rules[IAX2_LIMIT_KINDS] = {
	[IAX2_LIMIT_INVAL] = {IAX2_NS_PER_S / 10, 20},
	[IAX2_LIMIT_TOKEN] = {IAX2_NS_PER_S / 20, 20},
	[IAX2_LIMIT_TOKEN_PROVEN] = {IAX2_NS_PER_S / 5000, 1000},
	[IAX2_LIMIT_BAD_TOKEN] = {IAX2_NS_PER_S, 1},
	[IAX2_LIMIT_OTHER] = {IAX2_NS_PER_S / 20, 20},
};

bool iax2_limit_take(struct iax2_limits *limits, const uint64_t seed[static 2], enum iax2_limit_kind kind, const struct iax2_addr *from,
                     iax2_ns now)
{
	size_t slot = (size_t)iax2_hash_bytes(seed, from->ip, sizeof(from->ip)) % IAX2_LIMIT_SLOTS;
	struct iax2_limit_bucket *bucket = &limits->bucket[slot][kind];
	iax2_ns full_at = bucket->full_at > now ? bucket->full_at : now;

	if (full_at - now > limit_rules[kind].interval * (iax2_ns)(limit_rules[kind].burst - 1)) {
		return false;
	}
	bucket->full_at = full_at + limit_rules[kind].interval;
	return true;
}
