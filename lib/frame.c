#include "iax2/frame.h"

#include <string.h>

#include "wire.h"

#define TOP_BIT          0x8000 /* F, R, "video" and marker bit of a 16-bit word */
#define DATAGRAM_MAX     0xffff
#define META_TRUNK       1
#define META_HEADER      (2 + 1 + 1)
#define TRUNK_TIMESTAMPS 1
#define SUBCLASS_C       0x80
#define SUBCLASS_STOP    0xff
#define VIDEO_MARKER     0x40

/* The number of the only bit of a value, or -1. */
static int only_bit(uint64_t value)
{
	int bit = 0;

	if (value == 0 || (value & (value - 1)) != 0) {
		return -1;
	}
	while (value >>= 1) {
		bit++;
	}
	return bit;
}

/* Video gives bit 0x40 to the marker, so what fits below 64 goes as it is, the rest as a bit number (3.2.2). */
static int video_subclass_encode(int64_t value, bool marker)
{
	int bit = only_bit((uint64_t)value), byte;

	if (value >= 0 && value < VIDEO_MARKER) {
		byte = (int)value;
	} else if (bit >= 0) {
		byte = SUBCLASS_C | bit;
	} else {
		return IAX2_ERR_INVALID;
	}
	return byte | (marker ? VIDEO_MARKER : 0);
}

static void decode_subclass(struct iax2_frame *frame)
{
	uint8_t byte = frame->csub;

	if (frame->type == IAX2_TYPE_VIDEO) {
		frame->marker = (byte & VIDEO_MARKER) != 0;
		byte = (uint8_t)(byte & ~VIDEO_MARKER);
	}
	frame->subclass = iax2_subclass_decode(byte);
}

static void decode_full(struct iax2_frame *frame, struct iax2_reader *r, uint16_t first, uint16_t second)
{
	frame->kind = IAX2_KIND_FULL;
	frame->scall = first & IAX2_CALLNO_MAX;
	frame->dcall = second & IAX2_CALLNO_MAX;
	frame->retransmitted = (second & TOP_BIT) != 0;
	frame->timestamp = iax2_read_u32(r);
	frame->oseqno = iax2_read_u8(r);
	frame->iseqno = iax2_read_u8(r);
	frame->type = iax2_read_u8(r);
	frame->csub = iax2_read_u8(r);
	decode_subclass(frame);
}

static void decode_video_mini(struct iax2_frame *frame, struct iax2_reader *r, uint16_t second)
{
	uint16_t word = iax2_read_u16(r);

	frame->kind = IAX2_KIND_VIDEO_MINI;
	frame->scall = second & IAX2_CALLNO_MAX;
	frame->marker = (word & TOP_BIT) != 0;
	frame->timestamp = word & ~(uint32_t)TOP_BIT;
}

static void decode_meta(struct iax2_frame *frame, struct iax2_reader *r, uint16_t second)
{
	frame->meta_command = (uint8_t)(second >> 8);
	frame->meta_data = (uint8_t)second;
	frame->kind = frame->meta_command == META_TRUNK ? IAX2_KIND_TRUNK : IAX2_KIND_META_OTHER;
	if (frame->kind == IAX2_KIND_TRUNK) {
		frame->timestamp = iax2_read_u32(r);
	}
}

static int encode_full(const struct iax2_frame *frame, struct iax2_writer *w)
{
	int csub = frame->type == IAX2_TYPE_VIDEO ? video_subclass_encode(frame->subclass, frame->marker)
	                                          : iax2_subclass_encode(frame->subclass);

	if (csub < 0 || frame->dcall > IAX2_CALLNO_MAX) {
		return IAX2_ERR_INVALID;
	}
	iax2_write_u16(w, (uint16_t)(frame->scall | TOP_BIT));
	iax2_write_u16(w, (uint16_t)(frame->dcall | (frame->retransmitted ? TOP_BIT : 0)));
	iax2_write_u32(w, frame->timestamp);
	iax2_write_u8(w, frame->oseqno);
	iax2_write_u8(w, frame->iseqno);
	iax2_write_u8(w, frame->type);
	iax2_write_u8(w, (uint8_t)csub);
	return 0;
}

/* A mini frame from call number 0 would be a meta frame. */
static int encode_mini(const struct iax2_frame *frame, struct iax2_writer *w)
{
	if (frame->scall == 0) {
		return IAX2_ERR_INVALID;
	}
	iax2_write_u16(w, frame->scall);
	iax2_write_u16(w, (uint16_t)frame->timestamp);
	return 0;
}

static int encode_video_mini(const struct iax2_frame *frame, struct iax2_writer *w)
{
	iax2_write_u16(w, 0);
	iax2_write_u16(w, (uint16_t)(frame->scall | TOP_BIT));
	iax2_write_u16(w, (uint16_t)((frame->timestamp & ~(uint32_t)TOP_BIT) | (frame->marker ? TOP_BIT : 0)));
	return 0;
}

static int encode_meta(const struct iax2_frame *frame, struct iax2_writer *w)
{
	uint8_t command = frame->kind == IAX2_KIND_TRUNK ? META_TRUNK : frame->meta_command;

	if ((command & 0x80) != 0 || (frame->kind == IAX2_KIND_META_OTHER && command == META_TRUNK)) {
		return IAX2_ERR_INVALID;
	}
	iax2_write_u16(w, 0);
	iax2_write_u8(w, command);
	iax2_write_u8(w, frame->meta_data);
	if (frame->kind == IAX2_KIND_TRUNK) {
		iax2_write_u32(w, frame->timestamp);
	}
	return 0;
}

static int encode_header(const struct iax2_frame *frame, struct iax2_writer *w)
{
	if (frame->scall > IAX2_CALLNO_MAX) {
		return IAX2_ERR_INVALID;
	}
	switch (frame->kind) {
	case IAX2_KIND_FULL:
		return encode_full(frame, w);
	case IAX2_KIND_MINI:
		return encode_mini(frame, w);
	case IAX2_KIND_VIDEO_MINI:
		return encode_video_mini(frame, w);
	case IAX2_KIND_TRUNK:
	case IAX2_KIND_META_OTHER:
		return encode_meta(frame, w);
	}
	return IAX2_ERR_INVALID;
}

int iax2_frame_decode(struct iax2_frame *frame, const uint8_t *data, size_t len)
{
	struct iax2_reader r = iax2_reader_of(data, len);
	uint16_t first = iax2_read_u16(&r), second = iax2_read_u16(&r);

	memset(frame, 0, sizeof(*frame));
	if (r.bad) {
		return IAX2_ERR_MALFORMED;
	}
	if (first == 0 && (second & TOP_BIT) != 0) {
		decode_video_mini(frame, &r, second);
	} else if (first == 0) {
		decode_meta(frame, &r, second);
	} else if ((first & TOP_BIT) != 0) {
		decode_full(frame, &r, first, second);
	} else {
		frame->kind = IAX2_KIND_MINI;
		frame->scall = first;
		frame->timestamp = second;
	}
	if (r.bad) {
		return IAX2_ERR_MALFORMED;
	}
	frame->payload = r.p;
	frame->payload_len = iax2_read_left(&r);
	return 0;
}

int iax2_frame_encode(const struct iax2_frame *frame, uint8_t *buf, size_t cap)
{
	struct iax2_writer w = iax2_writer_of(buf, cap);
	int rc = encode_header(frame, &w);

	if (rc != 0) {
		return rc;
	}
	iax2_write_bytes(&w, frame->payload, frame->payload_len);
	if (w.full || w.p - buf > DATAGRAM_MAX) {
		return IAX2_ERR_NOSPACE;
	}
	return (int)(w.p - buf);
}

int iax2_subclass_encode(int64_t value)
{
	int bit = only_bit((uint64_t)value);

	if (value == -1) {
		return SUBCLASS_STOP;
	}
	if (value >= 0 && value < SUBCLASS_C) {
		return (int)value;
	}
	return bit >= 0 ? SUBCLASS_C | bit : IAX2_ERR_INVALID;
}

int64_t iax2_subclass_decode(uint8_t byte)
{
	if (byte == SUBCLASS_STOP) {
		return -1;
	}
	if ((byte & SUBCLASS_C) == 0) {
		return byte;
	}
	if ((byte & 0x3f) == 63) {
		return INT64_MIN;
	}
	return INT64_C(1) << (byte & 0x3f);
}

bool iax2_trunk_next(const struct iax2_frame *frame, size_t *offset, struct iax2_trunk_entry *entry, bool *damaged)
{
	bool stamped = (frame->meta_data & TRUNK_TIMESTAMPS) != 0;
	struct iax2_reader r;
	uint16_t words[3] = {0}, len;

	if (*offset >= frame->payload_len) {
		return false;
	}
	r = iax2_reader_of(frame->payload + *offset, frame->payload_len - *offset);
	for (int i = 0; i < (stamped ? 3 : 2); i++) {
		words[i] = iax2_read_u16(&r);
	}
	/* The two forms differ in the order of their fields. */
	len = stamped ? words[0] : words[1];
	*entry = (struct iax2_trunk_entry){
	    .scall = (stamped ? words[1] : words[0]) & IAX2_CALLNO_MAX,
	    .has_timestamp = stamped,
	    .timestamp = words[2],
	    .data = iax2_read_bytes(&r, len),
	    .len = len,
	};
	if (r.bad) {
		*offset = frame->payload_len;
		if (damaged) {
			*damaged = true;
		}
		return false;
	}
	*offset = frame->payload_len - iax2_read_left(&r);
	return true;
}
