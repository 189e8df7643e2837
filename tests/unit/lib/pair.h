/* Two endpoints with a virtual clock between them, for the unit tests: datagrams are shuttled, dropped or looked at by the test. */
#ifndef PAIR_H
#define PAIR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "iax2/iax2.h"

#define PAIR_PACKETS 4096
#define PAIR_MS IAX2_NS_PER_MS

struct pair_packet {
	int to;                      /* 0: a, 1: b */
	size_t len;
	uint8_t data[IAX2_SEND_MAX];
	iax2_ns at;
};

/* Everything that was sent, and what is under way. */
struct pair {
	struct iax2_endpoint *ep[2];
	struct iax2_path path[2];    /* path[0]: how a reaches b; path[1]: how b reaches a */
	iax2_ns now;
	uint64_t seed;
	struct pair_packet log[PAIR_PACKETS];
	size_t logged, delivered;
	bool lose_to[2];             /* what goes to that side is lost */
	struct iax2_mem mem;
	long allocations;
	long fail_at, fail_from;     /* the n-th allocation fails, or all from the n-th on; 0: none */
	bool tokens_required;
	bool from_zero;              /* the clock begins with 0 */
};

static inline int pair_md5(void *user, uint8_t out[static IAX2_MD5_SIZE], const void *a, size_t a_len, const void *b, size_t b_len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned len = 0;
	int ok = EVP_DigestInit_ex(ctx, EVP_md5(), NULL) && EVP_DigestUpdate(ctx, a, a_len) && EVP_DigestUpdate(ctx, b, b_len) &&
	         EVP_DigestFinal_ex(ctx, out, &len);

	(void)user;
	EVP_MD_CTX_free(ctx);
	return ok ? 0 : IAX2_ERR_NOAUTH;
}

static inline int pair_hmac(void *user, uint8_t out[static IAX2_SHA256_SIZE], const void *key, size_t key_len, const void *data,
                            size_t data_len)
{
	unsigned len = IAX2_SHA256_SIZE;

	(void)user;
	return HMAC(EVP_sha256(), key, (int)key_len, data, data_len, out, &len) ? 0 : IAX2_ERR_NOAUTH;
}

static inline void pair_random(void *user, void *buf, size_t len)
{
	struct pair *p = user;
	uint8_t *out = buf;

	for (size_t i = 0; i < len; i++) {
		p->seed = p->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		out[i] = (uint8_t)(p->seed >> 33);
	}
}

static inline enum iax2_token_policy pair_policy(void *user, enum iax2_command command, const char *username, const struct iax2_addr *from)
{
	struct pair *p = user;

	(void)command;
	(void)username;
	(void)from;
	return p->tokens_required ? IAX2_TOKEN_REQUIRED : IAX2_TOKEN_NOT_REQUIRED;
}

static inline bool pair_alloc_fails(struct pair *p)
{
	p->allocations++;
	return p->allocations == p->fail_at || (p->fail_from && p->allocations >= p->fail_from);
}

static inline void *pair_alloc(void *user, size_t size)
{
	return pair_alloc_fails(user) ? NULL : malloc(size);
}

static inline void *pair_realloc(void *user, void *ptr, size_t size)
{
	return pair_alloc_fails(user) ? NULL : realloc(ptr, size);
}

static inline void pair_free(void *user, void *ptr)
{
	(void)user;
	free(ptr);
}

static inline struct iax2_config pair_config(struct pair *p)
{
	static const struct iax2_crypto crypto = {.md5 = pair_md5, .hmac_sha256 = pair_hmac};

	p->mem = (struct iax2_mem){.alloc = pair_alloc, .realloc = pair_realloc, .free = pair_free, .user = p};
	return (struct iax2_config){.mem = &p->mem, .crypto = &crypto, .random = pair_random, .token_policy = pair_policy, .user = p};
}

/* Both endpoints; false when one could not be made. */
static inline bool pair_start(struct pair *p, const struct iax2_config *config)
{
	p->now = p->from_zero ? 0 : 1000 * IAX2_NS_PER_S;
	p->seed = p->seed ? p->seed : 7;
	for (int i = 0; i < 2; i++) {
		p->path[i].socket = 3;
		assert_int_equal(iax2_addr_parse(&p->path[i].remote, i == 0 ? "192.0.2.2" : "192.0.2.1", IAX2_PORT), 0);
		p->ep[i] = iax2_endpoint_new(config, p->now);
	}
	return p->ep[0] && p->ep[1];
}

static inline struct pair *pair_new(void)
{
	struct pair *p = calloc(1, sizeof(*p));
	struct iax2_config config;

	assert_non_null(p);
	config = pair_config(p);
	assert_true(pair_start(p, &config));
	return p;
}

static inline void pair_del(struct pair *p)
{
	iax2_endpoint_del(p->ep[0]);
	iax2_endpoint_del(p->ep[1]);
	free(p);
}

/* Notes all that both sides want to send. */
static inline void pair_collect(struct pair *p)
{
	for (int i = 0; i < 2; i++) {
		struct iax2_datagram d;

		while (iax2_endpoint_output(p->ep[i], &d, 1)) {
			struct pair_packet *packet = &p->log[p->logged];

			assert_true(p->logged < PAIR_PACKETS);
			assert_true(d.len <= sizeof(packet->data));
			packet->to = 1 - i;
			packet->len = d.len;
			packet->at = p->now;
			memcpy(packet->data, d.data, d.len);
			p->logged++;
		}
	}
}

static inline void pair_inject(struct pair *p, int to, const void *data, size_t len)
{
	iax2_endpoint_input(p->ep[to], &p->path[to], data, len, p->now);
}

/* Delivers a forged full frame, and notes the answers without delivering them. */
static inline void pair_forge(struct pair *p, int to, struct iax2_frame frame)
{
	uint8_t buf[IAX2_SEND_MAX];
	int len;

	frame.kind = IAX2_KIND_FULL;
	len = iax2_frame_encode(&frame, buf, sizeof(buf));
	assert_true(len > 0);
	pair_inject(p, to, buf, (size_t)len);
	pair_collect(p);
	p->delivered = p->logged;
}

/* A frame as the other side of `call` would send it next. */
static inline struct iax2_frame pair_next_frame(const struct iax2_call *call, uint8_t type, int64_t subclass)
{
	struct iax2_call_info info;

	iax2_call_info(call, &info);
	return (struct iax2_frame){.scall = info.remote_callno, .dcall = info.callno, .timestamp = 5000, .oseqno = info.iseqno,
	                           .iseqno = info.oseqno, .type = type, .subclass = subclass};
}

/* Delivers everything, answers included, without letting time pass. */
static inline void pair_settle(struct pair *p)
{
	pair_collect(p);
	while (p->delivered < p->logged) {
		const struct pair_packet *packet = &p->log[p->delivered++];

		if (!p->lose_to[packet->to]) {
			iax2_endpoint_input(p->ep[packet->to], (const struct iax2_path[]){p->path[packet->to]}, packet->data, packet->len, p->now);
		}
		pair_collect(p);
	}
}

/* Lets time pass, timer by timer. */
static inline void pair_run(struct pair *p, int64_t ms)
{
	iax2_ns until = p->now + ms * PAIR_MS;

	for (;;) {
		iax2_ns next = iax2_endpoint_deadline(p->ep[0]);
		iax2_ns other = iax2_endpoint_deadline(p->ep[1]);

		next = other < next ? other : next;
		p->now = next > until ? until : next > p->now ? next : p->now;
		iax2_endpoint_tick(p->ep[0], p->now);
		iax2_endpoint_tick(p->ep[1], p->now);
		pair_settle(p);
		if (next > until) {
			return;
		}
	}
}

/* The next event of a side, which must be of that type. */
static inline struct iax2_event pair_expect(struct pair *p, int side, enum iax2_event_type type)
{
	struct iax2_event ev = {0};

	assert_true(iax2_endpoint_event(p->ep[side], &ev));
	assert_int_equal(ev.type, type);
	return ev;
}

static inline void pair_expect_none(struct pair *p, int side)
{
	struct iax2_event ev;

	assert_false(iax2_endpoint_event(p->ep[side], &ev));
}

/* The n-th logged packet (from `from`) to a side that is a full frame of that type and subclass (-2: any); NULL: none. */
static inline const struct pair_packet *pair_find(const struct pair *p, size_t from, int to, uint8_t type, int64_t subclass,
                                                  struct iax2_frame *frame)
{
	for (size_t i = from; i < p->logged; i++) {
		if (p->log[i].to == to && iax2_frame_decode(frame, p->log[i].data, p->log[i].len) == 0 && frame->kind == IAX2_KIND_FULL &&
		    frame->type == type && (subclass == -2 || frame->subclass == subclass)) {
			return &p->log[i];
		}
	}
	return NULL;
}

static inline size_t pair_count(const struct pair *p, size_t from, int to, uint8_t type, int64_t subclass)
{
	struct iax2_frame frame;
	size_t n = 0;

	for (size_t i = from; i < p->logged; i++) {
		n += p->log[i].to == to && iax2_frame_decode(&frame, p->log[i].data, p->log[i].len) == 0 && frame.kind == IAX2_KIND_FULL &&
		     frame.type == type && (subclass == -2 || frame.subclass == subclass);
	}
	return n;
}

static inline struct iax2_call_params pair_params(void)
{
	struct iax2_call_params params = {.called_number = "200", .username = "alice", .secret = "secret"};

	params.prefs.count = 2;
	params.prefs.bit[0] = IAX2_BIT_ULAW;
	params.prefs.bit[1] = IAX2_BIT_ALAW;
	return params;
}

/* A call from a to b, accepted and answered, without authentication; all events taken. */
static inline void pair_call(struct pair *p, struct iax2_call **a, struct iax2_call **b)
{
	struct iax2_call_params params = pair_params();

	assert_int_equal(iax2_call_new(p->ep[0], a, &p->path[0], &params, p->now), 0);
	pair_settle(p);
	*b = pair_expect(p, 1, IAX2_EV_NEW).call;
	assert_int_equal(iax2_call_accept(*b, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW | IAX2_FORMAT_ALAW, p->now), 0);
	pair_settle(p);
	(void)pair_expect(p, 0, IAX2_EV_ACCEPTED);
	(void)pair_expect(p, 1, IAX2_EV_READY);
	assert_int_equal(iax2_call_control(*b, IAX2_CONTROL_ANSWER, NULL, 0, p->now), 0);
	pair_settle(p);
	assert_int_equal(pair_expect(p, 0, IAX2_EV_CONTROL).subclass, IAX2_CONTROL_ANSWER);
	assert_int_equal(pair_expect(p, 0, IAX2_EV_CONTROL).subclass, IAX2_CONTROL_STOP_SOUNDS);
	pair_expect_none(p, 0);
	pair_expect_none(p, 1);
}

#endif
