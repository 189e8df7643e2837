/* Many calls between two endpoints over a bad network, at fixed seeds.
 *
 * What must hold, whatever the network does: a call ends up established on both sides or cleared on both; text arrives in order,
 * each exactly once, all of it when the call was ended by a HANGUP that came after it; the spacing of voice time stamps survives; when all is
 * over no leg, no unacknowledged frame is left; and when the network works again a registration and a qualified peer have recovered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define CALLS 12
#define CALM SECONDS(150) /* longer than noticing (a PING each 21 s) and giving up (32 s) can take, twice */

enum side { CALLER, CALLEE };

struct leg {
	struct iax2_call *handle;
	bool up, ended;
	unsigned sent, received; /* texts */
	unsigned voice_sent;
	int64_t voice_offset;
	bool voice_seen;
};

struct call {
	struct scene *scene;
	int id;
	struct leg leg[2];
	/* What is going to happen. */
	bool placed, wrong_secret, reject, no_answer, is_long;
	enum side ends;
	iax2_ns place_at, answer_after, end_at;
};

struct scene {
	struct world world;
	struct node *node[2];
	struct call calls[CALLS];
	struct iax2_registration *registration;
	struct iax2_qualify *qualify;
	bool trunk_timestamps;
	unsigned established;
	uint64_t voice_received;
};

static const char *const SECRETS[] = {"right", NULL};

static bool call_is_trunked(const struct call *call)
{
	return call->id % 3 == 0;
}

static struct call *call_of_number(struct scene *scene, const struct iax2_event *ev)
{
	char number[32];
	int id;

	iax2_ies_string(ev->ies, IAX2_IE_CALLED_NUMBER, number, sizeof number);
	id = atoi(number);
	WORLD_CHECK(&scene->world, id >= 0 && id < CALLS, "called number %s", number);
	return &scene->calls[id];
}

static void leg_ended(struct call *call, enum side side, const struct iax2_event *ev)
{
	struct leg *leg = &call->leg[side], *other = &call->leg[!side];

	leg->ended = true;
	leg->handle = NULL;
	if (ev && ev->reason == IAX2_END_REMOTE_HANGUP && ev->cause == IAX2_CAUSE_NORMAL && leg->up)
		WORLD_CHECK(&call->scene->world, leg->received == other->sent, "call %d: HANGUP came after %u of %u texts", call->id,
		            leg->received, other->sent);
}

static void call_end(struct world *world, void *arg)
{
	struct call *call = arg;
	struct leg *leg = &call->leg[call->ends];

	if (!leg->handle)
		return;
	iax2_call_hangup(leg->handle, IAX2_CAUSE_NORMAL, NULL, world->now);
	leg_ended(call, call->ends, NULL);
}

static void send_text(struct world *world, struct call *call, enum side side)
{
	struct leg *leg = &call->leg[side];
	char text[64];
	int len = snprintf(text, sizeof text, "%d %u", call->id, leg->sent);

	if (iax2_call_text(leg->handle, text, (size_t)len, world->now) == 0)
		leg->sent++;
}

/* Each side of a call that is up: voice every 20 ms, now and then a text, until the leg is gone. */
static void talk(struct world *world, struct call *call, enum side side)
{
	struct leg *leg = &call->leg[side];
	uint8_t voice[160] = {0};

	if (!leg->handle || !leg->up)
		return;
	memcpy(voice, &leg->voice_sent, sizeof leg->voice_sent);
	if (rng_chance(&world->rng, 950)) /* else: a gap in the source */
		iax2_call_send_voice(leg->handle, IAX2_FORMAT_ULAW, leg->voice_sent * INT64_C(20), voice, sizeof voice, world->now);
	leg->voice_sent++;
	if (rng_chance(&world->rng, 8))
		send_text(world, call, side);
}

static void talk_caller(struct world *world, void *arg)
{
	struct call *call = arg;

	talk(world, call, CALLER);
	if (call->leg[CALLER].handle)
		world_at(world, world->now + MS(20), talk_caller, call);
}

static void talk_callee(struct world *world, void *arg)
{
	struct call *call = arg;

	talk(world, call, CALLEE);
	if (call->leg[CALLEE].handle)
		world_at(world, world->now + MS(20), talk_callee, call);
}

static void answer(struct world *world, void *arg)
{
	struct call *call = arg;
	struct leg *leg = &call->leg[CALLEE];

	if (!leg->handle)
		return;
	iax2_call_control(leg->handle, IAX2_CONTROL_ANSWER, NULL, 0, world->now);
	leg->up = true;
	talk_callee(world, call);
}

static void callee_decides(struct call *call, struct iax2_call *handle, iax2_ns now)
{
	if (call->reject) {
		iax2_call_reject(handle, IAX2_CAUSE_BUSY, "busy", now);
		leg_ended(call, CALLEE, NULL);
	} else {
		iax2_call_accept(handle, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, now);
	}
}

static void incoming(struct scene *scene, const struct iax2_event *ev)
{
	struct world *world = &scene->world;
	struct call *call = call_of_number(scene, ev);
	struct leg *leg = &call->leg[CALLEE];

	WORLD_CHECK(world, ev->validated, "call %d came without a token", call->id);
	WORLD_CHECK(world, !leg->handle || leg->ended, "call %d came twice", call->id);
	leg->handle = ev->call;
	iax2_call_set_user(ev->call, call);
	iax2_call_set_trunk(ev->call, call_is_trunked(call));
	if (call->id % 2)
		iax2_call_challenge(ev->call, &(struct iax2_credentials){.methods = IAX2_AUTH_MD5, .secrets = SECRETS}, world->now);
	else
		callee_decides(call, ev->call, world->now);
}

static void text_arrived(struct scene *scene, struct call *call, enum side side, const struct iax2_event *ev)
{
	char expected[64];
	struct leg *leg = &call->leg[side];

	snprintf(expected, sizeof expected, "%d %u", call->id, leg->received);
	WORLD_CHECK(&scene->world, strcmp((const char *)ev->data, expected) == 0, "call %d: text \"%s\", not \"%s\"", call->id,
	            (const char *)ev->data, expected);
	leg->received++;
}

static void voice_arrived(struct scene *scene, struct call *call, enum side side, const struct iax2_event *ev)
{
	struct leg *leg = &call->leg[side];
	unsigned number;
	int64_t offset;

	WORLD_CHECK(&scene->world, ev->format == IAX2_FORMAT_ULAW && ev->len == 160, "call %d: %zu bytes of voice", call->id, ev->len);
	memcpy(&number, ev->data, sizeof number);
	offset = ev->ts - number * INT64_C(20);
	if (scene->trunk_timestamps || !call_is_trunked(call)) /* else the time of arrival is all there is (protocol reference 3.6) */
		WORLD_CHECK(&scene->world, !leg->voice_seen || offset == leg->voice_offset, "call %d: time stamps moved by %lld ms", call->id,
		            (long long)(offset - leg->voice_offset));
	leg->voice_seen = true;
	leg->voice_offset = offset;
	scene->voice_received++;
}

static void call_event(struct scene *scene, enum side side, const struct iax2_event *ev)
{
	struct world *world = &scene->world;
	struct call *call = ev->user;

	switch (ev->type) {
	case IAX2_EV_NEW:
		incoming(scene, ev);
		break;
	case IAX2_EV_AUTHENTICATED:
		callee_decides(call, ev->call, world->now);
		break;
	case IAX2_EV_READY:
		WORLD_CHECK(world, !call->wrong_secret || call->id % 2 == 0, "call %d was let in with a wrong secret", call->id);
		iax2_call_control(ev->call, IAX2_CONTROL_RINGING, NULL, 0, world->now);
		if (!call->no_answer)
			world_at(world, world->now + call->answer_after, answer, call);
		break;
	case IAX2_EV_CONTROL:
		if (ev->subclass == IAX2_CONTROL_ANSWER && !call->leg[side].up) {
			call->leg[side].up = true;
			scene->established++;
			talk_caller(world, call);
		}
		break;
	case IAX2_EV_TEXT:
		text_arrived(scene, call, side, ev);
		break;
	case IAX2_EV_VOICE:
		voice_arrived(scene, call, side, ev);
		break;
	case IAX2_EV_ENDED:
		leg_ended(call, side, ev);
		break;
	default:
		break;
	}
}

static void registrar_event(struct scene *scene, const struct iax2_event *ev)
{
	static const struct iax2_credentials creds = {.methods = IAX2_AUTH_MD5, .secrets = SECRETS};

	if (ev->type == IAX2_EV_REGREQ)
		iax2_regreq_challenge(ev->regreq, &creds, scene->world.now);
	else if (ev->type == IAX2_EV_REGREQ_AUTHENTICATED)
		iax2_regreq_grant(ev->regreq, &(struct iax2_grant){.username = "a", .refresh_s = 60}, scene->world.now);
}

static void on_event_caller(struct node *node, const struct iax2_event *ev)
{
	if (ev->call)
		call_event(node->user, CALLER, ev);
}

static void on_event_callee(struct node *node, const struct iax2_event *ev)
{
	if (ev->call)
		call_event(node->user, CALLEE, ev);
	else if (ev->regreq)
		registrar_event(node->user, ev);
}

static void place(struct world *world, void *arg)
{
	struct call *call = arg;
	struct scene *scene = call->scene;
	char number[16];
	struct iax2_path path = world_path(scene->node[1]);
	struct iax2_call_params params = {
		.called_number = number, .username = "a", .secret = call->wrong_secret ? "wrong" : "right",
		.prefs = {.count = 1, .bit = {IAX2_BIT_ULAW}}, .trunk = call_is_trunked(call), .user = call,
	};
	int error;

	snprintf(number, sizeof number, "%d", call->id);
	error = iax2_call_new(scene->node[0]->ep, &call->leg[CALLER].handle, &path, &params, world->now);
	WORLD_CHECK(world, error == 0, "call %d can't be placed: %s", call->id, iax2_strerror(error));
	call->placed = true;
}

static void plan_call(struct scene *scene, int id)
{
	struct world *world = &scene->world;
	struct call *call = &scene->calls[id];
	struct rng *rng = &world->rng;

	*call = (struct call){
		.scene = scene, .id = id, .wrong_secret = rng_chance(rng, 100), .reject = rng_chance(rng, 100),
		.no_answer = rng_chance(rng, 100), .is_long = rng_chance(rng, 400), .ends = rng_chance(rng, 500) ? CALLER : CALLEE,
		.place_at = world->now + MS(rng_between(rng, 0, 10000)), .answer_after = MS(rng_between(rng, 0, 5000)),
	};
	call->end_at = call->is_long ? world->now + SECONDS(30) + CALM + SECONDS(5) : call->place_at + MS(rng_between(rng, 0, 20000));
	world_at(world, call->place_at, place, call);
	world_at(world, call->end_at, call_end, call);
}

static void check_agreement(struct scene *scene)
{
	for (int i = 0; i < CALLS; i++) {
		const struct call *call = &scene->calls[i];
		bool here = call->leg[CALLER].handle, there = call->leg[CALLEE].handle;

		WORLD_CHECK(&scene->world, here == there, "call %d: caller %s, callee %s", i, here ? "has it" : "has it not",
		            there ? "has it" : "has it not");
		if (here && !call->no_answer)
			WORLD_CHECK(&scene->world, call->leg[CALLER].up && call->leg[CALLEE].up, "call %d is neither up nor gone", i);
	}
}

/* A short call that its callee has to end may still ring; the caller lets go of what nobody answered. */
static void end_unanswered(struct scene *scene)
{
	for (int i = 0; i < CALLS; i++) {
		struct call *call = &scene->calls[i];

		for (int side = 0; side < 2; side++)
			if (!call->is_long && call->leg[side].handle) {
				call->ends = (enum side)side;
				call_end(&scene->world, call);
			}
	}
}

static void check_idle(struct scene *scene, const char *when)
{
	for (int n = 0; n < 2; n++) {
		struct iax2_stats stats;

		iax2_endpoint_stats(scene->node[n]->ep, &stats);
		WORLD_CHECK(&scene->world, stats.legs == 0 && stats.unacked == 0 && stats.unvalidated == 0,
		            "%s: node %d still has %u legs, %u unacknowledged frames, %u unvalidated", when, n, stats.legs, stats.unacked,
		            stats.unvalidated);
	}
}

static void check_recovered(struct scene *scene)
{
	struct iax2_registration_info reg;
	struct iax2_qualify_info qualify;

	iax2_registration_info(scene->registration, &reg);
	WORLD_CHECK(&scene->world, reg.state == IAX2_REG_REGISTERED, "registration is %s", iax2_registration_state_text(reg.state));
	WORLD_CHECK(&scene->world, iax2_addr_equal(&reg.perceived, &scene->node[0]->addr), "perceived address is wrong");
	iax2_qualify_info(scene->qualify, &qualify);
	WORLD_CHECK(&scene->world, qualify.last_ms > 0, "the qualified peer is at %d ms", qualify.last_ms);
}

static void scene_start(struct scene *scene, uint64_t seed)
{
	struct world *world = &scene->world;
	struct iax2_config config = {0};
	struct iax2_path path;

	world_init(world, seed);
	world->link = (struct link){
		.loss = (unsigned)rng_between(&world->rng, 0, 250), .duplicate = (unsigned)rng_between(&world->rng, 0, 100),
		.reorder = (unsigned)rng_between(&world->rng, 0, 100), .delay_ms = (uint32_t)rng_between(&world->rng, 0, 300),
		.jitter_ms = (uint32_t)rng_between(&world->rng, 0, 60),
	};
	scene->trunk_timestamps = rng_chance(&world->rng, 500);
	for (int n = 0; n < 2; n++) {
		struct iax2_trunk_params trunk = {.freq_ms = 20, .mtu = 1240, .max_size = 128000, .timestamps = scene->trunk_timestamps};

		scene->node[n] = world_add(world, &config);
		iax2_endpoint_set_trunk(scene->node[n]->ep, NULL, &trunk);
		scene->node[n]->user = scene;
	}
	scene->node[0]->on_event = on_event_caller;
	scene->node[1]->on_event = on_event_callee;
	path = world_path(scene->node[1]);
	WORLD_CHECK(world, iax2_registration_new(scene->node[0]->ep, &scene->registration, &path,
	            &(struct iax2_registration_params){.username = "a", .secret = "right"}, world->now) == 0, "no registration");
	WORLD_CHECK(world, iax2_qualify_new(scene->node[0]->ep, &scene->qualify, &path, &(struct iax2_qualify_params){0}, world->now) == 0,
	            "no qualify");
}

static void run_seed(uint64_t seed, bool verbose)
{
	static struct scene scene;
	struct world *world = &scene.world;
	iax2_ns start;

	scene = (struct scene){0};
	scene_start(&scene, seed);
	start = world->now;
	for (int i = 0; i < CALLS; i++)
		plan_call(&scene, i);
	world_run(world, start + SECONDS(30));
	end_unanswered(&scene);
	world_run(world, start + SECONDS(30) + CALM);
	check_agreement(&scene);
	world_run(world, start + SECONDS(40) + CALM); /* the long calls end */
	end_unanswered(&scene);
	for (int i = 0; i < CALLS; i++) /* and those that were to be ended by the side that was never asked */
		for (int side = 0; side < 2; side++)
			if (scene.calls[i].leg[side].handle) {
				scene.calls[i].ends = (enum side)side;
				call_end(world, &scene.calls[i]);
			}
	world->link.down = true; /* a power cut while everything is being taken down */
	world_run(world, world->now + SECONDS(90));
	world->link = (struct link){.delay_ms = 20};
	world_run(world, world->now + CALM);
	check_agreement(&scene);
	check_recovered(&scene);
	iax2_registration_stop(scene.registration, false, world->now);
	iax2_qualify_stop(scene.qualify);
	world_run(world, world->now + SECONDS(120));
	check_idle(&scene, "at the end");
	if (verbose)
		printf("seed %llu: %u calls established, %llu datagrams, %llu lost, %llu voice frames arrived\n", (unsigned long long)seed,
		       scene.established, (unsigned long long)world->sent, (unsigned long long)world->lost,
		       (unsigned long long)scene.voice_received);
	world_fini(world);
}

int main(int argc, char **argv)
{
	unsigned long long first = 1, count = 100;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--seed") == 0) {
			first = strtoull(argv[i + 1], NULL, 0);
			count = 1;
		} else if (strcmp(argv[i], "--seeds") == 0) {
			count = strtoull(argv[i + 1], NULL, 0);
		}
	}
	for (unsigned long long seed = first; seed < first + count; seed++)
		run_seed(seed, count == 1);
	printf("%llu seeds from %llu: calls were up on both sides or gone on both, text and time stamps whole, nothing left over\n", count, first);
	return 0;
}
