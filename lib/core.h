/* The endpoint from inside. */
#ifndef IAX2_LIB_CORE_H
#define IAX2_LIB_CORE_H

#include "iax2/endpoint.h"

#include "assoc.h"
#include "eventq.h"
#include "limit.h"
#include "mem.h"
#include "object.h"
#include "out.h"
#include "timer.h"
#include "token.h"
#include "tombstone.h"

struct iax2_endpoint {
	struct iax2_mem mem_copy;
	const struct iax2_mem *mem;        /* &mem_copy, or NULL */
	struct iax2_crypto crypto;
	struct iax2_config config;         /* defaults filled in */
	iax2_ns start, now;
	uint64_t seed[2];                  /* of all hashes */
	struct iax2_timers timers;
	struct iax2_out out;
	struct iax2_eventq events;
	struct iax2_limits limits;
	struct iax2_assocs assocs;
	struct iax2_tombstones tombstones;
	struct iax2_token_ring tokens;
	struct iax2_object *objects;
	struct iax2_stats stats;
	struct iax2_ies ies;               /* of the message at hand */
};

/* Every entry with a time goes through this: time never goes back. */
void iax2_endpoint_touch(struct iax2_endpoint *ep, iax2_ns now);
uint32_t iax2_endpoint_random(struct iax2_endpoint *ep);
/* Room for a datagram, counted; NULL without memory (counted). */
uint8_t *iax2_endpoint_room(struct iax2_endpoint *ep, const struct iax2_path *path, size_t len);

/* Whether a stranger may be answered once more; counted when not. */
bool iax2_endpoint_may_answer(struct iax2_endpoint *ep, const struct iax2_path *path, enum iax2_limit_kind kind);

struct iax2_frame;
/* Sends a frame that belongs to no leg (INVAL, answers from call 1, ACKs of ended calls).  `payload_len` up to 200 bytes. */
void iax2_endpoint_send_stateless(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame);

#endif
