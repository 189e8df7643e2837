#include <stdio.h>
#include <string.h>

#include "iax2/types.h"

#define V6_GROUPS 8

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};

/* A decimal number from 0 to max, without sign; leading zeros only if `zeros`.  The character behind it, or NULL. */
static const char *read_number(const char *p, uint32_t max, bool zeros, uint32_t *value)
{
	const char *start = p;
	uint64_t v = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		v = v * 10 + (uint64_t)(*p - '0');
		if (v > max) {
			return NULL;
		}
	}
	if (p == start || (!zeros && *start == '0' && p - start > 1)) {
		return NULL;
	}
	*value = (uint32_t)v;
	return p;
}

/* "a.b.c.d"; "010.1.1.1" is refused, because programs disagree on what it means. */
static const char *read_v4(const char *p, uint8_t out[static 4])
{
	for (int i = 0; i < 4; i++) {
		uint32_t v;

		if (i > 0 && *p++ != '.') {
			return NULL;
		}
		p = read_number(p, 255, false, &v);
		if (!p) {
			return NULL;
		}
		out[i] = (uint8_t)v;
	}
	return p;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One to four hex digits. */
static const char *read_group(const char *p, uint8_t out[static 2])
{
	unsigned v = 0;
	int digits = 0;

	for (; digits < 4 && hex_value(*p) >= 0; digits++) {
		v = v << 4 | (unsigned)hex_value(*p++);
	}
	if (digits == 0) {
		return NULL;
	}
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
	return p;
}

/* Moves what follows the "::" (at byte `gap`) to the end and clears the middle. */
static bool spread(uint8_t ip[static 16], int n, int gap)
{
	int tail = n - gap;

	if (gap < 0) {
		return n == 16;
	}
	if (n > 14) {
		return false; /* "::" stands for at least one group */
	}
	memmove(ip + 16 - tail, ip + gap, (size_t)tail);
	memset(ip + gap, 0, (size_t)(16 - n));
	return true;
}

/* Groups, at most one "::", maybe an IPv4 address as the last two groups. */
static const char *read_v6(const char *p, uint8_t ip[static 16])
{
	int n = 0, gap = -1;

	if (p[0] == ':') {
		if (p[1] != ':') {
			return NULL;
		}
		gap = 0;
		p += 2;
	}
	while (n < 16 && hex_value(*p) >= 0) {
		const char *v4_end = n <= 12 ? read_v4(p, ip + n) : NULL;

		if (v4_end) {
			n += 4;
			p = v4_end;
			break;
		}
		p = read_group(p, ip + n);
		if (!p) {
			return NULL;
		}
		n += 2;
		if (*p != ':') {
			break;
		}
		if (p[1] == ':') {
			if (gap >= 0) {
				return NULL;
			}
			gap = n;
			p += 2;
		} else {
			p++;
			if (hex_value(*p) < 0) {
				return NULL;
			}
		}
	}
	return spread(ip, n, gap) ? p : NULL;
}

/* "address" or "address%zone" of IPv6. */
static const char *read_v6_zone(const char *p, struct iax2_addr *addr)
{
	p = read_v6(p, addr->ip);
	if (p && *p == '%') {
		p = read_number(p + 1, UINT32_MAX, true, &addr->scope);
	}
	return p;
}

static const char *read_host(const char *p, struct iax2_addr *addr)
{
	const char *end = read_v4(p, addr->ip);

	if (end && (*end == '\0' || *end == ':')) {
		addr->family = 4;
		return end;
	}
	memset(addr->ip, 0, sizeof(addr->ip));
	addr->family = 6;
	if (*p != '[') {
		p = read_v6_zone(p, addr);
		return p && *p == '\0' ? p : NULL;
	}
	p = read_v6_zone(p + 1, addr);
	return p && *p == ']' ? p + 1 : NULL;
}

/* The longest run of at least two zero groups; its first group, or -1.  The first of several (RFC 5952). */
static int zero_run(const uint16_t groups[static V6_GROUPS], int *length)
{
	int best = -1;

	*length = 1;
	for (int i = 0; i < V6_GROUPS; i++) {
		int n = 0;

		while (i + n < V6_GROUPS && groups[i + n] == 0) {
			n++;
		}
		if (n > *length) {
			best = i;
			*length = n;
		}
		i += n;
	}
	return best;
}

static void format_v6(const struct iax2_addr *addr, char buf[static IAX2_ADDR_TEXT])
{
	uint16_t groups[V6_GROUPS];
	int length, run, n = 0;

	for (int i = 0; i < V6_GROUPS; i++) {
		groups[i] = (uint16_t)(addr->ip[2 * i] << 8 | addr->ip[2 * i + 1]);
	}
	run = zero_run(groups, &length);
	for (int i = 0; i < V6_GROUPS; i++) {
		if (i == run) {
			n += snprintf(buf + n, IAX2_ADDR_TEXT - (size_t)n, "::");
			i += length - 1;
		} else {
			const char *colon = i == 0 || i == run + length ? "" : ":";

			n += snprintf(buf + n, IAX2_ADDR_TEXT - (size_t)n, "%s%x", run < 0 && i > 0 ? ":" : colon, groups[i]);
		}
	}
	if (addr->scope != 0) {
		snprintf(buf + n, IAX2_ADDR_TEXT - (size_t)n, "%%%u", (unsigned)addr->scope);
	}
}

const char *iax2_addr_format(const struct iax2_addr *addr, char buf[static IAX2_ADDR_TEXT])
{
	char ip[IAX2_ADDR_TEXT];

	iax2_addr_format_ip(addr, ip);
	if (addr->family == 4) {
		snprintf(buf, IAX2_ADDR_TEXT, "%.15s:%u", ip, addr->port);
	} else if (addr->family == 6) {
		snprintf(buf, IAX2_ADDR_TEXT, "[%.56s]:%u", ip, addr->port);
	} else {
		snprintf(buf, IAX2_ADDR_TEXT, "%.15s", ip);
	}
	return buf;
}

const char *iax2_addr_format_ip(const struct iax2_addr *addr, char buf[static IAX2_ADDR_TEXT])
{
	if (addr->family == 4) {
		snprintf(buf, IAX2_ADDR_TEXT, "%u.%u.%u.%u", addr->ip[0], addr->ip[1], addr->ip[2], addr->ip[3]);
	} else if (addr->family == 6) {
		format_v6(addr, buf);
	} else {
		snprintf(buf, IAX2_ADDR_TEXT, "(unset)");
	}
	return buf;
}

int iax2_addr_parse(struct iax2_addr *addr, const char *text, uint16_t default_port)
{
	struct iax2_addr parsed = {.port = default_port};
	const char *p = read_host(text, &parsed);
	uint32_t port;

	if (p && *p == ':') {
		p = read_number(p + 1, UINT16_MAX, true, &port);
		if (p) {
			parsed.port = (uint16_t)port;
		}
	}
	if (!p || *p != '\0') {
		return IAX2_ERR_INVALID;
	}
	iax2_addr_normalize(&parsed);
	*addr = parsed;
	return 0;
}

void iax2_addr_normalize(struct iax2_addr *addr)
{
	if (addr->family != 6 || memcmp(addr->ip, mapped_prefix, sizeof(mapped_prefix)) != 0) {
		return;
	}
	memcpy(addr->ip, addr->ip + 12, 4);
	memset(addr->ip + 4, 0, 12);
	addr->family = 4;
	addr->scope = 0;
}

bool iax2_addr_equal(const struct iax2_addr *a, const struct iax2_addr *b)
{
	return iax2_addr_same_host(a, b) && a->port == b->port;
}

bool iax2_addr_same_host(const struct iax2_addr *a, const struct iax2_addr *b)
{
	return a->family == b->family && a->scope == b->scope && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}
