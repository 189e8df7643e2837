/* libiax2: the types every other header uses.
 *
 * The library has no sockets, no clock and no random source of its own: time, addresses and random
 * bytes come in as values of the types below.  It needs libc and nothing else. */
#ifndef IAX2_TYPES_H
#define IAX2_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define IAX2_API __attribute__((visibility("default")))
#else
#define IAX2_API
#endif

/* The port of IAX2 (RFC 5456 section 2, IANA "iax"). */
#define IAX2_PORT 4569

/* Monotonic time in nanoseconds; the zero point is the caller's, values are never negative and only ever grow. */
typedef int64_t iax2_ns;
#define IAX2_NS_PER_MS INT64_C(1000000)
#define IAX2_NS_PER_S INT64_C(1000000000)
/* "No deadline": later than every other time. */
#define IAX2_NS_NEVER INT64_MAX

/* A media time stamp of a call: milliseconds of the sender's clock, expanded to 64 bits on arrival, so
 * that it never wraps while a call lives.  On the wire it has 32, 16 or 15 bits. */
typedef int64_t iax2_ts;

/* A set of media formats, or a single format: bit n is format number n (codec.h names them). */
typedef uint64_t iax2_format;

/* A transport address.  IPv4 addresses use the first four bytes of `ip`, the rest is zero; an
 * IPv4-mapped IPv6 address is never stored (iax2_addr_normalize() makes it IPv4). */
struct iax2_addr {
	uint8_t family;   /* 0 unset, 4 or 6 */
	uint8_t pad_;     /* always 0, so that addresses may be compared and hashed as bytes */
	uint16_t port;    /* host byte order */
	uint32_t scope;   /* IPv6 zone index, else 0 */
	uint8_t ip[16];
};

/* Where a datagram came from or goes to.  `socket` is a number the owner of the library gives to each of
 * its sockets: answers leave through the one on which the question came (REQ-002). */
struct iax2_path {
	struct iax2_addr remote;
	uint32_t socket;
};

/* Errors, all negative.  name, value, text */
#define IAX2_ERRORS(X)                                                                                   \
	X(INVALID, -1, "invalid argument")                                                                   \
	X(MALFORMED, -2, "malformed packet")                                                                 \
	X(NOSPACE, -3, "does not fit the buffer or the protocol's limit")                                    \
	X(STATE, -4, "not possible in this state")                                                           \
	X(NOFORMAT, -5, "no media format in common")                                                         \
	X(NOCALLNO, -6, "no call number free for that address")                                              \
	X(LIMIT, -7, "a configured limit is reached")                                                        \
	X(NOAUTH, -8, "no permitted way to authenticate")                                                    \
	X(NOMEM, -9, "out of memory")

enum iax2_error {
	IAX2_OK = 0,
#define IAX2_ERROR_ENUM(name, value, text) IAX2_ERR_##name = (value),
	IAX2_ERRORS(IAX2_ERROR_ENUM)
#undef IAX2_ERROR_ENUM
};

/* The English text of an error code; never NULL. */
IAX2_API const char *iax2_strerror(int error);

/* Room for the text of any address: "[" 45 characters of IPv6, "%" 10 digits of zone, "]:" 5 digits. */
#define IAX2_ADDR_TEXT 72

/* Writes "192.0.2.10:4569" or "[2001:db8::1]:4569" ("(unset)" for family 0) to buf, always terminated, and
 * returns buf. */
IAX2_API const char *iax2_addr_format(const struct iax2_addr *addr, char buf[static IAX2_ADDR_TEXT]);

/* The same without port and brackets. */
IAX2_API const char *iax2_addr_format_ip(const struct iax2_addr *addr, char buf[static IAX2_ADDR_TEXT]);

/* Parses "a.b.c.d", "a.b.c.d:port", "v6", "[v6]" or "[v6]:port"; numbers only, no names are looked up.
 * A missing port becomes `default_port`.  0, or IAX2_ERR_INVALID with *addr untouched. */
IAX2_API int iax2_addr_parse(struct iax2_addr *addr, const char *text, uint16_t default_port);

/* Turns an IPv4-mapped IPv6 address into the IPv4 address it stands for. */
IAX2_API void iax2_addr_normalize(struct iax2_addr *addr);

/* True when address, port (and zone) are the same. */
IAX2_API bool iax2_addr_equal(const struct iax2_addr *a, const struct iax2_addr *b);
/* True when the addresses without their ports are the same. */
IAX2_API bool iax2_addr_same_host(const struct iax2_addr *a, const struct iax2_addr *b);

/* How the library gets memory; all three members set, or a NULL pointer to the struct for malloc, realloc and free.
 * `realloc` and `free` must accept NULL as the C functions do. */
struct iax2_mem {
	void *(*alloc)(void *user, size_t size);
	void *(*realloc)(void *user, void *ptr, size_t size);
	void (*free)(void *user, void *ptr);
	void *user;
};

#endif
