#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

/* A datagram on its way, or (fn set) something to be done at a time. */
struct packet {
	iax2_ns when;
	uint64_t order;
	alarm_fn fn;
	void *arg;
	struct iax2_addr from;
	struct node *to;
	size_t len;
	uint8_t data[];
};

static int sim_md5(void *user, uint8_t out[static IAX2_MD5_SIZE], const void *a, size_t a_len, const void *b, size_t b_len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	(void)user;
	EVP_DigestInit_ex(ctx, EVP_md5(), NULL);
	EVP_DigestUpdate(ctx, a, a_len);
	EVP_DigestUpdate(ctx, b, b_len);
	EVP_DigestFinal_ex(ctx, out, NULL);
	EVP_MD_CTX_free(ctx);
	return 0;
}

static int sim_hmac(void *user, uint8_t out[static IAX2_SHA256_SIZE], const void *key, size_t key_len, const void *data, size_t len)
{
	unsigned out_len;

	(void)user;
	return HMAC(EVP_sha256(), key, (int)key_len, data, len, out, &out_len) ? 0 : IAX2_ERR_NOAUTH;
}

static void sim_random(void *user, void *buf, size_t len)
{
	struct node *node = user;

	for (uint8_t *p = buf; len--; p++)
		*p = (uint8_t)rng_next(&node->rng);
}

static bool packet_before(const struct packet *a, const struct packet *b)
{
	return a->when != b->when ? a->when < b->when : a->order < b->order;
}

static void heap_push(struct world *world, struct packet *packet)
{
	unsigned i = world->packet_count++;

	if (world->packet_count > world->packet_cap) {
		world->packet_cap = world->packet_cap ? world->packet_cap * 2 : 256;
		world->packets = realloc(world->packets, world->packet_cap * sizeof *world->packets);
		if (!world->packets)
			abort();
	}
	for (; i > 0 && packet_before(packet, world->packets[(i - 1) / 2]); i = (i - 1) / 2)
		world->packets[i] = world->packets[(i - 1) / 2];
	world->packets[i] = packet;
}

static struct packet *heap_pop(struct world *world)
{
	struct packet *top = world->packets[0], *last = world->packets[--world->packet_count];
	unsigned i = 0, child;

	while ((child = 2 * i + 1) < world->packet_count) {
		if (child + 1 < world->packet_count && packet_before(world->packets[child + 1], world->packets[child]))
			child++;
		if (!packet_before(world->packets[child], last))
			break;
		world->packets[i] = world->packets[child];
		i = child;
	}
	world->packets[i] = last;
	return top;
}

static struct packet *packet_new(struct world *world, iax2_ns when, size_t len)
{
	struct packet *packet = calloc(1, sizeof *packet + len);

	if (!packet)
		abort();
	packet->when = when;
	packet->order = world->order++;
	packet->len = len;
	return packet;
}

static void network_send(struct world *world, const struct node *from, const struct iax2_datagram *datagram)
{
	const struct link *link = &world->link;
	unsigned copies = 1 + rng_chance(&world->rng, link->duplicate);

	for (unsigned n = 0; n < world->node_count; n++) {
		if (!iax2_addr_equal(&world->nodes[n].addr, &datagram->path.remote))
			continue;
		for (unsigned i = 0; i < copies; i++) {
			iax2_ns delay = MS((iax2_ns)link->delay_ms) + rng_between(&world->rng, 0, MS((int64_t)link->jitter_ms));
			struct packet *packet;

			world->sent++;
			if (link->down || from->cut || world->nodes[n].cut || rng_chance(&world->rng, link->loss)) {
				world->lost++;
				continue;
			}
			if (rng_chance(&world->rng, link->reorder))
				delay += MS(rng_between(&world->rng, 20, 200));
			packet = packet_new(world, world->now + delay, datagram->len);
			packet->from = from->addr;
			packet->to = &world->nodes[n];
			memcpy(packet->data, datagram->data, datagram->len);
			heap_push(world, packet);
		}
	}
}

static void node_drain(struct node *node)
{
	struct iax2_event ev;
	struct iax2_datagram datagrams[8];
	size_t count;

	while (iax2_endpoint_event(node->ep, &ev))
		node->on_event(node, &ev);
	while ((count = iax2_endpoint_output(node->ep, datagrams, 8)) > 0) {
		for (size_t i = 0; i < count; i++) {
			WORLD_CHECK(node->world, datagrams[i].len <= IAX2_SEND_MAX, "a datagram of %zu bytes", datagrams[i].len);
			if (node->on_send)
				node->on_send(node, &datagrams[i]);
			network_send(node->world, node, &datagrams[i]);
		}
	}
}

static void drain_all(struct world *world)
{
	for (unsigned n = 0; n < world->node_count; n++)
		node_drain(&world->nodes[n]);
}

void world_init(struct world *world, uint64_t seed)
{
	*world = (struct world){.seed = seed, .rng = {seed}, .now = SECONDS(1000)};
}

void world_fini(struct world *world)
{
	for (unsigned n = 0; n < world->node_count; n++)
		iax2_endpoint_del(world->nodes[n].ep);
	for (unsigned i = 0; i < world->packet_count; i++)
		free(world->packets[i]);
	free(world->packets);
}

struct node *world_add(struct world *world, const struct iax2_config *config)
{
	static const struct iax2_crypto crypto = {.md5 = sim_md5, .hmac_sha256 = sim_hmac};
	struct node *node = &world->nodes[world->node_count++];

	node->world = world;
	node->addr = (struct iax2_addr){.family = 4, .port = IAX2_PORT, .ip = {10, 0, 0, (uint8_t)world->node_count}};
	node->rng.state = rng_next(&world->rng);
	node->config = *config;
	node->config.crypto = &crypto;
	node->config.random = sim_random;
	node->config.user = node;
	node->ep = iax2_endpoint_new(&node->config, world->now);
	WORLD_CHECK(world, node->ep, "no endpoint");
	return node;
}

void world_restart(struct node *node)
{
	iax2_endpoint_del(node->ep);
	node->ep = iax2_endpoint_new(&node->config, node->world->now);
	WORLD_CHECK(node->world, node->ep, "no endpoint");
}

void world_at(struct world *world, iax2_ns when, alarm_fn fn, void *arg)
{
	struct packet *packet = packet_new(world, when > world->now ? when : world->now, 0);

	packet->fn = fn;
	packet->arg = arg;
	heap_push(world, packet);
}

struct iax2_path world_path(const struct node *to)
{
	return (struct iax2_path){.remote = to->addr};
}

/* The endpoint whose timer is the next, or NULL when a packet comes first. */
static struct node *next_timer(struct world *world, iax2_ns *when)
{
	struct node *first = NULL;

	*when = world->packet_count ? world->packets[0]->when : IAX2_NS_NEVER;
	for (unsigned n = 0; n < world->node_count; n++) {
		iax2_ns deadline = iax2_endpoint_deadline(world->nodes[n].ep);

		if (deadline < *when) {
			*when = deadline;
			first = &world->nodes[n];
		}
	}
	return first;
}

static void packet_arrive(struct world *world, struct packet *packet)
{
	struct iax2_path path = {.remote = packet->from};

	if (packet->fn)
		packet->fn(world, packet->arg);
	else
		iax2_endpoint_input(packet->to->ep, &path, packet->data, packet->len, world->now);
	free(packet);
}

void world_run(struct world *world, iax2_ns until)
{
	unsigned standstill = 0;

	drain_all(world);
	for (;;) {
		iax2_ns when;
		struct node *node = next_timer(world, &when);

		if (when > until)
			break;
		standstill = when > world->now ? 0 : standstill + 1;
		WORLD_CHECK(world, standstill < 100000, "time stands still");
		if (when > world->now)
			world->now = when;
		if (node)
			iax2_endpoint_tick(node->ep, world->now);
		else
			packet_arrive(world, heap_pop(world));
		drain_all(world);
	}
	world->now = until;
}

_Noreturn void world_failed(const struct world *world, const char *file, int line, const char *condition, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "\nFAILED at %.3f s: %s:%d: %s: ", (double)(world->now - SECONDS(1000)) / 1e9, file, line, condition);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nRepeat it with: --seed %llu\n", (unsigned long long)world->seed);
	exit(1);
}
