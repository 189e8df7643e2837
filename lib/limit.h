/* Limits on what strangers can make us send, without a state of ours per stranger: a fixed table of token buckets, indexed by a keyed hash of
 * the address without its port.  Addresses that fall together share a bucket. */
#ifndef IAX2_LIB_LIMIT_H
#define IAX2_LIB_LIMIT_H

#include "iax2/types.h"

enum iax2_limit_kind {
	IAX2_LIMIT_INVAL, IAX2_LIMIT_TOKEN,
	IAX2_LIMIT_TOKEN_PROVEN, /* call tokens for a host that has lately presented a valid one: a busy trunk begins many calls a second */
	IAX2_LIMIT_BAD_TOKEN, IAX2_LIMIT_OTHER, IAX2_LIMIT_KINDS
};

#define IAX2_LIMIT_SLOTS 256

struct iax2_limit_bucket {
	iax2_ns full_at; /* when it will be full again; in the past: full now */
};

struct iax2_limits {
	struct iax2_limit_bucket bucket[IAX2_LIMIT_SLOTS][IAX2_LIMIT_KINDS];
};

/* Takes one from the bucket of that address; false when it is empty. */
bool iax2_limit_take(struct iax2_limits *limits, const uint64_t seed[static 2], enum iax2_limit_kind kind, const struct iax2_addr *from,
                     iax2_ns now);

#endif
