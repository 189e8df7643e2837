#include "iax2/codec.h"

#include <stdio.h>
#include <string.h>

#include "names.h"

#define PREF_LETTER_BASE  65 /* a letter is this plus the index (8.5) */
#define PREFS_LETTERS_MAX 31

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Names are compared without regard to case. */
static bool same_name(const char *name, const char *text, size_t len)
{
	size_t i = 0;

	for (; i < len && name[i] != '\0'; i++) {
		if (lower(name[i]) != lower(text[i])) {
			return false;
		}
	}
	return i == len && name[i] == '\0';
}

static const struct iax2_format_info *find_name(const char *text, size_t len)
{
	const struct iax2_format_info *row;

	for (unsigned n = 0; (row = iax2_format_row(n)) != NULL; n++) {
		if (same_name(row->name, text, len)) {
			return row;
		}
	}
	return NULL;
}

static const struct iax2_format_info *find_letter(unsigned pref)
{
	const struct iax2_format_info *row;

	for (unsigned n = 0; pref > 0 && (row = iax2_format_row(n)) != NULL; n++) {
		if (row->pref == pref) {
			return row;
		}
	}
	return NULL;
}

static int bit_of(iax2_format format)
{
	int bit = 0;

	if (!iax2_format_is_single(format)) {
		return -1;
	}
	while (format >>= 1) {
		bit++;
	}
	return bit;
}

/* ---- the list ---- */

static int prefs_find(const struct iax2_prefs *prefs, unsigned bit)
{
	for (int i = 0; i < prefs->count; i++) {
		if (prefs->bit[i] == bit) {
			return i;
		}
	}
	return -1;
}

static void prefs_remove(struct iax2_prefs *prefs, unsigned bit)
{
	int at = prefs_find(prefs, bit);

	if (at < 0) {
		return;
	}
	prefs->count--;
	for (int i = at; i < prefs->count; i++) {
		prefs->bit[i] = prefs->bit[i + 1];
		prefs->ptime_ms[i] = prefs->ptime_ms[i + 1];
	}
}

/* One that is there already keeps its place, and gets the packet time if there is one. */
static void prefs_add(struct iax2_prefs *prefs, unsigned bit, uint16_t ptime_ms)
{
	int at = prefs_find(prefs, bit);

	if (at < 0) {
		if (prefs->count == IAX2_PREFS_MAX) {
			return;
		}
		at = prefs->count++;
		prefs->bit[at] = (uint8_t)bit;
		prefs->ptime_ms[at] = 0;
	}
	if (ptime_ms > 0) {
		prefs->ptime_ms[at] = ptime_ms;
	}
}

/* In the order that the same line has in Asterisk; quadratic, but configurations are read seldom. */
static void prefs_add_all(struct iax2_prefs *prefs)
{
	const struct iax2_format_info *row;
	unsigned rows = 0;

	while (iax2_format_row(rows)) {
		rows++;
	}
	for (unsigned place = 1; place <= rows; place++) {
		for (unsigned n = 0; (row = iax2_format_row(n)) != NULL; n++) {
			if (row->all == place) {
				prefs_add(prefs, row->bit, 0);
			}
		}
	}
}

/* "40" as a packet time of that format, brought into its range and down to a multiple of its smallest; 0 when it is no number. */
static uint16_t read_ptime(const struct iax2_format_info *info, const char *text, size_t len)
{
	unsigned value = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9' || value > 9999) {
			return 0;
		}
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	if (value == 0) {
		return 0;
	}
	if (value < info->ptime_min) {
		return info->ptime_min;
	}
	if (value > info->ptime_max) {
		return info->ptime_max;
	}
	return (uint16_t)(info->ptime_min > 0 ? value - value % info->ptime_min : value);
}

/* One name of a list: "ulaw", "!ulaw", "ulaw:40", "all", "!all".  False when it was not understood. */
static bool apply_name(struct iax2_prefs *prefs, bool allow, const char *name, size_t len)
{
	const char *colon;
	const struct iax2_format_info *info;
	uint16_t ptime_ms = 0;

	if (len > 0 && name[0] == '!') {
		allow = !allow;
		name++;
		len--;
	}
	if (same_name("all", name, len)) {
		if (allow) {
			prefs_add_all(prefs);
		} else {
			prefs->count = 0;
		}
		return true;
	}
	colon = memchr(name, ':', len);
	info = find_name(name, colon ? (size_t)(colon - name) : len);
	if (!info) {
		return false;
	}
	if (colon) {
		ptime_ms = read_ptime(info, colon + 1, len - (size_t)(colon + 1 - name));
	}
	if (allow) {
		prefs_add(prefs, info->bit, ptime_ms);
	} else {
		prefs_remove(prefs, info->bit);
	}
	return !colon || ptime_ms > 0;
}

/* ---- playing times ---- */

static uint32_t duration_g723(const uint8_t *data, size_t len)
{
	static const uint8_t sizes[4] = {24, 20, 4, 0};
	uint32_t ms = 0;

	for (size_t at = 0; at < len && sizes[data[at] & 3] > 0; at += sizes[data[at] & 3]) {
		ms += 30;
	}
	return ms;
}

/* A frame of 38 bytes is 20 ms, one of 50 bytes 30 ms. */
static uint32_t duration_ilbc(size_t len)
{
	if (len % 38 == 0 && len % 50 != 0) {
		return (uint32_t)(len / 38 * 20);
	}
	return (uint32_t)(len / 50 * 30);
}

static uint32_t duration_g729(size_t len)
{
	return (uint32_t)((len / 10 + (len % 10 >= 2 ? 1 : 0)) * 10);
}

/* 1 to 48 frames; the first byte says how long a frame is and how many there are (RFC 6716 section 3.1). */
static uint32_t duration_opus(const uint8_t *data, size_t len)
{
	static const uint8_t silk[4] = {20, 40, 80, 120}, hybrid[2] = {20, 40}, celt[4] = {5, 10, 20, 40}; /* half milliseconds */
	unsigned config, frames, halves;

	if (len == 0) {
		return 0;
	}
	config = data[0] >> 3;
	halves = config < 12 ? silk[config & 3] : config < 16 ? hybrid[config & 1] : celt[config & 3];
	frames = (data[0] & 3) == 0 ? 1 : 2;
	if ((data[0] & 3) == 3) {
		frames = len > 1 ? data[1] & 0x3f : 0;
	}
	return frames * halves <= 240 ? frames * halves / 2 : 0;
}

struct bits {
	const uint8_t *data;
	size_t at, end; /* in bits */
};

/* The next n bits, or -1 when there are fewer. */
static int take_bits(struct bits *b, unsigned n)
{
	int value = 0;

	if (b->end - b->at < n) {
		return -1;
	}
	for (; n > 0; n--, b->at++) {
		value = value << 1 | (b->data[b->at / 8] >> (7 - b->at % 8) & 1);
	}
	return value;
}

static bool skip_bits(struct bits *b, size_t n)
{
	bool enough = b->end - b->at >= n;

	b->at = enough ? b->at + n : b->end;
	return enough;
}

/* Steps over one frame of a Speex packet; 1 for a frame of 20 ms, 0 for something else, -1 at the end.  A bit tells whether what
 * follows is a higher band, which adds no time. */
static int speex_step(struct bits *b)
{
	static const uint16_t narrow[9] = {5, 43, 119, 160, 220, 300, 364, 492, 79}, wide[5] = {4, 36, 112, 192, 352};
	static const uint8_t in_band[16] = {1, 1, 4, 4, 4, 4, 4, 4, 8, 8, 16, 16, 32, 32, 64, 64};
	int high = take_bits(b, 1), mode;

	if (high == 1) {
		mode = take_bits(b, 3);
		return mode >= 0 && mode < 5 && skip_bits(b, wide[mode] - 4u) ? 0 : -1;
	}
	mode = take_bits(b, 4);
	if (mode >= 0 && mode < 9) {
		return skip_bits(b, narrow[mode] - 5u) ? 1 : -1;
	}
	if (mode == 13) { /* a message of so many bytes for the application */
		int bytes = take_bits(b, 5);

		return bytes >= 0 && skip_bits(b, 8u * (unsigned)bytes) ? 0 : -1;
	}
	if (mode == 14) { /* a message for the decoder */
		int code = take_bits(b, 4);

		return code >= 0 && skip_bits(b, in_band[code]) ? 0 : -1;
	}
	return -1; /* 15: the end */
}

static uint32_t duration_speex(const uint8_t *data, size_t len)
{
	struct bits b = {data, 0, len * 8};
	uint32_t ms = 0;
	int step;

	while ((step = speex_step(&b)) >= 0) {
		ms += step > 0 ? 20 : 0;
	}
	return ms;
}

/* ---- the choice ---- */

/* The list that is tried first, and the one after it. */
static iax2_format pick_both(enum iax2_codec_priority priority, const struct iax2_prefs *theirs, const struct iax2_prefs *ours,
                             iax2_format common)
{
	bool caller_first = priority == IAX2_PRIORITY_CALLER && theirs->count > 0;
	iax2_format format = iax2_prefs_pick(caller_first ? theirs : ours, common);

	if (format == 0 && theirs->count > 0) {
		format = iax2_prefs_pick(caller_first ? ours : theirs, common);
	} else if (format == 0) {
		format = iax2_format_best(common);
	}
	return format;
}

const char *iax2_format_name(iax2_format format)
{
	int bit = bit_of(format);
	const struct iax2_format_info *info = bit >= 0 ? iax2_format_info((unsigned)bit) : NULL;

	return info ? info->name : NULL;
}

iax2_format iax2_format_from_name(const char *name)
{
	const struct iax2_format_info *info = find_name(name, strlen(name));

	return info ? IAX2_FORMAT(info->bit) : 0;
}

const char *iax2_formats_text(iax2_format formats, char *buf, size_t cap)
{
	const struct iax2_format_info *row;
	const char *before = "(";
	size_t len = 0;

	if (cap == 0) {
		return buf;
	}
	buf[0] = '\0';
	for (unsigned n = 0; (row = iax2_format_row(n)) != NULL; n++) {
		if ((formats & IAX2_FORMAT(row->bit)) == 0) {
			continue;
		}
		if (len < cap) {
			len += (size_t)snprintf(buf + len, cap - len, "%s%s", before, row->name);
		}
		before = "|";
	}
	if (before[0] == '(') {
		snprintf(buf, cap, "(nothing)");
	} else if (len < cap) {
		snprintf(buf + len, cap - len, ")");
	}
	return buf;
}

bool iax2_format_is_single(iax2_format format)
{
	return format != 0 && (format & (format - 1)) == 0;
}

uint32_t iax2_format_duration_ms(iax2_format format, const uint8_t *data, size_t len)
{
	int bit = bit_of(format);
	const struct iax2_format_info *info = bit >= 0 ? iax2_format_info((unsigned)bit) : NULL;

	if (!info || len > UINT16_MAX) {
		return 0;
	}
	switch (info->rule) {
	case IAX2_DURATION_NONE:
		return 0;
	case IAX2_DURATION_RATE:
		return (uint32_t)(len * info->unit_ms / info->unit_bytes);
	case IAX2_DURATION_FRAMES:
		return (uint32_t)(len / info->unit_bytes * info->unit_ms);
	case IAX2_DURATION_G723:
		return duration_g723(data, len);
	case IAX2_DURATION_LPC10:
		return (uint32_t)(len / 7 * 45 / 2); /* 180 samples at 8 kHz */
	case IAX2_DURATION_G729:
		return duration_g729(len);
	case IAX2_DURATION_ILBC:
		return duration_ilbc(len);
	case IAX2_DURATION_SPEEX:
		return duration_speex(data, len);
	case IAX2_DURATION_OPUS:
		return duration_opus(data, len);
	}
	return 0;
}

iax2_format iax2_prefs_mask(const struct iax2_prefs *prefs)
{
	iax2_format mask = 0;

	for (int i = 0; i < prefs->count; i++) {
		mask |= IAX2_FORMAT(prefs->bit[i]);
	}
	return mask;
}

iax2_format iax2_prefs_pick(const struct iax2_prefs *prefs, iax2_format mask)
{
	mask &= IAX2_FORMATS_AUDIO;
	for (int i = 0; i < prefs->count; i++) {
		if (mask & IAX2_FORMAT(prefs->bit[i])) {
			return IAX2_FORMAT(prefs->bit[i]);
		}
	}
	return 0;
}

int iax2_prefs_apply(struct iax2_prefs *prefs, bool allow, const char *value, const char **bad)
{
	const char *first_bad = NULL;

	while (*value != '\0') {
		size_t len;

		value += strspn(value, ",| \t");
		len = strcspn(value, ",| \t");
		if (len > 0 && !apply_name(prefs, allow, value, len) && !first_bad) {
			first_bad = value;
		}
		value += len;
	}
	if (bad) {
		*bad = first_bad;
	}
	return first_bad ? IAX2_ERR_INVALID : 0;
}

void iax2_prefs_encode(const struct iax2_prefs *prefs, char out[static 32])
{
	size_t n = 0;

	for (int i = 0; i < prefs->count && n < PREFS_LETTERS_MAX; i++) {
		const struct iax2_format_info *info = iax2_format_info(prefs->bit[i]);

		if (info && info->pref > 0) {
			out[n++] = (char)(PREF_LETTER_BASE + info->pref);
		}
	}
	out[n] = '\0';
}

void iax2_prefs_decode(struct iax2_prefs *prefs, const char *text, size_t len)
{
	prefs->count = 0;
	for (size_t i = 0; i < len && text[i] != '\0'; i++) {
		uint8_t letter = (uint8_t)text[i];
		const struct iax2_format_info *info = letter > PREF_LETTER_BASE ? find_letter(letter - PREF_LETTER_BASE) : NULL;

		if (info) {
			prefs_add(prefs, info->bit, 0);
		}
	}
}

iax2_format iax2_format_best(iax2_format formats)
{
	const struct iax2_format_info *row, *best = NULL;

	for (unsigned n = 0; (row = iax2_format_row(n)) != NULL; n++) {
		if ((formats & IAX2_FORMAT(row->bit)) != 0 && row->best > 0 && (!best || row->best < best->best)) {
			best = row;
		}
	}
	return best ? IAX2_FORMAT(best->bit) : 0;
}

iax2_format iax2_negotiate(enum iax2_codec_priority priority, iax2_format requested, iax2_format capability,
                           const struct iax2_prefs *theirs, const struct iax2_prefs *ours)
{
	iax2_format host = iax2_prefs_mask(ours), common, format;

	capability = capability != 0 ? capability : requested;
	common = capability & host;
	switch (priority) {
	case IAX2_PRIORITY_REQONLY:
		return iax2_format_best(requested & host);
	case IAX2_PRIORITY_DISABLED:
		format = iax2_format_best(requested & host);
		return format != 0 ? format : iax2_format_best(common);
	default:
		return pick_both(priority, theirs, ours, common);
	}
}
