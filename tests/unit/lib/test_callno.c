/* Call numbers, and what happens when none is left. */
#include "pair.h"

#include "callno.h"
#include "core.h"

#define ALL_NUMBERS (IAX2_CALLNO_MAX - 1) /* 2 to 32767 */

static struct pair *pair_with_limits(uint32_t per_address, uint32_t unvalidated)
{
	struct pair *p = calloc(1, sizeof(*p));
	struct iax2_config config;

	assert_non_null(p);
	config = pair_config(p);
	config.max_calls_per_address = per_address;
	config.max_calls_unvalidated = unvalidated;
	assert_true(pair_start(p, &config));
	return p;
}

/* Sends b a request that opens a dialogue, without a token; the answer, if it came from call 1. */
static bool refused(struct pair *p, enum iax2_command command, const struct iax2_path *from, uint16_t scall, struct iax2_frame *answer)
{
	uint8_t ies[32], buf[64];
	struct iax2_ie_writer w;
	struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = scall, .timestamp = scall, .type = IAX2_TYPE_IAX, .subclass = command,
	                           .payload = ies};
	struct iax2_datagram d;
	bool stateless = false;
	int len;

	iax2_iew_init(&w, ies, sizeof(ies));
	iax2_iew_string(&w, IAX2_IE_USERNAME, "u");
	iax2_iew_u32(&w, IAX2_IE_CAPABILITY, 4);
	frame.payload_len = w.len;
	len = iax2_frame_encode(&frame, buf, sizeof(buf));
	assert_true(len > 0);
	iax2_endpoint_input(p->ep[1], from, buf, (size_t)len, p->now);
	while (iax2_endpoint_output(p->ep[1], &d, 1)) {
		assert_int_equal(iax2_frame_decode(answer, d.data, d.len), 0);
		stateless |= answer->scall == 1;
	}
	return stateless;
}

static void drop_events(struct pair *p)
{
	struct iax2_event ev;

	while (iax2_endpoint_event(p->ep[1], &ev)) {
	}
}

static void test_req_069_random_from_the_whole_range(void **state)
{
	struct pair *p = pair_new();
	struct iax2_assoc *assoc = iax2_assoc_get(p->ep[0], &p->path[0]);
	unsigned quarter[4] = {0}, ascending = 0;
	uint16_t last = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		uint16_t n = iax2_callno_draw(assoc, 0);

		assert_in_range(n, 2, IAX2_CALLNO_MAX);
		quarter[n / 8192]++;
		ascending += n > last;
		last = n;
	}
	for (int i = 0; i < 4; i++) {
		assert_in_range(quarter[i], 800, 1200);
	}
	assert_in_range(ascending, 1800, 2200);
	iax2_assoc_check(assoc);
	pair_del(p);
}

static void expect_bare(const struct iax2_frame *answer, enum iax2_command command, uint16_t scall)
{
	assert_int_equal(answer->subclass, command);
	assert_int_equal(answer->scall, 1);
	assert_int_equal(answer->dcall, scall);
	assert_int_equal(answer->timestamp, scall);
	assert_int_equal(answer->payload_len, 0);
}

/* Every number towards one address in use: the last ones are found, then there are none.  Another address has all of its own. */
static void test_req_079_exhaustion(void **state)
{
	enum { OUTGOING = 5 };
	struct pair *p = pair_with_limits(100000, 100000);
	struct iax2_frame answer;
	struct iax2_path other = p->path[1];
	struct iax2_call_params params = pair_params();
	struct iax2_call *call;
	struct iax2_stats stats;
	uint16_t scall = 2;

	(void)state;
	for (int i = 0; i < OUTGOING; i++) {
		assert_int_equal(iax2_call_new(p->ep[1], &call, &p->path[1], &params, p->now), 0);
	}
	for (; scall < 2 + ALL_NUMBERS - OUTGOING; scall++) {
		assert_false(refused(p, IAX2_CMD_NEW, &p->path[1], scall, &answer));
		drop_events(p);
	}
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.legs, ALL_NUMBERS);
	assert_int_equal(iax2_call_new(p->ep[1], &call, &p->path[1], &params, p->now), IAX2_ERR_NOCALLNO);
	assert_true(refused(p, IAX2_CMD_NEW, &p->path[1], scall, &answer));
	expect_bare(&answer, IAX2_CMD_REJECT, scall);
	assert_true(refused(p, IAX2_CMD_REGREQ, &p->path[1], scall, &answer));
	expect_bare(&answer, IAX2_CMD_REGREJ, scall);
	assert_true(refused(p, IAX2_CMD_REGREL, &p->path[1], scall, &answer));
	expect_bare(&answer, IAX2_CMD_REGREJ, scall);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.legs, ALL_NUMBERS);
	other.remote.port++;
	assert_false(refused(p, IAX2_CMD_NEW, &other, 2, &answer));
	assert_int_equal(iax2_call_new(p->ep[1], &call, &other, &params, p->now), 0);
	pair_del(p);
}

static void test_req_080_legs_of_one_address(void **state)
{
	struct pair *p = pair_with_limits(3, 0);
	struct iax2_path port = p->path[1], host = p->path[1];
	struct iax2_frame answer;
	struct iax2_stats stats;
	struct iax2_event ev;
	struct iax2_call *first = NULL;

	(void)state;
	port.remote.port++;
	host.remote.ip[3] ^= 0x40;
	for (uint16_t i = 0; i < 3; i++) {
		assert_false(refused(p, IAX2_CMD_NEW, i == 2 ? &port : &p->path[1], 100 + i, &answer));
		assert_true(iax2_endpoint_event(p->ep[1], &ev));
		first = first ? first : ev.call;
	}
	assert_true(refused(p, IAX2_CMD_NEW, &p->path[1], 110, &answer));
	expect_bare(&answer, IAX2_CMD_REJECT, 110); /* REQ-182 */
	assert_true(refused(p, IAX2_CMD_REGREQ, &port, 111, &answer));
	expect_bare(&answer, IAX2_CMD_REGREJ, 111);
	assert_true(refused(p, IAX2_CMD_REGREL, &port, 112, &answer));
	expect_bare(&answer, IAX2_CMD_REGREJ, 112);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.calls_refused_limit, 3);
	assert_int_equal(stats.legs, 3);
	for (int i = 0; i < 3; i++) {
		ev = pair_expect(p, 1, IAX2_EV_REFUSED);
		assert_int_equal(ev.reason, IAX2_END_LIMIT);
		assert_string_equal(ev.text, "u");
	}
	assert_false(refused(p, IAX2_CMD_NEW, &host, 113, &answer)); /* another host is not concerned */
	(void)pair_expect(p, 1, IAX2_EV_NEW);
	iax2_call_reject(first, 21, NULL, p->now); /* it lives until its REJECT is acknowledged */
	p->lose_to[0] = true;
	pair_run(p, 40000);
	drop_events(p);
	assert_false(refused(p, IAX2_CMD_NEW, &p->path[1], 114, &answer)); /* one place is free again */
	pair_del(p);
}

static void test_req_081_legs_without_a_token(void **state)
{
	struct pair *p = pair_with_limits(0, 2);
	struct iax2_call_params params = pair_params();
	struct iax2_frame answer;
	struct iax2_path from = p->path[1];
	struct iax2_call *a;
	struct iax2_stats stats;

	(void)state;
	for (uint16_t i = 0; i < 4; i++) {
		from.remote.ip[3] = (uint8_t)(50 + i); /* from all addresses together */
		assert_int_equal(refused(p, IAX2_CMD_NEW, &from, 100, &answer), i >= 2);
	}
	expect_bare(&answer, IAX2_CMD_REJECT, 100);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.unvalidated, 2);
	drop_events(p);
	assert_int_equal(iax2_call_new(p->ep[0], &a, &p->path[0], &params, p->now), 0);
	pair_settle(p); /* with a token it gets in */
	assert_true(pair_expect(p, 1, IAX2_EV_NEW).validated);
	iax2_endpoint_stats(p->ep[1], &stats);
	assert_int_equal(stats.unvalidated, 2);
	assert_int_equal(stats.legs, 3);
	pair_del(p);
}

/* While others are free a number of an outgoing leg rests for 60 s after its end; an incoming one may have it at once, since its other
 * side's number tells late frames apart. */
static void test_req_070_rest_of_numbers(void **state)
{
	struct pair *p = pair_new();
	struct iax2_assoc *assoc = iax2_assoc_get(p->ep[0], &p->path[0]);
	unsigned again = 0;

	(void)state;
	for (uint16_t n = 2; n <= 32000; n++) { /* all but some hundred rest */
		struct iax2_tombstone *stone = malloc(sizeof(*stone));

		assert_non_null(stone);
		iax2_tombstone_put(p->ep[0], stone, assoc, n, 500);
	}
	for (int i = 0; i < 200; i++) {
		assert_in_range(iax2_callno_draw(assoc, 0), 32001, IAX2_CALLNO_MAX);
		assert_in_range(iax2_callno_draw(assoc, 500), 32001, IAX2_CALLNO_MAX);
		again += iax2_callno_draw(assoc, 501) <= 32000;
	}
	assert_true(again > 100);
	for (uint16_t n = 32001; n <= IAX2_CALLNO_MAX; n++) {
		struct iax2_tombstone *stone = malloc(sizeof(*stone));

		assert_non_null(stone);
		iax2_tombstone_put(p->ep[0], stone, assoc, n, 500);
	}
	assert_in_range(iax2_callno_draw(assoc, 0), 2, IAX2_CALLNO_MAX); /* better a tired one than none */
	iax2_endpoint_tick(p->ep[0], p->now + 60 * IAX2_NS_PER_S);
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_069_random_from_the_whole_range), cmocka_unit_test(test_req_079_exhaustion),
	    cmocka_unit_test(test_req_080_legs_of_one_address),         cmocka_unit_test(test_req_081_legs_without_a_token),
	    cmocka_unit_test(test_req_070_rest_of_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
