#include "assoc.h"

#include <string.h>

#include "core.h"
#include "leg.h"

static uint64_t addr_key(const struct iax2_endpoint *ep, const struct iax2_addr *addr, uint32_t socket)
{
	uint8_t bytes[16 + 4 + 4 + 2 + 1];
	uint8_t *p = bytes;

	memcpy(p, addr->ip, 16);
	for (unsigned i = 0; i < 4; i++) {
		p[16 + i] = (uint8_t)(addr->scope >> (8 * i));
		p[20 + i] = (uint8_t)(socket >> (8 * i));
	}
	p[24] = (uint8_t)(addr->port >> 8);
	p[25] = (uint8_t)addr->port;
	p[26] = addr->family;
	return iax2_hash_bytes(ep->seed, bytes, sizeof(bytes));
}

static struct iax2_addr host_of(const struct iax2_addr *addr)
{
	struct iax2_addr host = *addr;

	host.port = 0;
	return host;
}

static struct iax2_host *host_get(struct iax2_endpoint *ep, const struct iax2_addr *addr)
{
	struct iax2_addr plain = host_of(addr);
	uint64_t key = addr_key(ep, &plain, 0);
	struct iax2_hash_node *node = iax2_hash_find(&ep->assocs.hosts, key);
	struct iax2_host *host;

	for (; node; node = iax2_hash_same(node)) {
		host = IAX2_CONTAINER(node, struct iax2_host, node);
		if (iax2_addr_equal(&host->addr, &plain)) {
			return host;
		}
	}
	if (iax2_hash_reserve(&ep->assocs.hosts, ep->mem) < 0) {
		return NULL;
	}
	host = iax2_mem_alloc_zero(ep->mem, sizeof(*host));
	if (host) {
		host->addr = plain;
		iax2_hash_add(&ep->assocs.hosts, &host->node, key);
	}
	return host;
}

static void host_check(struct iax2_endpoint *ep, struct iax2_host *host)
{
	if (host->associations == 0) {
		iax2_hash_remove(&ep->assocs.hosts, &host->node);
		iax2_mem_free(ep->mem, host);
	}
}

static struct iax2_assoc_params *params_find(const struct iax2_endpoint *ep, const struct iax2_addr *remote)
{
	struct iax2_hash_node *node = iax2_hash_find(&ep->assocs.params, addr_key(ep, remote, 0));

	for (; node; node = iax2_hash_same(node)) {
		struct iax2_assoc_params *params = IAX2_CONTAINER(node, struct iax2_assoc_params, node);

		if (iax2_addr_equal(&params->remote, remote)) {
			return params;
		}
	}
	return NULL;
}

struct iax2_assoc *iax2_assoc_find(const struct iax2_endpoint *ep, const struct iax2_path *path)
{
	struct iax2_hash_node *node = iax2_hash_find(&ep->assocs.by_path, addr_key(ep, &path->remote, path->socket));

	for (; node; node = iax2_hash_same(node)) {
		struct iax2_assoc *assoc = IAX2_CONTAINER(node, struct iax2_assoc, node);

		if (assoc->path.socket == path->socket && iax2_addr_equal(&assoc->path.remote, &path->remote)) {
			return assoc;
		}
	}
	return NULL;
}

static struct iax2_assoc *assoc_new(struct iax2_endpoint *ep, const struct iax2_path *path)
{
	const struct iax2_assoc_params *params = params_find(ep, &path->remote);
	struct iax2_host *host = host_get(ep, &path->remote);
	struct iax2_assoc *assoc;

	if (!host) {
		return NULL;
	}
	assoc = iax2_mem_alloc_zero(ep->mem, sizeof(*assoc));
	if (!assoc || iax2_hash_reserve(&ep->assocs.by_path, ep->mem) < 0 || iax2_timers_reserve(&ep->timers, ep->mem, 1) < 0) {
		iax2_mem_free(ep->mem, assoc);
		host_check(ep, host);
		return NULL;
	}
	assoc->ep = ep;
	assoc->host = host;
	assoc->path = *path;
	assoc->rtt_ms = -1;
	iax2_trunk_init(assoc, params ? &params->trunk : &ep->assocs.trunk_default);
	iax2_hash_add(&ep->assocs.by_path, &assoc->node, addr_key(ep, &path->remote, path->socket));
	host->associations++;
	return assoc;
}

struct iax2_assoc *iax2_assoc_get(struct iax2_endpoint *ep, const struct iax2_path *path)
{
	struct iax2_assoc *assoc = iax2_assoc_find(ep, path);

	if (!assoc) {
		assoc = assoc_new(ep, path);
		ep->stats.no_memory += assoc ? 0 : 1;
	}
	return assoc;
}

static void assoc_del(struct iax2_assoc *assoc)
{
	struct iax2_endpoint *ep = assoc->ep;

	iax2_trunk_fini(assoc);
	iax2_timers_release(&ep->timers, 1);
	iax2_hash_remove(&ep->assocs.by_path, &assoc->node);
	iax2_hash_fini(&assoc->by_own, ep->mem);
	iax2_hash_fini(&assoc->by_remote, ep->mem);
	iax2_hash_fini(&assoc->tombstones, ep->mem);
	assoc->host->associations--;
	host_check(ep, assoc->host);
	iax2_mem_free(ep->mem, assoc);
}

void iax2_assoc_check(struct iax2_assoc *assoc)
{
	if (assoc->by_own.count == 0 && assoc->tombstones.count == 0) {
		assoc_del(assoc);
	}
}

static int params_add(struct iax2_endpoint *ep, const struct iax2_addr *remote, const struct iax2_trunk_params *trunk)
{
	struct iax2_assoc_params *params = params_find(ep, remote);

	if (!params) {
		if (iax2_hash_reserve(&ep->assocs.params, ep->mem) < 0) {
			return IAX2_ERR_NOMEM;
		}
		params = iax2_mem_alloc_zero(ep->mem, sizeof(*params));
		if (!params) {
			return IAX2_ERR_NOMEM;
		}
		params->remote = *remote;
		iax2_hash_add(&ep->assocs.params, &params->node, addr_key(ep, remote, 0));
	}
	params->trunk = *trunk;
	return 0;
}

int iax2_assoc_set_trunk(struct iax2_endpoint *ep, const struct iax2_addr *remote, const struct iax2_trunk_params *trunk)
{
	struct iax2_hash *all = &ep->assocs.by_path;

	if (!remote) {
		ep->assocs.trunk_default = *trunk;
	} else if (params_add(ep, remote, trunk) < 0) {
		return IAX2_ERR_NOMEM;
	}
	for (size_t i = 0; i < all->size; i++) {
		for (struct iax2_hash_node *node = all->buckets[i]; node; node = node->next) {
			struct iax2_assoc *assoc = IAX2_CONTAINER(node, struct iax2_assoc, node);
			bool own = params_find(ep, &assoc->path.remote) != NULL;

			if (remote ? iax2_addr_equal(remote, &assoc->path.remote) : !own) {
				assoc->trunk_tx.params = *trunk;
			}
		}
	}
	return 0;
}

void iax2_assocs_fini(struct iax2_endpoint *ep)
{
	struct iax2_hash_node *node;

	while ((node = iax2_hash_any(&ep->assocs.by_path))) {
		assoc_del(IAX2_CONTAINER(node, struct iax2_assoc, node));
	}
	while ((node = iax2_hash_any(&ep->assocs.params))) {
		iax2_hash_remove(&ep->assocs.params, node);
		iax2_mem_free(ep->mem, IAX2_CONTAINER(node, struct iax2_assoc_params, node));
	}
	iax2_hash_fini(&ep->assocs.by_path, ep->mem);
	iax2_hash_fini(&ep->assocs.hosts, ep->mem);
	iax2_hash_fini(&ep->assocs.params, ep->mem);
}

struct iax2_leg *iax2_assoc_by_own(const struct iax2_assoc *assoc, uint16_t callno)
{
	struct iax2_hash_node *node = iax2_hash_find(&assoc->by_own, callno);

	return node ? IAX2_CONTAINER(node, struct iax2_leg, own_node) : NULL;
}

struct iax2_leg *iax2_assoc_by_remote(const struct iax2_assoc *assoc, uint16_t callno)
{
	struct iax2_hash_node *node = iax2_hash_find(&assoc->by_remote, callno);

	return node ? IAX2_CONTAINER(node, struct iax2_leg, remote_node) : NULL;
}
