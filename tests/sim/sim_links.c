/* What happens to the links between three endpoints, at fixed seeds: two offices call a third.
 *
 * "third": while one of the callers is cut off, the calls of the other lose nothing, and those of the first are cleared on both sides.
 * "restart": an endpoint crashes and comes back without its calls: the other sides clear all of them, and new calls can be made.
 * "months": a call stays up for 60 days, in which the 32 bits of its time stamps run over, with a little voice each 12 hours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define PER_OFFICE 6
#define OFFICES 2
#define CALLS (OFFICES * PER_OFFICE)
#define NOTICE SECONDS(21 + 32 + 12) /* a PING, giving up, and what loss may add to it */

struct leg {
	struct iax2_call *handle;
	bool up;
	unsigned sent, received; /* texts */
	unsigned voices_sent, voices;
	iax2_ts last_ts;
};

struct call {
	struct scene *scene;
	int id;
	struct leg leg[2];       /* of the caller, of the callee */
	unsigned ended;          /* how often one side was told of its end */
};

struct scene {
	struct world world;
	struct node *office[OFFICES], *centre;
	struct call calls[CALLS];
	bool clean;              /* the line never loses, repeats or reorders */
};

static struct node *caller_of(struct call *call)
{
	return call->scene->office[call->id / PER_OFFICE];
}

static struct call *call_of_handle(struct scene *scene, int side, const struct iax2_call *handle)
{
	for (int i = 0; i < CALLS; i++)
		if (scene->calls[i].leg[side].handle == handle)
			return &scene->calls[i];
	return NULL;
}

static void text_arrived(struct call *call, int side, const struct iax2_event *ev)
{
	struct leg *leg = &call->leg[side];
	char expected[32];

	snprintf(expected, sizeof expected, "%d %d %u", call->id, side, leg->received++);
	WORLD_CHECK(&call->scene->world, strcmp((const char *)ev->data, expected) == 0, "call %d: text \"%s\", not \"%s\"", call->id,
	            (const char *)ev->data, expected);
}

static void voice_arrived(struct call *call, int side, const struct iax2_event *ev)
{
	struct leg *leg = &call->leg[side];

	if (call->scene->clean)
		WORLD_CHECK(&call->scene->world, leg->voices == 0 || ev->ts > leg->last_ts, "call %d: time stamp %lld after %lld", call->id,
		            (long long)ev->ts, (long long)leg->last_ts);
	leg->last_ts = ev->ts > leg->last_ts ? ev->ts : leg->last_ts;
	leg->voices++;
}

static void call_event(struct scene *scene, int side, const struct iax2_event *ev)
{
	struct call *call = call_of_handle(scene, side, ev->call);

	if (!call)
		return;
	switch (ev->type) {
	case IAX2_EV_READY:
		iax2_call_control(ev->call, IAX2_CONTROL_ANSWER, NULL, 0, scene->world.now);
		call->leg[side].up = true;
		break;
	case IAX2_EV_CONTROL:
		call->leg[side].up |= ev->subclass == IAX2_CONTROL_ANSWER;
		break;
	case IAX2_EV_TEXT:
		text_arrived(call, side, ev);
		break;
	case IAX2_EV_VOICE:
		voice_arrived(call, side, ev);
		break;
	case IAX2_EV_ENDED:
		call->leg[side] = (struct leg){0};
		call->ended++;
		break;
	default:
		break;
	}
}

static void on_office(struct node *node, const struct iax2_event *ev)
{
	if (ev->call)
		call_event(node->user, 0, ev);
}

static void on_centre(struct node *node, const struct iax2_event *ev)
{
	struct scene *scene = node->user;
	char number[16];

	if (ev->type == IAX2_EV_NEW) {
		iax2_ies_string(ev->ies, IAX2_IE_CALLED_NUMBER, number, sizeof number);
		WORLD_CHECK(&scene->world, atoi(number) < CALLS, "called number %s", number);
		scene->calls[atoi(number)].leg[1] = (struct leg){.handle = ev->call};
		iax2_call_accept(ev->call, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, node->world->now);
	} else if (ev->call) {
		call_event(scene, 1, ev);
	}
}

static void scene_start(struct scene *scene, uint64_t seed, const struct iax2_config *config)
{
	world_init(&scene->world, seed);
	for (int i = 0; i < OFFICES; i++) {
		scene->office[i] = world_add(&scene->world, config);
		scene->office[i]->on_event = on_office;
		scene->office[i]->user = scene;
	}
	scene->centre = world_add(&scene->world, config);
	scene->centre->on_event = on_centre;
	scene->centre->user = scene;
	for (int i = 0; i < CALLS; i++)
		scene->calls[i] = (struct call){.scene = scene, .id = i};
}

static void bad_line(struct world *world)
{
	world->link = (struct link){
		.loss = (unsigned)rng_between(&world->rng, 0, 100), .duplicate = (unsigned)rng_between(&world->rng, 0, 50),
		.reorder = (unsigned)rng_between(&world->rng, 0, 50), .delay_ms = (uint32_t)rng_between(&world->rng, 0, 150),
		.jitter_ms = (uint32_t)rng_between(&world->rng, 0, 30),
	};
}

static void place(struct call *call)
{
	struct scene *scene = call->scene;
	struct iax2_path path = world_path(scene->centre);
	struct iax2_call_params params = {.prefs = {.count = 1, .bit = {IAX2_BIT_ULAW}}, .trunk = call->id % 2};
	char number[16];
	int error;

	snprintf(number, sizeof number, "%d", call->id);
	params.called_number = number;
	call->leg[0] = (struct leg){0};
	error = iax2_call_new(caller_of(call)->ep, &call->leg[0].handle, &path, &params, scene->world.now);
	WORLD_CHECK(&scene->world, error == 0, "call %d can't be placed: %s", call->id, iax2_strerror(error));
}

static void check_up(struct scene *scene, int first, int count, const char *when)
{
	for (int i = first; i < first + count; i++)
		WORLD_CHECK(&scene->world, scene->calls[i].leg[0].up && scene->calls[i].leg[1].up, "%s: call %d is not up", when, i);
}

static void place_all(struct scene *scene, const char *when)
{
	scene->world.link = (struct link){.delay_ms = 20};
	for (int i = 0; i < CALLS; i++)
		place(&scene->calls[i]);
	world_run(&scene->world, scene->world.now + SECONDS(10));
	check_up(scene, 0, CALLS, when);
}

static void say(struct call *call, int side)
{
	struct leg *leg = &call->leg[side];
	char text[32];
	int len = snprintf(text, sizeof text, "%d %d %u", call->id, !side, leg->sent);

	if (leg->up && iax2_call_text(leg->handle, text, (size_t)len, call->scene->world.now) == 0)
		leg->sent++;
}

static void speak(struct call *call, int side)
{
	static const uint8_t voice[160] = {0xff};
	struct leg *leg = &call->leg[side];

	if (leg->up && iax2_call_send_voice(leg->handle, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, voice, sizeof voice, call->scene->world.now) == 0)
		leg->voices_sent++;
}

/* Everybody speaks, and says something now and then, for so long. */
static void talk(struct scene *scene, iax2_ns length)
{
	struct world *world = &scene->world;
	iax2_ns until = world->now + length;

	while (world->now < until) {
		for (int i = 0; i < CALLS; i++)
			for (int side = 0; side < 2; side++) {
				speak(&scene->calls[i], side);
				if (rng_chance(&world->rng, 20))
					say(&scene->calls[i], side);
			}
		world_run(world, world->now + MS(20));
	}
}

static void check_legs(struct scene *scene, const struct node *node, unsigned expected, const char *when)
{
	struct iax2_stats stats;

	iax2_endpoint_stats(node->ep, &stats);
	WORLD_CHECK(&scene->world, stats.legs == expected, "%s: %u legs, not %u", when, stats.legs, expected);
}

static void hang_up_all(struct scene *scene)
{
	struct world *world = &scene->world;

	for (int i = 0; i < CALLS; i++) {
		int side = (int)rng_between(&world->rng, 0, 1);
		struct leg *leg = &scene->calls[i].leg[side];

		WORLD_CHECK(world, leg->received <= scene->calls[i].leg[!side].sent, "call %d: more was heard than said", i);
		if (leg->handle)
			iax2_call_hangup(leg->handle, IAX2_CAUSE_NORMAL, NULL, world->now);
		*leg = (struct leg){0};
	}
	world_run(world, world->now + SECONDS(60));
	for (int i = 0; i < OFFICES; i++)
		check_legs(scene, scene->office[i], 0, "at the end");
	check_legs(scene, scene->centre, 0, "at the end");
}

static void run_third(struct scene *scene, uint64_t seed)
{
	struct world *world = &scene->world;

	scene_start(scene, seed, &(struct iax2_config){0});
	place_all(scene, "at the beginning");
	bad_line(world);
	talk(scene, SECONDS(5));
	scene->office[0]->cut = true;
	talk(scene, NOTICE + SECONDS(20));
	for (int i = 0; i < PER_OFFICE; i++)
		WORLD_CHECK(world, !scene->calls[i].leg[0].handle && !scene->calls[i].leg[1].handle && scene->calls[i].ended == 2,
		            "call %d of the office that was cut off still lives", i);
	check_up(scene, PER_OFFICE, PER_OFFICE, "of the other office");
	check_legs(scene, scene->centre, PER_OFFICE, "at the centre");
	scene->office[0]->cut = false;
	world->link = (struct link){.delay_ms = 20};
	for (int i = 0; i < PER_OFFICE; i++)
		place(&scene->calls[i]);
	world_run(world, world->now + SECONDS(40)); /* what was on its way arrives */
	check_up(scene, 0, CALLS, "after the repair");
	for (int i = PER_OFFICE; i < CALLS; i++)
		for (int side = 0; side < 2; side++)
			WORLD_CHECK(world, scene->calls[i].leg[side].received == scene->calls[i].leg[!side].sent, "call %d lost a text", i);
	hang_up_all(scene);
}

static void run_restart(struct scene *scene, uint64_t seed)
{
	struct world *world = &scene->world;
	bool centre;

	scene_start(scene, seed, &(struct iax2_config){0});
	centre = rng_chance(&world->rng, 500);
	place_all(scene, "at the beginning");
	bad_line(world);
	talk(scene, SECONDS(rng_between(&world->rng, 1, 30)));
	world_restart(centre ? scene->centre : scene->office[0]);
	for (int i = 0; i < (centre ? CALLS : PER_OFFICE); i++)
		scene->calls[i].leg[centre] = (struct leg){0};
	talk(scene, NOTICE);
	for (int i = 0; i < (centre ? CALLS : PER_OFFICE); i++)
		WORLD_CHECK(world, !scene->calls[i].leg[!centre].handle, "call %d survived the restart of its other side", i);
	if (!centre)
		check_up(scene, PER_OFFICE, PER_OFFICE, "of the other office");
	for (int i = PER_OFFICE; i < CALLS && !centre; i++) { /* these lived on */
		iax2_call_hangup(scene->calls[i].leg[0].handle, IAX2_CAUSE_NORMAL, NULL, world->now);
		scene->calls[i].leg[0] = (struct leg){0};
	}
	world->link = (struct link){.delay_ms = 20};
	world_run(world, world->now + SECONDS(40));
	place_all(scene, "after the restart");
	hang_up_all(scene);
}

static void check_stamp(struct scene *scene, struct call *call, iax2_ns began)
{
	iax2_ts expected = (scene->world.now - began) / IAX2_NS_PER_MS;

	for (int side = 0; side < 2; side++) {
		const struct leg *leg = &call->leg[side];

		WORLD_CHECK(&scene->world, leg->voices == call->leg[!side].voices_sent, "call %d: %u of %u voice frames", call->id,
		            leg->voices, call->leg[!side].voices_sent);
		WORLD_CHECK(&scene->world, leg->last_ts > expected - 500 && leg->last_ts < expected + 500, "call %d: time stamp %lld at %lld ms",
		            call->id, (long long)leg->last_ts, (long long)expected);
	}
}

static void run_months(struct scene *scene, uint64_t seed)
{
	struct world *world = &scene->world;
	/* As always, once a minute, and once a day: then nothing at all is heard for 12 hours, but the next voice frame is a full one. */
	static const uint32_t intervals_ms[] = {0, 86400000, 60000};
	struct iax2_config config = {.ping_interval_ms = intervals_ms[seed % 3], .lagrq_interval_ms = intervals_ms[seed % 3]};
	iax2_ns began;

	scene_start(scene, seed, &config);
	world->link = (struct link){.delay_ms = (uint32_t)rng_between(&world->rng, 0, 100)};
	scene->clean = true;
	began = world->now;
	for (int i = 0; i < 2; i++)
		place(&scene->calls[i]); /* one of them trunked */
	world_run(world, world->now + SECONDS(5));
	for (int half_days = 0; half_days < 120; half_days++) {
		talk(scene, SECONDS(3));
		world_run(world, world->now + MS(500));
		for (int i = 0; i < 2; i++)
			check_stamp(scene, &scene->calls[i], began + MS(500));
		world_run(world, world->now + SECONDS(12 * 3600));
	}
	check_up(scene, 0, 2, "after 60 days");
	hang_up_all(scene);
}

static const struct scenario {
	const char *name;
	void (*run)(struct scene *scene, uint64_t seed);
	unsigned seeds; /* of hundred */
} scenarios[] = {{"third", run_third, 100}, {"restart", run_restart, 100}, {"months", run_months, 3}};

static void run_seeds(const struct scenario *scenario, unsigned long long first, unsigned long long count)
{
	static struct scene scene;

	for (unsigned long long seed = first; seed < first + count; seed++) {
		scene = (struct scene){0};
		scenario->run(&scene, seed);
		world_fini(&scene.world);
	}
	printf("%s: %llu seeds from %llu hold\n", scenario->name, count, first);
}

int main(int argc, char **argv)
{
	unsigned long long first = 1, count = 100;
	const char *only = NULL;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--seed") == 0) {
			first = strtoull(argv[i + 1], NULL, 0);
			count = 1;
		} else if (strcmp(argv[i], "--seeds") == 0) {
			count = strtoull(argv[i + 1], NULL, 0);
		} else if (strcmp(argv[i], "--only") == 0) {
			only = argv[i + 1];
		}
	}
	for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++)
		if (!only || strcmp(only, scenarios[i].name) == 0)
			run_seeds(&scenarios[i], first, count > 1 ? (count * scenarios[i].seeds + 99) / 100 : 1);
	return 0;
}
