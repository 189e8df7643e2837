#include "dialplan/pattern.h"

#include <string.h>

#include "dialplan/dialplan.h"

/* One place of a pattern: which bytes it takes, and how much it is preferred (less is better). */
struct place {
	unsigned weight;
	unsigned char set[32];
	char wild;              /* '.' or '!', 0 for one character */
};

/* Weights: a set of n characters weighs n, with the lowest character to tell equals apart; then the wild ones, then the end. */
enum { WEIGHT_DOT = 0x18000, WEIGHT_BANG = 0x28000, WEIGHT_EMPTY = 0x30000, WEIGHT_END = 0x40000 };

static void set_add(struct place *place, unsigned from, unsigned to)
{
	for (unsigned c = from; c <= to && c < 256; c++)
		place->set[c >> 3] |= (unsigned char)(0x80 >> (c & 7));
}

static bool set_has(const struct place *place, unsigned char c)
{
	return place->set[c >> 3] & (0x80 >> (c & 7));
}

static void set_weigh(struct place *place)
{
	unsigned count = 0, lowest = 0;
	for (unsigned c = 256; c-- > 0;) {
		if (set_has(place, (unsigned char)c)) {
			count++;
			lowest = c;
		}
	}
	place->weight = count ? count << 8 | lowest : WEIGHT_EMPTY;
}

/* A set: `p` is behind the bracket; returns behind the closing one, or the end. */
static const char *read_set(struct place *place, const char *p)
{
	while (*p && *p != ']') {
		unsigned char from = (unsigned char)*p++;
		unsigned char to = from;
		if (p[0] == '-' && p[1] && p[1] != ']') {
			to = (unsigned char)p[1];
			p += 2;
		}
		set_add(place, from, to);
	}
	return *p ? p + 1 : p;
}

/* The place at `p` (not the end); returns what follows. */
static const char *read_place(struct place *place, const char *p)
{
	memset(place, 0, sizeof *place);
	switch (*p) {
	case '\0': place->weight = WEIGHT_END; return p;
	case '.': place->weight = WEIGHT_DOT; place->wild = '.'; return p + 1;
	case '!': place->weight = WEIGHT_BANG; place->wild = '!'; return p + 1;
	case 'X': case 'x': set_add(place, '0', '9'); break;
	case 'Z': case 'z': set_add(place, '1', '9'); break;
	case 'N': case 'n': set_add(place, '2', '9'); break;
	case '[': p = read_set(place, p + 1); set_weigh(place); return p;
	default: set_add(place, (unsigned char)*p, (unsigned char)*p); break;
	}
	set_weigh(place);
	return p + 1;
}

void pattern_strip(char *out, size_t cap, const char *exten)
{
	bool pattern = exten[0] == '_', in_set = false;
	size_t n = 0;
	for (const char *p = exten; *p && n + 1 < cap; p++) {
		if (pattern && *p == '[')
			in_set = true;
		else if (*p == ']')
			in_set = false;
		if (in_set || (*p != '-' && *p != ' '))
			out[n++] = *p;
	}
	out[n] = '\0';
}

static int match_literal(const char *exten, const char *number)
{
	size_t len = strlen(number);
	if (strncmp(exten, number, len) != 0)
		return 0;
	return exten[len] ? DIALPLAN_CAN_MATCH | DIALPLAN_MATCH_MORE : DIALPLAN_EXISTS | DIALPLAN_CAN_MATCH;
}

int pattern_match(const char *exten, const char *number)
{
	if (exten[0] != '_')
		return match_literal(exten, number);
	const char *p = exten + 1;
	struct place place;
	while (*number && *p) {
		p = read_place(&place, p);
		if (place.wild)
			return DIALPLAN_EXISTS | DIALPLAN_CAN_MATCH | DIALPLAN_MATCH_MORE;
		if (!set_has(&place, (unsigned char)*number++))
			return 0;
	}
	if (*number)
		return 0;
	if (!*p)
		return DIALPLAN_EXISTS | DIALPLAN_CAN_MATCH;
	if (*p == '!')
		return DIALPLAN_EXISTS | DIALPLAN_CAN_MATCH | DIALPLAN_MATCH_MORE;
	return DIALPLAN_CAN_MATCH | DIALPLAN_MATCH_MORE;
}

int pattern_compare(const char *a, const char *b)
{
	if (a[0] != '_' || b[0] != '_') {
		if (a[0] == '_' || b[0] == '_')
			return a[0] == '_' ? 1 : -1;
		return strcmp(a, b);
	}
	struct place pa, pb;
	a++;
	b++;
	do {
		a = read_place(&pa, a);
		b = read_place(&pb, b);
		if (pa.weight != pb.weight)
			return pa.weight < pb.weight ? -1 : 1;
		/* The set that has the lower character first comes first. */
		int order = memcmp(pb.set, pa.set, sizeof pa.set);
		if (order != 0)
			return order;
	} while (pa.weight != WEIGHT_END);
	return 0;
}

const char *pattern_check(const char *exten)
{
	if (exten[0] != '_')
		return NULL;
	if (!exten[1])
		return "a pattern needs at least one character after _";
	for (const char *p = exten + 1; *p;) {
		if (*p == '[' && !strchr(p, ']'))
			return "the set has no closing ]";
		struct place place;
		p = read_place(&place, p);
		if (place.weight == WEIGHT_EMPTY)
			return "the set is empty";
		if (place.wild && *p)
			return ". and ! must be the last character of a pattern";
	}
	return NULL;
}
