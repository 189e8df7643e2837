/* Random bytes into everything that reads from the wire: nothing may crash, read behind the end or loop, and what was understood
 * must survive being written again.  The seeds are fixed; IAX2_SEED=n runs one of them. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iax2/codec.h"
#include "iax2/frame.h"
#include "iax2/ie.h"

#define SEEDS        20
#define ROUNDS       5000
#define DATAGRAM_MAX 300

static uint64_t state_of_random;

static uint32_t next_random(void)
{
	state_of_random ^= state_of_random << 13;
	state_of_random ^= state_of_random >> 7;
	state_of_random ^= state_of_random << 17;
	return (uint32_t)(state_of_random >> 32);
}

/* Noise, but often with the beginning of something real. */
static size_t random_datagram(uint8_t *data)
{
	size_t len = next_random() % DATAGRAM_MAX;

	for (size_t i = 0; i < len; i++) {
		data[i] = (uint8_t)next_random();
		if (i >= 12 && next_random() % 2 == 0) {
			data[i] %= 60; /* element numbers and short lengths */
		}
	}
	switch (next_random() % 4) {
	case 0:
		data[0] = data[1] = 0;
		data[2] = next_random() % 2 ? 1 : 0x80;
		break;
	case 1:
		data[0] |= 0x80;
		data[10] = IAX2_TYPE_IAX;
		break;
	case 2:
		data[0] |= 0x80;
		data[10] %= 16;
		break;
	default:
		break;
	}
	return len;
}

static bool inside(const void *p, size_t n, const uint8_t *data, size_t len)
{
	const uint8_t *q = p;

	return n == 0 || (q >= data && q + n <= data + len);
}

static void check_elements(const struct iax2_frame *frame)
{
	struct iax2_ies ies;
	char text[64];

	if (iax2_ies_decode(&ies, frame->payload, frame->payload_len) != 0) {
		return;
	}
	for (unsigned id = 1; id <= IAX2_IE_LAST; id++) {
		int kind = iax2_ie_kind((uint8_t)id);

		iax2_ies_u32(&ies, id, 0);
		assert_true(strlen(iax2_ies_string(&ies, id, text, sizeof(text))) < sizeof(text));
		if (kind == IAX2_IEK_STRING || kind == IAX2_IEK_RAW || kind == IAX2_IEK_PRESENCE) {
			assert_true(inside(ies.value[id].view.data, ies.value[id].view.len, frame->payload, frame->payload_len));
		}
	}
	for (unsigned i = 0; i < ies.variable_count; i++) {
		assert_true(inside(ies.variable[i].data, ies.variable[i].len, frame->payload, frame->payload_len));
	}
	iax2_ies_format(&ies);
	iax2_ies_capability(&ies);
}

static void check_trunk(const struct iax2_frame *frame)
{
	struct iax2_trunk_entry entry;
	bool damaged = false;
	size_t offset = 0, before = 0;

	while (iax2_trunk_next(frame, &offset, &entry, &damaged)) {
		assert_true(offset > before && offset <= frame->payload_len);
		assert_true(entry.scall <= IAX2_CALLNO_MAX);
		assert_true(inside(entry.data, entry.len, frame->payload, frame->payload_len));
		before = offset;
	}
	assert_int_equal(offset, frame->payload_len);
}

static void check_datagram(const uint8_t *data, size_t len)
{
	static const struct iax2_addr nowhere;
	struct iax2_frame frame, again;
	uint8_t out[DATAGRAM_MAX + 16];
	char text[512];
	int n;

	if (iax2_frame_decode(&frame, data, len) != 0) {
		return;
	}
	assert_true(inside(frame.payload, frame.payload_len, data, len));
	n = iax2_frame_encode(&frame, out, sizeof(out));
	assert_int_equal(n, (int)len);
	assert_int_equal(iax2_frame_decode(&again, out, (size_t)n), 0);
	assert_true(again.subclass == frame.subclass && again.timestamp == frame.timestamp && again.kind == frame.kind);
	assert_true(strlen(iax2_frame_describe(&frame, "Rx", &nowhere, text, sizeof(text))) < sizeof(text));
	if (frame.kind == IAX2_KIND_TRUNK) {
		check_trunk(&frame);
	}
	check_elements(&frame);
	for (int bit = 0; bit < 64; bit++) {
		iax2_format_duration_ms(IAX2_FORMAT(bit), frame.payload, frame.payload_len);
	}
}

static void run_seed(uint64_t seed)
{
	uint8_t noise[DATAGRAM_MAX + 16] = {0};

	state_of_random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (int round = 0; round < ROUNDS; round++) {
		size_t len = random_datagram(noise);
		uint8_t *exact = malloc(len > 0 ? len : 1); /* its end is the end of an allocation */

		assert_non_null(exact);
		memcpy(exact, noise, len);
		check_datagram(exact, len);
		free(exact);
	}
}

static void test_random_datagrams(void **state)
{
	const char *only = getenv("IAX2_SEED");
	uint64_t first = only ? strtoull(only, NULL, 10) : 1, last = only ? first : SEEDS;

	(void)state;
	for (uint64_t seed = first; seed <= last; seed++) {
		print_message("seed %" PRIu64 "\n", seed);
		run_seed(seed); /* REQ-007 */
	}
}

/* Random text into the parsers of text. */
static void test_random_text(void **state)
{
	static const char alphabet[] = "0123456789abcdefx:.[]%,|! ulawgsm";

	(void)state;
	state_of_random = 42;
	for (int round = 0; round < 200000; round++) {
		size_t len = next_random() % 24;
		char *text = malloc(len + 1), shown[IAX2_ADDR_TEXT];
		struct iax2_addr addr, again;
		struct iax2_prefs prefs = {0};

		assert_non_null(text);
		for (size_t i = 0; i < len; i++) {
			text[i] = alphabet[next_random() % (sizeof(alphabet) - 1)];
		}
		text[len] = '\0';
		if (iax2_addr_parse(&addr, text, IAX2_PORT) == 0) {
			assert_int_equal(iax2_addr_parse(&again, iax2_addr_format(&addr, shown), 0), 0);
			assert_memory_equal(&addr, &again, sizeof(addr));
		}
		iax2_prefs_apply(&prefs, true, text, NULL);
		assert_true(prefs.count <= IAX2_PREFS_MAX);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_datagrams), cmocka_unit_test(test_random_text)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
