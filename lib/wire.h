/* Reading and writing bytes in network order, with an error that sticks: a read past the end yields zero and sets `bad`, a write
 * past the end writes nothing and sets `full`; from then on nothing moves.  Callers check once, at the end. */
#ifndef IAX2_LIB_WIRE_H
#define IAX2_LIB_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct iax2_reader {
	const uint8_t *p;
	const uint8_t *end;
	bool bad;
};

static inline struct iax2_reader iax2_reader_of(const uint8_t *data, size_t len)
{
	return (struct iax2_reader){.p = data, .end = data ? data + len : data};
}

static inline size_t iax2_read_left(const struct iax2_reader *r)
{
	return (size_t)(r->end - r->p);
}

/* The next len bytes, or NULL.  (NULL also for no bytes of an empty buffer: look at `bad`.) */
static inline const uint8_t *iax2_read_bytes(struct iax2_reader *r, size_t len)
{
	const uint8_t *p = r->p;

	if (r->bad || iax2_read_left(r) < len) {
		r->bad = true;
		return NULL;
	}
	if (len > 0) {
		r->p += len;
	}
	return p;
}

/* A big-endian number of `len` (at most 8) bytes. */
static inline uint64_t iax2_read_uint(struct iax2_reader *r, size_t len)
{
	const uint8_t *p = iax2_read_bytes(r, len);
	uint64_t value = 0;

	for (size_t i = 0; p && i < len; i++) {
		value = value << 8 | p[i];
	}
	return value;
}

static inline uint8_t iax2_read_u8(struct iax2_reader *r)
{
	return (uint8_t)iax2_read_uint(r, 1);
}

static inline uint16_t iax2_read_u16(struct iax2_reader *r)
{
	return (uint16_t)iax2_read_uint(r, 2);
}

static inline uint32_t iax2_read_u32(struct iax2_reader *r)
{
	return (uint32_t)iax2_read_uint(r, 4);
}

static inline uint64_t iax2_read_u64(struct iax2_reader *r)
{
	return iax2_read_uint(r, 8);
}

/* A reader of the next len bytes alone, which the outer one steps over; an empty, bad one when they are not there. */
static inline struct iax2_reader iax2_read_sub(struct iax2_reader *r, size_t len)
{
	const uint8_t *p = iax2_read_bytes(r, len);
	struct iax2_reader sub = iax2_reader_of(p, p ? len : 0);

	sub.bad = r->bad;
	return sub;
}

struct iax2_writer {
	uint8_t *p;
	uint8_t *end;
	bool full;
};

static inline struct iax2_writer iax2_writer_of(uint8_t *buf, size_t cap)
{
	return (struct iax2_writer){.p = buf, .end = buf ? buf + cap : buf};
}

/* Room for len bytes, or NULL. */
static inline uint8_t *iax2_write_room(struct iax2_writer *w, size_t len)
{
	uint8_t *p = w->p;

	if (w->full || (size_t)(w->end - w->p) < len) {
		w->full = true;
		return NULL;
	}
	if (len > 0) {
		w->p += len;
	}
	return p;
}

/* The source may overlap the destination. */
static inline void iax2_write_bytes(struct iax2_writer *w, const void *data, size_t len)
{
	uint8_t *p = iax2_write_room(w, len);

	if (p && len > 0) {
		memmove(p, data, len);
	}
}

/* The lowest `len` (at most 8) bytes of a number, big-endian. */
static inline void iax2_write_uint(struct iax2_writer *w, uint64_t value, size_t len)
{
	uint8_t *p = iax2_write_room(w, len);

	for (size_t i = 0; p && i < len; i++) {
		p[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
	}
}

static inline void iax2_write_u8(struct iax2_writer *w, uint8_t value)
{
	iax2_write_uint(w, value, 1);
}

static inline void iax2_write_u16(struct iax2_writer *w, uint16_t value)
{
	iax2_write_uint(w, value, 2);
}

static inline void iax2_write_u32(struct iax2_writer *w, uint32_t value)
{
	iax2_write_uint(w, value, 4);
}

static inline void iax2_write_u64(struct iax2_writer *w, uint64_t value)
{
	iax2_write_uint(w, value, 8);
}

/* Leaves room for a length byte and tells where it is (NULL when full); iax2_write_len8() fills in the number of bytes written
 * since. */
static inline uint8_t *iax2_write_mark(struct iax2_writer *w)
{
	return iax2_write_room(w, 1);
}

static inline void iax2_write_len8(struct iax2_writer *w, uint8_t *mark)
{
	if (w->full || !mark) {
		return;
	}
	if (w->p - mark - 1 > UINT8_MAX) {
		w->full = true;
		return;
	}
	*mark = (uint8_t)(w->p - mark - 1);
}

#endif
