#include "tombstone.h"

#include "core.h"

#define TOMBSTONE_REST (60 * IAX2_NS_PER_S)

static void tombstones_fire(iax2_ns now, void *arg)
{
	struct iax2_endpoint *ep = arg;
	struct iax2_tombstones *stones = &ep->tombstones;

	while (stones->first && stones->first->until <= now) {
		struct iax2_tombstone *stone = stones->first;
		struct iax2_assoc *assoc = stone->assoc;

		stones->first = stone->next;
		if (!stones->first) {
			stones->last = NULL;
		}
		iax2_hash_remove(&assoc->tombstones, &stone->node);
		iax2_mem_free(ep->mem, stone);
		iax2_assoc_check(assoc);
	}
	if (stones->first) {
		iax2_timer_start(&ep->timers, &stones->timer, stones->first->until);
	}
}

int iax2_tombstones_init(struct iax2_endpoint *ep)
{
	iax2_timer_init(&ep->tombstones.timer, tombstones_fire, ep);
	return iax2_timers_reserve(&ep->timers, ep->mem, 1);
}

void iax2_tombstones_fini(struct iax2_endpoint *ep)
{
	while (ep->tombstones.first) {
		struct iax2_tombstone *stone = ep->tombstones.first;

		ep->tombstones.first = stone->next;
		iax2_hash_remove(&stone->assoc->tombstones, &stone->node);
		iax2_mem_free(ep->mem, stone);
	}
}

void iax2_tombstone_put(struct iax2_endpoint *ep, struct iax2_tombstone *stone, struct iax2_assoc *assoc, uint16_t own, uint16_t remote)
{
	struct iax2_tombstones *stones = &ep->tombstones;

	if (iax2_hash_reserve(&assoc->tombstones, ep->mem) < 0) {
		ep->stats.no_memory++;
		iax2_mem_free(ep->mem, stone);
		return;
	}
	*stone = (struct iax2_tombstone){.assoc = assoc, .own = own, .remote = remote, .until = ep->now + TOMBSTONE_REST};
	iax2_hash_add(&assoc->tombstones, &stone->node, own);
	if (stones->last) {
		stones->last->next = stone;
	} else {
		stones->first = stone;
		iax2_timer_start(&ep->timers, &stones->timer, stone->until);
	}
	stones->last = stone;
}

bool iax2_tombstone_resting(const struct iax2_assoc *assoc, uint16_t own)
{
	return iax2_hash_find(&assoc->tombstones, own) != NULL;
}

bool iax2_tombstone_match(const struct iax2_assoc *assoc, uint16_t own, uint16_t remote, bool exact)
{
	struct iax2_hash_node *node = iax2_hash_find(&assoc->tombstones, own);

	for (; node; node = iax2_hash_same(node)) {
		uint16_t known = IAX2_CONTAINER(node, struct iax2_tombstone, node)->remote;

		if (known == remote || (!exact && known == 0)) {
			return true;
		}
	}
	return false;
}
