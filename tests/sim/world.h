/* World: endpoints and a network between them in one process under a virtual clock.
 *
 * The network loses, delays, reorders and duplicates datagrams as the link says; everything random comes from one seed, so a run that
 * fails is repeated exactly by its seed. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "iax2/iax2.h"
#include "rng.h"

#define WORLD_NODES_MAX 4

struct world;

/* What happens to datagrams on their way; chances in a thousand. */
struct link {
	unsigned loss, duplicate, reorder;
	uint32_t delay_ms, jitter_ms;
	bool down;
};

struct node {
	struct world *world;
	struct iax2_endpoint *ep;
	struct iax2_addr addr;
	/* Gets every event of the endpoint; may give commands. */
	void (*on_event)(struct node *node, const struct iax2_event *ev);
	/* Gets every datagram before it goes on its way (may be NULL). */
	void (*on_send)(struct node *node, const struct iax2_datagram *datagram);
	struct rng rng;       /* the endpoint's random bytes */
	struct iax2_config config;
	bool cut;             /* nothing goes to it or comes from it */
	void *user;
};

struct packet;
struct alarm;
typedef void (*alarm_fn)(struct world *world, void *arg);

struct world {
	iax2_ns now;
	uint64_t seed;
	struct rng rng;
	struct link link;     /* the same for all ways */
	struct node nodes[WORLD_NODES_MAX];
	unsigned node_count;
	struct packet **packets; /* heap by (time, order) */
	unsigned packet_count, packet_cap;
	uint64_t order;
	uint64_t sent, lost;
};

/* An empty world at a time that is not zero. */
void world_init(struct world *world, uint64_t seed);
void world_fini(struct world *world);
/* Adds an endpoint at 10.0.0.N:4569.  `config` gives its numbers and the token policy; the rest is filled in. */
struct node *world_add(struct world *world, const struct iax2_config *config);
/* The endpoint is deleted, and a new one is at the same address: a crash, without a word to anybody.  All its handles are dead. */
void world_restart(struct node *node);
/* Calls fn once, at that time. */
void world_at(struct world *world, iax2_ns when, alarm_fn fn, void *arg);
/* Lets everything happen until that time. */
void world_run(struct world *world, iax2_ns until);
struct iax2_path world_path(const struct node *to);

#define MS(n) ((n) * IAX2_NS_PER_MS)
#define SECONDS(n) ((n) * IAX2_NS_PER_S)

/* Ends the process with the seed and a message when a condition does not hold. */
#define WORLD_CHECK(world, condition, ...) \
	do { \
		if (!(condition)) \
			world_failed((world), __FILE__, __LINE__, #condition, __VA_ARGS__); \
	} while (0)
_Noreturn void world_failed(const struct world *world, const char *file, int line, const char *condition, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

#endif
