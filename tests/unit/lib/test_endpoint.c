/* An endpoint in a storm: while calls are up, it gets damaged, repeated and invented datagrams.  The seeds are fixed; IAX2_SEED=n runs one
 * of them. */
#include "pair.h"

#include "call.h"
#include "core.h"

#define SEEDS 12
#define CALLS 4
#define ROUNDS 400        /* of 20 ms */
#define PER_ROUND 20      /* bad datagrams */
#define CORPUS 600

struct storm {
	struct pair *p;
	struct iax2_path stranger;         /* who talks to b besides a */
	struct iax2_call *call[2][CALLS];  /* of a and b */
	unsigned said[2][CALLS], heard[2][CALLS], voices[2][CALLS];
	struct pair_packet corpus[CORPUS]; /* real datagrams of both sides */
	size_t corpus_count, seen;
	uint64_t random;
	bool calls_may_end;
	size_t stranger_got, stranger_sent;
};

static uint32_t dice(struct storm *s)
{
	s->random ^= s->random << 13;
	s->random ^= s->random >> 7;
	s->random ^= s->random << 17;
	return (uint32_t)(s->random >> 32);
}

static int which_call(const struct storm *s, int side, const struct iax2_call *call)
{
	for (int i = 0; i < CALLS; i++) {
		if (s->call[side][i] == call) {
			return i;
		}
	}
	return -1;
}

static void take_new(struct storm *s, struct iax2_call *call)
{
	static const char *const secrets[] = {"secret", NULL};
	struct iax2_credentials creds = {.methods = IAX2_AUTH_MD5, .secrets = secrets};
	int place = which_call(s, 1, NULL);

	if (place < 0 || !s->calls_may_end) {
		iax2_call_reject(call, 3, "No such context/extension", s->p->now);
		return;
	}
	s->call[1][place] = call;
	if (dice(s) % 2) {
		(void)iax2_call_challenge(call, &creds, s->p->now);
	} else {
		(void)iax2_call_accept(call, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, s->p->now);
	}
}

static void take_event(struct storm *s, int side, const struct iax2_event *ev)
{
	int i = ev->call ? which_call(s, side, ev->call) : -1;
	char expected[16];

	if (ev->type == IAX2_EV_NEW) {
		take_new(s, ev->call);
	} else if (ev->type == IAX2_EV_AUTHENTICATED) {
		(void)iax2_call_accept(ev->call, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW, s->p->now);
	} else if (ev->type == IAX2_EV_REGREQ) {
		iax2_regreq_refuse(ev->regreq, s->p->now);
	} else if (i >= 0 && ev->type == IAX2_EV_ENDED) {
		assert_true(s->calls_may_end);
		s->call[side][i] = NULL;
	} else if (i >= 0 && ev->type == IAX2_EV_VOICE) {
		s->voices[side][i]++;
	} else if (i >= 0 && ev->type == IAX2_EV_TEXT && !s->calls_may_end) {
		snprintf(expected, sizeof(expected), "%u", s->heard[side][i]++);
		assert_string_equal((const char *)ev->data, expected);
	}
}

static void keep(struct storm *s, const struct iax2_datagram *d, int to)
{
	size_t at = s->seen++ % CORPUS;

	s->corpus[at].to = to;
	s->corpus[at].len = d->len;
	memcpy(s->corpus[at].data, d->data, d->len);
	s->corpus_count = s->seen < CORPUS ? s->seen : CORPUS;
}

/* Carries the real datagrams, notes those for the stranger, and looks at every one. */
static void carry(struct storm *s)
{
	struct iax2_datagram d;
	struct iax2_event ev;
	struct iax2_frame frame;

	for (int round = 0; round < 6; round++) {
		for (int side = 0; side < 2; side++) {
			while (iax2_endpoint_output(s->p->ep[side], &d, 1)) {
				assert_in_range(d.len, 4, IAX2_SEND_MAX);
				assert_int_equal(iax2_frame_decode(&frame, d.data, d.len), 0);
				if (iax2_addr_equal(&d.path.remote, &s->p->path[side].remote)) {
					keep(s, &d, 1 - side);
					iax2_endpoint_input(s->p->ep[1 - side], &s->p->path[1 - side], d.data, d.len, s->p->now);
				} else {
					assert_true(iax2_addr_equal(&d.path.remote, &s->stranger.remote));
					s->stranger_got += frame.subclass == IAX2_CMD_CALLTOKEN ? 0 : d.len;
				}
			}
			while (iax2_endpoint_event(s->p->ep[side], &ev)) {
				take_event(s, side, &ev);
			}
		}
	}
}

/* The books of the endpoint agree with what there is. */
static void check_books(struct iax2_endpoint *ep)
{
	struct iax2_stats stats;
	uint32_t legs = 0, unacked = 0, unvalidated = 0;

	iax2_endpoint_stats(ep, &stats);
	for (size_t i = 0; i < ep->assocs.by_path.size; i++) {
		for (struct iax2_hash_node *n = ep->assocs.by_path.buckets[i]; n; n = n->next) {
			struct iax2_assoc *assoc = IAX2_CONTAINER(n, struct iax2_assoc, node);

			assert_true(assoc->by_own.count + assoc->tombstones.count > 0);
			for (size_t k = 0; k < assoc->by_own.size; k++) {
				for (struct iax2_hash_node *m = assoc->by_own.buckets[k]; m; m = m->next) {
					struct iax2_leg *leg = IAX2_CONTAINER(m, struct iax2_leg, own_node);

					legs++;
					unacked += iax2_rtx_flying(leg);
					unvalidated += leg->incoming && !leg->validated;
					assert_ptr_equal(leg->assoc, assoc);
					assert_true(!leg->remote || iax2_assoc_by_remote(assoc, leg->remote) == leg);
					assert_true(iax2_rtx_flying(leg) <= IAX2_RTX_WINDOW);
				}
			}
		}
	}
	assert_int_equal(stats.legs, legs);
	assert_int_equal(stats.unacked, unacked);
	assert_int_equal(stats.unvalidated, unvalidated);
	assert_true(ep->timers.count <= ep->timers.reserved);
}

static void flip(struct storm *s, uint8_t *data, size_t len)
{
	for (uint32_t n = 1 + dice(s) % 8; n > 0 && len > 0; n--) {
		size_t at = dice(s) % 4 ? dice(s) % (len < 16 ? len : 16) : dice(s) % len;

		data[at] ^= (uint8_t)(1u << dice(s) % 8);
	}
}

/* One datagram of the storm: something real, repeated, damaged, cut or lengthened, or noise. */
static size_t gust(struct storm *s, uint8_t data[static IAX2_SEND_MAX + 16])
{
	const struct pair_packet *real = s->corpus_count ? &s->corpus[dice(s) % s->corpus_count] : NULL;
	size_t len;

	if (!real || dice(s) % 6 == 0) {
		len = dice(s) % 200;
		for (size_t i = 0; i < len; i++) {
			data[i] = (uint8_t)dice(s);
		}
		return len;
	}
	memcpy(data, real->data, real->len);
	len = real->len;
	switch (dice(s) % 5) {
	case 0:
		return len; /* the very same again, or the other side's own */
	case 1:
		return dice(s) % (len + 1);
	case 2:
		for (uint32_t n = dice(s) % 16; n > 0; n--) {
			data[len++] = (uint8_t)dice(s);
		}
		break;
	case 3:
		if (len >= 12) { /* another message with the right numbers */
			data[8] = (uint8_t)(data[8] + dice(s) % 3);
			data[10] = dice(s) % 3 ? 6 : (uint8_t)(dice(s) % 16);
			data[11] = (uint8_t)(dice(s) % 64);
			len = dice(s) % 2 ? 12 : len;
		}
		return len;
	default:
		break;
	}
	flip(s, data, len);
	return len;
}

static void blow(struct storm *s, const struct iax2_path *from)
{
	uint8_t data[IAX2_SEND_MAX + 16], *exact;
	size_t len = gust(s, data);

	exact = malloc(len ? len : 1); /* so that reading behind the end is noticed */
	assert_non_null(exact);
	memcpy(exact, data, len);
	s->stranger_sent += len;
	iax2_endpoint_input(s->p->ep[1], from, exact, len, s->p->now);
	free(exact);
}

static void talk(struct storm *s, unsigned round)
{
	static const uint8_t voice[160] = {0xff};
	char text[16];

	for (int side = 0; side < 2; side++) {
		for (int i = 0; i < CALLS; i++) {
			struct iax2_call *call = s->call[side][i];

			if (call && (round + (unsigned)i) % 25 == 0) {
				snprintf(text, sizeof(text), "%u", s->said[side][i]);
				s->said[side][i] += iax2_call_text(call, text, strlen(text), s->p->now) == 0;
			}
			if (call) {
				(void)iax2_call_send_voice(call, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, voice, sizeof(voice), s->p->now);
			}
		}
	}
}

static struct storm *storm_new(uint64_t seed)
{
	struct storm *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	s->p = pair_new();
	s->p->tokens_required = true;
	s->stranger = s->p->path[1];
	s->stranger.remote.ip[3] ^= 0x55;
	for (int i = 0; i < CALLS; i++) {
		pair_call(s->p, &s->call[0][i], &s->call[1][i]);
		iax2_call_set_trunk(s->call[0][i], i % 2);
		iax2_call_set_trunk(s->call[1][i], i % 2);
	}
	return s;
}

static void storm_del(struct storm *s)
{
	pair_del(s->p);
	free(s);
}

/* New calls and registrations of a with b, for the storm to repeat: in place of those it has ended, or to be refused. */
static void open_more(struct storm *s, unsigned round)
{
	struct iax2_registration_params reg_params = {.username = "alice", .secret = "secret"};
	struct iax2_call_params params = pair_params();
	int place = which_call(s, 0, NULL);
	struct iax2_registration *reg;
	struct iax2_call *call;

	if (s->calls_may_end ? place < 0 || dice(s) % 4 : round % 40 != 1) {
		return;
	}
	params.trunk = dice(s) % 2;
	assert_int_equal(iax2_call_new(s->p->ep[0], &call, &s->p->path[0], &params, s->p->now), 0);
	if (place >= 0) {
		s->call[0][place] = call;
	}
	assert_int_equal(iax2_registration_new(s->p->ep[0], &reg, &s->p->path[0], &reg_params, s->p->now), 0);
	carry(s);
	iax2_registration_stop(reg, true, s->p->now);
}

static void storm_run(struct storm *s, const struct iax2_path *from)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		s->p->now += 20 * PAIR_MS;
		iax2_endpoint_tick(s->p->ep[0], s->p->now);
		iax2_endpoint_tick(s->p->ep[1], s->p->now);
		talk(s, round);
		carry(s);
		open_more(s, round);
		carry(s);
		for (int i = 0; i < PER_ROUND; i++) {
			blow(s, from);
		}
		carry(s);
		check_books(s->p->ep[1]);
	}
}

/* A stranger harms nobody: every voice frame and every text of the calls arrives, nothing is set up for him, and but for call tokens he
 * gets no more bytes than he sends. */
static void storm_from_a_stranger(uint64_t seed)
{
	struct storm *s = storm_new(seed);
	struct iax2_stats stats;

	storm_run(s, &s->stranger);
	for (int i = 0; i < CALLS; i++) {
		for (int side = 0; side < 2; side++) {
			assert_int_equal(s->heard[side][i], s->said[1 - side][i]);
			assert_in_range(s->voices[side][i], ROUNDS - 2, ROUNDS); /* trunk entries of the last interval wait */
		}
	}
	iax2_endpoint_stats(s->p->ep[1], &stats);
	assert_int_equal(stats.legs, CALLS);
	assert_int_equal(stats.associations, 1);
	assert_true(s->stranger_got <= s->stranger_sent);
	storm_del(s);
}

/* From the address of the calls themselves anything may happen to them, but not to us; and when it is over, nothing stays behind. */
static void storm_from_the_peer(uint64_t seed)
{
	struct storm *s = storm_new(seed);
	struct iax2_stats stats;
	struct iax2_event ev;

	s->calls_may_end = true;
	storm_run(s, &s->p->path[1]);
	s->p->lose_to[0] = s->p->lose_to[1] = true; /* he is gone */
	for (int i = 0; i < 200; i++) {
		struct iax2_datagram d;

		s->p->now += IAX2_NS_PER_S;
		iax2_endpoint_tick(s->p->ep[1], s->p->now);
		while (iax2_endpoint_output(s->p->ep[1], &d, 1)) {
		}
		while (iax2_endpoint_event(s->p->ep[1], &ev)) {
		}
	}
	iax2_endpoint_stats(s->p->ep[1], &stats);
	assert_int_equal(stats.legs, 0);
	assert_int_equal(stats.unacked, 0);
	assert_int_equal(stats.associations, 0);
	assert_true(iax2_endpoint_deadline(s->p->ep[1]) == IAX2_NS_NEVER);
	storm_del(s);
}

static void each_seed(void (*run)(uint64_t seed))
{
	const char *one = getenv("IAX2_SEED");

	if (one) {
		run(strtoull(one, NULL, 0));
		return;
	}
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		print_message("seed %u\n", (unsigned)seed);
		run(seed);
	}
}

static void test_storm_from_a_stranger(void **state)
{
	(void)state;
	each_seed(storm_from_a_stranger);
}

static void test_storm_from_the_peer(void **state)
{
	(void)state;
	each_seed(storm_from_the_peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_storm_from_a_stranger), cmocka_unit_test(test_storm_from_the_peer)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
