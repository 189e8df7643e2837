/* How fast voice goes through the library: decoding and encoding one frame, and forwarding calls that come on one trunk and leave on another.
 *
 * The figures are ratios to copying the same bytes twice with memcpy(), measured in the same run: what any forwarder has to do at
 * least.  The network, the clock and the other two ends are not in the measured time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iax2/iax2.h"
#include "util/clock.h"
#include "world.h"

#define CALLS 200
#define ROUNDS 500
#define VOICE 160             /* 20 ms of G.711 */
#define ITERATIONS 2000000

struct bench {
	struct world world;
	struct node *caller, *middle, *callee;
	struct iax2_call *calls[CALLS];
	unsigned placed, bridged;
	uint64_t heard;
};

static struct bench bench;

static enum iax2_token_policy no_token(void *user, enum iax2_command command, const char *username, const struct iax2_addr *from)
{
	(void)user;
	(void)command;
	(void)username;
	(void)from;
	return IAX2_TOKEN_NOT_REQUIRED;
}

static void must(int result, const char *what)
{
	if (result == IAX2_OK)
		return;
	fprintf(stderr, "bench: %s: %s\n", what, iax2_strerror(result));
	exit(1);
}

static struct iax2_call_params call_params(void)
{
	struct iax2_call_params params = {.called_number = "300", .trunk = true};

	must(iax2_prefs_apply(&params.prefs, true, "ulaw", NULL) < 0 ? IAX2_ERR_INVALID : IAX2_OK, "formats");
	return params;
}

static void at_callee(struct node *node, const struct iax2_event *ev)
{
	if (ev->type == IAX2_EV_NEW)
		must(iax2_call_accept(ev->call, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, node->world->now), "accept");
	else if (ev->type == IAX2_EV_READY)
		must(iax2_call_control(ev->call, IAX2_CONTROL_ANSWER, NULL, 0, node->world->now), "answer");
	else if (ev->type == IAX2_EV_VOICE)
		bench.heard++;
}

static void at_middle(struct node *node, const struct iax2_event *ev)
{
	struct iax2_call_params params = call_params();
	struct iax2_path path = world_path(bench.callee);
	struct iax2_call *onward;

	if (ev->type == IAX2_EV_NEW) {
		must(iax2_call_accept(ev->call, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, node->world->now), "accept");
		params.user = ev->call;
		must(iax2_call_new(node->ep, &onward, &path, &params, node->world->now), "call");
	} else if (ev->type == IAX2_EV_ACCEPTED) {
		iax2_call_set_trunk(ev->user, true);
		must(iax2_call_bridge(ev->user, ev->call), "bridge");
		bench.bridged++;
	}
}

static void ignore(struct node *node, const struct iax2_event *ev)
{
	(void)node;
	(void)ev;
}

static void place(struct world *world, void *arg)
{
	struct iax2_call_params params = call_params();
	struct iax2_path path = world_path(bench.middle);

	(void)arg;
	must(iax2_call_new(bench.caller->ep, &bench.calls[bench.placed++], &path, &params, world->now), "call");
}

static void set_up(void)
{
	struct iax2_config config = {.token_policy = no_token, .max_calls_unvalidated = 4 * CALLS};

	world_init(&bench.world, 1);
	bench.caller = world_add(&bench.world, &config);
	bench.middle = world_add(&bench.world, &config);
	bench.callee = world_add(&bench.world, &config);
	bench.caller->on_event = ignore;
	bench.middle->on_event = at_middle;
	bench.callee->on_event = at_callee;
	/* Slowly: a stranger's requests for call tokens are limited. */
	for (int i = 0; i < CALLS; i++)
		world_at(&bench.world, bench.world.now + MS(100 * i), place, NULL);
	world_run(&bench.world, bench.world.now + MS(100 * CALLS) + SECONDS(1));
	if (bench.bridged == CALLS)
		return;
	fprintf(stderr, "bench: only %u of %d calls were set up\n", bench.bridged, CALLS);
	exit(1);
}

/* All datagrams that `from` has for `to`, given to it; nanoseconds that `to` took for them. */
static int64_t deliver(struct node *from, struct node *to, iax2_ns now)
{
	struct iax2_path path = world_path(from);
	struct iax2_datagram datagrams[64];
	int64_t spent = 0;
	size_t count;

	while ((count = iax2_endpoint_output(from->ep, datagrams, 64)) > 0) {
		int64_t began = clock_monotonic_ns();

		for (size_t i = 0; i < count; i++)
			iax2_endpoint_input(to->ep, &path, datagrams[i].data, datagrams[i].len, now);
		spent += clock_monotonic_ns() - began;
	}
	return spent;
}

static void drain_events(struct node *node)
{
	struct iax2_event ev;

	while (iax2_endpoint_event(node->ep, &ev))
		node->on_event(node, &ev);
}

/* Nanoseconds per voice frame spent in the endpoint in the middle: taking trunk frames apart, finding the call, and putting the frames
 * into the trunk on the other side. */
static double forward_ns(void)
{
	static const uint8_t voice[VOICE];
	iax2_ns now = bench.world.now;
	int64_t spent = 0, began;

	for (int round = 0; round < ROUNDS; round++) {
		now += MS(20);
		for (int i = 0; i < CALLS; i++)
			must(iax2_call_send_voice(bench.calls[i], IAX2_FORMAT_ULAW, IAX2_TS_AUTO, voice, sizeof voice, now), "send");
		iax2_endpoint_tick(bench.caller->ep, now);
		spent += deliver(bench.caller, bench.middle, now);
		began = clock_monotonic_ns();
		iax2_endpoint_tick(bench.middle->ep, now);
		spent += clock_monotonic_ns() - began;
		deliver(bench.middle, bench.callee, now);
		deliver(bench.callee, bench.middle, now);
		deliver(bench.middle, bench.caller, now);
		drain_events(bench.middle);
		drain_events(bench.callee);
		drain_events(bench.caller);
	}
	if (bench.heard < (uint64_t)(ROUNDS - 5) * CALLS) {
		fprintf(stderr, "bench: %llu of %d frames arrived\n", (unsigned long long)bench.heard, ROUNDS * CALLS);
		exit(1);
	}
	return (double)spent / ((double)ROUNDS * CALLS);
}

static double codec_ns(void)
{
	static uint8_t in[IAX2_MINI_HEADER + VOICE] = {0x12, 0x34}, out[sizeof in];
	int64_t began = clock_monotonic_ns();
	struct iax2_frame frame;

	for (int i = 0; i < ITERATIONS; i++) {
		in[3] = (uint8_t)i;
		must(iax2_frame_decode(&frame, in, sizeof in), "decode");
		if (iax2_frame_encode(&frame, out, sizeof out) != (int)sizeof in)
			must(IAX2_ERR_MALFORMED, "encode");
	}
	return (double)(clock_monotonic_ns() - began) / ITERATIONS;
}

static double memcpy_ns(void)
{
	static uint8_t a[4096], b[4096];
	int64_t began = clock_monotonic_ns();

	for (int i = 0; i < ITERATIONS; i++) {
		size_t at = (size_t)(i & 15) * 200;

		memcpy(b + at, a + at, VOICE);
		__asm__ volatile("" ::: "memory");
		memcpy(a + at, b + at, VOICE);
		__asm__ volatile("" ::: "memory");
	}
	return (double)(clock_monotonic_ns() - began) / ITERATIONS;
}

int main(void)
{
	double floor_ns = memcpy_ns(), codec = codec_ns(), forward;

	set_up();
	forward = forward_ns();
	printf("copying %d bytes twice           %7.1f ns    1.0\n", VOICE, floor_ns);
	printf("decoding and encoding a frame     %7.1f ns  %5.1f times that\n", codec, codec / floor_ns);
	printf("forwarding a frame, trunk to trunk%7.1f ns  %5.1f times that   (%d calls)\n", forward, forward / floor_ns, CALLS);
	printf("one core would forward the voice of %.0f calls, both ways, if the network cost nothing\n", 1e9 / (forward * 100));
	world_fini(&bench.world);
	return 0;
}
