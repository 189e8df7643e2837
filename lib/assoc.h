/* Associations: everything about one remote address as seen from one socket.  Own call numbers are scoped to it, so each remote address
 * has 32,766 of them.  Associations of the same host (address without port) share a count of legs. */
#ifndef IAX2_LIB_ASSOC_H
#define IAX2_LIB_ASSOC_H

#include "iax2/endpoint.h"

#include "hash.h"
#include "trunk.h"

struct iax2_leg;

struct iax2_host {
	struct iax2_hash_node node;
	struct iax2_addr addr;          /* port 0 */
	uint32_t legs;
	uint32_t associations;
	iax2_ns proven_until;           /* a valid call token came from here not long before */
};

struct iax2_assoc {
	struct iax2_hash_node node;
	struct iax2_endpoint *ep;
	struct iax2_host *host;
	struct iax2_path path;
	struct iax2_hash by_own;        /* legs by our number */
	struct iax2_hash by_remote;     /* legs by the other side's number, once it is known */
	struct iax2_hash tombstones;    /* by our number */
	int32_t rtt_ms;                 /* smoothed; -1: not measured */
	struct iax2_trunk_tx trunk_tx;
	struct iax2_trunk_rx trunk_rx;
};

/* Trunk parameters set for one remote address. */
struct iax2_assoc_params {
	struct iax2_hash_node node;
	struct iax2_addr remote;
	struct iax2_trunk_params trunk;
};

struct iax2_assocs {
	struct iax2_hash by_path;
	struct iax2_hash hosts;
	struct iax2_hash params;
	struct iax2_trunk_params trunk_default;
};

struct iax2_assoc *iax2_assoc_find(const struct iax2_endpoint *ep, const struct iax2_path *path);
/* Finds or makes it; NULL without memory.  One without legs must be given to iax2_assoc_check() afterwards. */
struct iax2_assoc *iax2_assoc_get(struct iax2_endpoint *ep, const struct iax2_path *path);
/* Frees it when nothing needs it any more. */
void iax2_assoc_check(struct iax2_assoc *assoc);
int iax2_assoc_set_trunk(struct iax2_endpoint *ep, const struct iax2_addr *remote, const struct iax2_trunk_params *params);
/* Frees all of them, and the parameters; no leg or tombstone may be left. */
void iax2_assocs_fini(struct iax2_endpoint *ep);

struct iax2_leg *iax2_assoc_by_own(const struct iax2_assoc *assoc, uint16_t callno);
struct iax2_leg *iax2_assoc_by_remote(const struct iax2_assoc *assoc, uint16_t callno);

#endif
