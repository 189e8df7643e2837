/* Frames on the wire: the worked examples of the protocol byte for byte, every subclass byte, and everything that is too short.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "iax2/codec.h"
#include "iax2/frame.h"

struct vector {
	const char *hex;
	struct iax2_frame frame; /* the payload is what follows the header */
};

#define FULL(s, d, ts, o, i, t, sub)                                                                                             \
	{                                                                                                                            \
		.kind = IAX2_KIND_FULL, .scall = s, .dcall = d, .timestamp = ts, .oseqno = o, .iseqno = i, .type = t, .subclass = sub    \
	}

static const struct vector vectors[] = {
    {"9234000000000003000006010b02000201033630302d03444543260143270100280200003904000000000a02656e0605616c69636509040000000438090"
     "00000"
     "00000000000408040000000e370900000000000000000e0c0200021f0435753a163600",
     FULL(0x1234, 0, 3, 0, 0, IAX2_TYPE_IAX, IAX2_CMD_NEW)},
    {"8001123400000003000106283633313739353234353139343f3866376633646666643636616365633431316235326230386564646631643837663331323"
     "0"
     "316133",
     FULL(1, 0x1234, 3, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_CALLTOKEN)},
    {"8567123400000009000106080e0200020f093133373836323934300605616c696365",
     FULL(0x0567, 0x1234, 9, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_AUTHREQ)},
    {"923405670000001e0101060910206233386463323238303239396630633966383436323037383662363330306164",
     FULL(0x1234, 0x0567, 0x1e, 1, 1, IAX2_TYPE_IAX, IAX2_CMD_AUTHREP)},
    {"85671234000000200102060709040000000438"
     "09000000000000000004",
     FULL(0x0567, 0x1234, 0x20, 1, 2, IAX2_TYPE_IAX, IAX2_CMD_ACCEPT)},
    {"923405670000002002020604", FULL(0x1234, 0x0567, 0x20, 2, 2, IAX2_TYPE_IAX, IAX2_CMD_ACK)},
    {"856712340000002302020403", FULL(0x0567, 0x1234, 0x23, 2, 2, IAX2_TYPE_CONTROL, IAX2_CONTROL_RINGING)},
    {"85671234000007f303020404", FULL(0x0567, 0x1234, 0x7f3, 3, 2, IAX2_TYPE_CONTROL, IAX2_CONTROL_ANSWER)},
    {"85671234000007f4040204ff", FULL(0x0567, 0x1234, 0x7f4, 4, 2, IAX2_TYPE_CONTROL, IAX2_CONTROL_STOP_SOUNDS)},
    {"923405670000080c02040204ffffffff", FULL(0x1234, 0x0567, 0x80c, 2, 4, IAX2_TYPE_VOICE, 4)},
    {"12340820ffffffff", {.kind = IAX2_KIND_MINI, .scall = 0x1234, .timestamp = 0x820}},
    {"923405670000083404040612", FULL(0x1234, 0x0567, 0x834, 4, 4, IAX2_TYPE_IAX, IAX2_CMD_VNAK)},
    {"9234056700001388030506052a0110", FULL(0x1234, 0x0567, 0x1388, 3, 5, IAX2_TYPE_IAX, IAX2_CMD_HANGUP)},
    {"85671234000000000000060a", FULL(0x0567, 0x1234, 0, 0, 0, IAX2_TYPE_IAX, IAX2_CMD_INVAL)},
    {"92340000000000030000061e3600", FULL(0x1234, 0, 3, 0, 0, IAX2_TYPE_IAX, IAX2_CMD_POKE)},
    {"800112340000000300010603", FULL(1, 0x1234, 3, 0, 1, IAX2_TYPE_IAX, IAX2_CMD_PONG)},
    {"92340000000000030000060d0605616c6963651302003c3600", FULL(0x1234, 0, 3, 0, 0, IAX2_TYPE_IAX, IAX2_CMD_REGREQ)},
    {"856712340000003c0102060f0605616c6963651f0435753a161302003c1210020011d9c000020a0000000000000000",
     FULL(0x0567, 0x1234, 0x3c, 1, 2, IAX2_TYPE_IAX, IAX2_CMD_REGACK)},
    {"8567123400005208050606032e04000000042f04020000073004000003e831020028320400000003330400000001",
     FULL(0x0567, 0x1234, 0x5208, 5, 6, IAX2_TYPE_IAX, IAX2_CMD_PONG)},
    {"9234056700000bb804040c35", FULL(0x1234, 0x0567, 0xbb8, 4, 4, IAX2_TYPE_DTMF_BEGIN, '5')},
    {"9234056700000c1c05040135", FULL(0x1234, 0x0567, 0xc1c, 5, 4, IAX2_TYPE_DTMF_END, '5')},
    {"9234056700000bb80404041064656661756c74", FULL(0x1234, 0x0567, 0xbb8, 4, 4, IAX2_TYPE_CONTROL, IAX2_CONTROL_HOLD)},
    {"0000010100000014"
     "000412340820ffffffff"
     "0004123500a0d5d5d5d5",
     {.kind = IAX2_KIND_TRUNK, .meta_command = 1, .meta_data = 1, .timestamp = 20}},
    {"0000010000000014"
     "12340004ffffffff"
     "12350004d5d5d5d5",
     {.kind = IAX2_KIND_TRUNK, .meta_command = 1, .meta_data = 0, .timestamp = 20}},
    {"0000923480e8aabb", {.kind = IAX2_KIND_VIDEO_MINI, .scall = 0x1234, .timestamp = 33000 - 32768, .marker = true}},
    {"00000205aabb", {.kind = IAX2_KIND_META_OTHER, .meta_command = 2, .meta_data = 5}},
    {"923485670000000103030695",
     {.kind = IAX2_KIND_FULL,
      .scall = 0x1234,
      .dcall = 0x567,
      .retransmitted = true,
      .timestamp = 1,
      .oseqno = 3,
      .iseqno = 3,
      .type = IAX2_TYPE_IAX,
      .subclass = 1 << 21}},
};

static size_t header_of(enum iax2_frame_kind kind)
{
	static const size_t sizes[] = {[IAX2_KIND_FULL] = IAX2_FULL_HEADER,
	                               [IAX2_KIND_MINI] = IAX2_MINI_HEADER,
	                               [IAX2_KIND_VIDEO_MINI] = IAX2_VIDEO_MINI_HEADER,
	                               [IAX2_KIND_TRUNK] = IAX2_TRUNK_HEADER,
	                               [IAX2_KIND_META_OTHER] = 4};

	return sizes[kind];
}

static void assert_same_header(const struct iax2_frame *a, const struct iax2_frame *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->scall, b->scall);
	assert_int_equal(a->dcall, b->dcall);
	assert_int_equal(a->retransmitted, b->retransmitted);
	assert_int_equal(a->timestamp, b->timestamp);
	assert_int_equal(a->oseqno, b->oseqno);
	assert_int_equal(a->iseqno, b->iseqno);
	assert_int_equal(a->type, b->type);
	assert_true(a->subclass == b->subclass);
	assert_int_equal(a->marker, b->marker);
	assert_int_equal(a->meta_command, b->meta_command);
	assert_int_equal(a->meta_data, b->meta_data);
}

static void test_req_010_worked_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		uint8_t bytes[256], out[256];
		size_t len = unhex_text(bytes, sizeof(bytes), vectors[i].hex);
		struct iax2_frame frame, copy = vectors[i].frame;

		assert_int_equal(iax2_frame_decode(&frame, bytes, len), 0);
		assert_same_header(&frame, &copy);
		assert_int_equal(frame.payload_len, len - header_of(frame.kind));
		copy.payload = frame.payload;
		copy.payload_len = frame.payload_len;
		assert_int_equal(iax2_frame_encode(&copy, out, sizeof(out)), (int)len);
		assert_memory_equal(out, bytes, len);
		assert_int_equal(iax2_frame_encode(&copy, out, len), (int)len);
		assert_int_equal(iax2_frame_encode(&copy, out, len - 1), IAX2_ERR_NOSPACE);
	}
}

static void test_req_003_004_005_006_shortest(void **state)
{
	static const struct {
		const char *hex;
		int rc;
	} cases[] = {
	    {"", IAX2_ERR_MALFORMED},
	    {"12", IAX2_ERR_MALFORMED},
	    {"123408", IAX2_ERR_MALFORMED},
	    {"12340820", 0},
	    {"00008001", IAX2_ERR_MALFORMED},
	    {"0000800100", IAX2_ERR_MALFORMED},
	    {"000080010000", 0},
	    {"00000101000000", IAX2_ERR_MALFORMED},
	    {"0000010100000000", 0},
	    {"00000200", 0},
	    {"9234056700000020020206", IAX2_ERR_MALFORMED},
	    {"923405670000002002020604", 0},
	    {"8000", IAX2_ERR_MALFORMED},
	};
	struct iax2_frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[16], *exact;
		size_t len = unhex_text(bytes, sizeof(bytes), cases[i].hex);

		exact = malloc(len + 1);
		assert_non_null(exact);
		memcpy(exact, bytes, len);
		assert_int_equal(iax2_frame_decode(&frame, exact, len), cases[i].rc);
		free(exact);
	}
	assert_int_equal(iax2_frame_decode(&frame, NULL, 0), IAX2_ERR_MALFORMED);
}

static void test_req_008_empty_mini(void **state)
{
	static const uint8_t bytes[] = {0x12, 0x34, 0x08, 0x20};
	struct iax2_frame frame;

	(void)state;
	assert_int_equal(iax2_frame_decode(&frame, bytes, sizeof(bytes)), 0);
	assert_int_equal(frame.kind, IAX2_KIND_MINI);
	assert_int_equal(frame.payload_len, 0);
}

static void test_req_011_012_013_014_subclass(void **state)
{
	(void)state;
	for (int v = 0; v < 128; v++) {
		assert_int_equal(iax2_subclass_encode(v), v);
		assert_true(iax2_subclass_decode((uint8_t)v) == v);
	}
	for (int bit = 0; bit < 64; bit++) {
		int64_t v = bit == 63 ? INT64_MIN : INT64_C(1) << bit;

		assert_true(iax2_subclass_decode((uint8_t)(0x80 | bit)) == v);
		assert_int_equal(iax2_subclass_encode(v), bit < 7 ? 1 << bit : 0x80 | bit);
		if (bit < 63) {
			assert_true(iax2_subclass_decode((uint8_t)(0xc0 | bit)) == v);
		}
	}
	assert_true(iax2_subclass_decode(0xff) == -1);
	assert_int_equal(iax2_subclass_encode(-1), 0xff);
	assert_int_equal(iax2_subclass_encode(129), IAX2_ERR_INVALID);
	assert_int_equal(iax2_subclass_encode(-2), IAX2_ERR_INVALID);
	assert_int_equal(iax2_subclass_encode(INT64_MAX), IAX2_ERR_INVALID);
}

static void test_req_015_ulaw_both_ways(void **state)
{
	uint8_t bytes[12] = {0x92, 0x34, 0x05, 0x67, 0, 0, 0, 0, 0, 0, IAX2_TYPE_VOICE, 0x82}, out[12];
	struct iax2_frame frame;

	(void)state;
	assert_int_equal(iax2_frame_decode(&frame, bytes, sizeof(bytes)), 0);
	assert_true(frame.subclass == (int64_t)IAX2_FORMAT_ULAW);
	assert_int_equal(iax2_frame_encode(&frame, out, sizeof(out)), 12);
	assert_int_equal(out[11], 0x04);
}

static void test_req_019_video_subclass(void **state)
{
	uint8_t bytes[12] = {0x92, 0x34, 0x05, 0x67, 0, 0, 0, 0, 0, 0, IAX2_TYPE_VIDEO, 0xd5}, out[12];
	struct iax2_frame frame;

	(void)state;
	assert_int_equal(iax2_frame_decode(&frame, bytes, sizeof(bytes)), 0);
	assert_true(frame.subclass == 1 << 21);
	assert_true(frame.marker);
	assert_int_equal(iax2_frame_encode(&frame, out, sizeof(out)), 12);
	assert_int_equal(out[11], 0xd5);
	frame.marker = false;
	assert_int_equal(iax2_frame_encode(&frame, out, sizeof(out)), 12);
	assert_int_equal(out[11], 0x95);
}

/* Every subclass byte of every type is read, and what it means can be sent and read again. */
static void test_every_type_and_subclass_byte(void **state)
{
	uint8_t bytes[12] = {0x92, 0x34, 0x05, 0x67, 0, 0, 0, 0, 0, 0, 0, 0}, out[12];
	struct iax2_frame frame, again;

	(void)state;
	for (unsigned n = 0; n < 65536; n++) {
		bytes[10] = (uint8_t)(n >> 8);
		bytes[11] = (uint8_t)n;
		assert_int_equal(iax2_frame_decode(&frame, bytes, sizeof(bytes)), 0);
		assert_int_equal(iax2_frame_encode(&frame, out, sizeof(out)), 12);
		assert_int_equal(iax2_frame_decode(&again, out, sizeof(out)), 0);
		assert_true(again.subclass == frame.subclass && again.marker == frame.marker && again.type == frame.type);
	}
}

static void test_encode_refuses(void **state)
{
	uint8_t out[64];
	struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = 0x8000, .type = IAX2_TYPE_IAX, .subclass = 1};

	(void)state;
	assert_int_equal(iax2_frame_encode(&frame, out, sizeof(out)), IAX2_ERR_INVALID);
	frame.scall = 2;
	frame.dcall = 0x8000;
	assert_int_equal(iax2_frame_encode(&frame, out, sizeof(out)), IAX2_ERR_INVALID);
	frame.dcall = 0;
	frame.subclass = 200;
	assert_int_equal(iax2_frame_encode(&frame, out, sizeof(out)), IAX2_ERR_INVALID);
	frame = (struct iax2_frame){.kind = IAX2_KIND_MINI};
	assert_int_equal(iax2_frame_encode(&frame, out, sizeof(out)), IAX2_ERR_INVALID);
	frame = (struct iax2_frame){.kind = IAX2_KIND_META_OTHER, .meta_command = 1};
	assert_int_equal(iax2_frame_encode(&frame, out, sizeof(out)), IAX2_ERR_INVALID);
	frame.meta_command = 0x80;
	assert_int_equal(iax2_frame_encode(&frame, out, sizeof(out)), IAX2_ERR_INVALID);
}

static void decode_hex(struct iax2_frame *frame, uint8_t *bytes, size_t cap, const char *hex)
{
	size_t len = unhex_text(bytes, cap, hex);

	assert_int_equal(iax2_frame_decode(frame, bytes, len), 0);
	assert_int_equal(frame->kind, IAX2_KIND_TRUNK);
}

static void test_req_023_024_027_036_trunk_entries(void **state)
{
	static const char *const forms[] = {"0000010100000014"
	                                    "000492340000ffffffff"
	                                    "0000123500a0",
	                                    "0000010000000014"
	                                    "92340004ffffffff"
	                                    "12350000",
	                                    "000001fe00000014"
	                                    "92340004ffffffff"
	                                    "12350000"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct iax2_trunk_entry entry;
		struct iax2_frame frame;
		uint8_t bytes[64];
		bool damaged = false;
		size_t offset = 0;

		decode_hex(&frame, bytes, sizeof(bytes), forms[i]);
		assert_true(iax2_trunk_next(&frame, &offset, &entry, &damaged));
		assert_int_equal(entry.scall, 0x1234);
		assert_int_equal(entry.len, 4);
		assert_int_equal(entry.data[3], 0xff);
		assert_int_equal(entry.has_timestamp, i == 0);
		assert_int_equal(entry.timestamp, 0);
		assert_true(iax2_trunk_next(&frame, &offset, &entry, &damaged));
		assert_int_equal(entry.scall, 0x1235);
		assert_int_equal(entry.len, 0);
		assert_int_equal(entry.timestamp, i == 0 ? 0xa0 : 0);
		assert_false(iax2_trunk_next(&frame, &offset, &entry, &damaged));
		assert_false(iax2_trunk_next(&frame, &offset, &entry, &damaged));
		assert_false(damaged);
	}
}

static void test_req_025_damaged_trunk(void **state)
{
	static const char *const tails[] = {"0000010100000014"
	                                    "000112340820ff"
	                                    "0005123500a0d5d5d5d5",
	                                    "0000010100000014"
	                                    "000112340820ff"
	                                    "0005123500",
	                                    "0000010000000014"
	                                    "12340001ff"
	                                    "1235ffffd5d5",
	                                    "0000010000000014"
	                                    "12340001ff"
	                                    "12"};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct iax2_trunk_entry entry;
		struct iax2_frame frame;
		uint8_t bytes[64];
		bool damaged = false;
		size_t offset = 0;

		decode_hex(&frame, bytes, sizeof(bytes), tails[i]);
		assert_true(iax2_trunk_next(&frame, &offset, &entry, &damaged));
		assert_false(damaged);
		assert_false(iax2_trunk_next(&frame, &offset, &entry, &damaged));
		assert_true(damaged);
		assert_false(iax2_trunk_next(&frame, &offset, &entry, NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_010_worked_examples),
	    cmocka_unit_test(test_req_003_004_005_006_shortest),
	    cmocka_unit_test(test_req_008_empty_mini),
	    cmocka_unit_test(test_req_011_012_013_014_subclass),
	    cmocka_unit_test(test_req_015_ulaw_both_ways),
	    cmocka_unit_test(test_req_019_video_subclass),
	    cmocka_unit_test(test_every_type_and_subclass_byte),
	    cmocka_unit_test(test_encode_refuses),
	    cmocka_unit_test(test_req_023_024_027_036_trunk_entries),
	    cmocka_unit_test(test_req_025_damaged_trunk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
