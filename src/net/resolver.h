/* Resolver: host names looked up by threads of their own, so that a dead name server holds up nothing, not even the end of the
 * program. */
#ifndef TANDEM_NET_RESOLVER_H
#define TANDEM_NET_RESOLVER_H

#include "iax2/types.h"

struct resolver;
struct resolver_query;

/* Called by resolver_dispatch() in the thread of that. `error` NULL: `addr` is set. */
typedef void (*resolver_fn)(const struct iax2_addr *addr, const char *error, void *arg);

struct resolver *resolver_new(void); /* NULL: out of memory or descriptors */
/* Threads that still wait for an answer are left to themselves; the last one frees what is shared. */
void resolver_del(struct resolver *resolver);
int resolver_fd(const struct resolver *resolver);  /* readable when there are answers */
void resolver_dispatch(struct resolver *resolver); /* delivers them */

/* Starts a lookup; numbers ("192.0.2.1", "fe80::1%eth0") are answered without a thread.  The answer always comes from
 * resolver_dispatch().  NULL: out of memory.  The query is gone after its answer. */
struct resolver_query *resolver_query(struct resolver *resolver, const char *host, uint16_t port, resolver_fn fn, void *arg);
void resolver_cancel(struct resolver_query *query); /* fn is not called any more */

#endif
