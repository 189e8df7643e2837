/* What is remembered of a leg for 60 s after its end (protocol reference 5.1, 5.5): so that a repeated HANGUP is acknowledged, and a late frame
 * does not reach the next leg of the same number. */
#ifndef IAX2_LIB_TOMBSTONE_H
#define IAX2_LIB_TOMBSTONE_H

#include "hash.h"
#include "timer.h"

struct iax2_assoc;
struct iax2_endpoint;

struct iax2_tombstone {
	struct iax2_hash_node node;   /* in the association, by own number */
	struct iax2_assoc *assoc;
	uint16_t own, remote;         /* remote 0: never known */
	iax2_ns until;
	struct iax2_tombstone *next;
};

struct iax2_tombstones {
	struct iax2_tombstone *first, *last; /* oldest first */
	struct iax2_timer timer;
};

int iax2_tombstones_init(struct iax2_endpoint *ep);
void iax2_tombstones_fini(struct iax2_endpoint *ep);
/* Puts one up (made when the leg was); it belongs to the endpoint from then on. */
void iax2_tombstone_put(struct iax2_endpoint *ep, struct iax2_tombstone *stone, struct iax2_assoc *assoc, uint16_t own, uint16_t remote);
/* Whether a number of ours is resting. */
bool iax2_tombstone_resting(const struct iax2_assoc *assoc, uint16_t own);
/* Whether a leg with these numbers ended here lately.  `exact`: its remote number must have been known. */
bool iax2_tombstone_match(const struct iax2_assoc *assoc, uint16_t own, uint16_t remote, bool exact);

#endif
