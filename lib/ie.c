#include "ies.h"

#include <string.h>

#include "wire.h"

#define ADDR4_LEN    (2 + 2 + 4 + 8)      /* family, port, address, zeros */
#define ADDR6_LEN    (2 + 2 + 4 + 16 + 4) /* family, port, flow, address, scope */
#define FORMAT64_LEN (1 + 8)              /* version, mask */
#define OSP_BLOCKS   4
#define IE_VALUE_MAX 255

static const struct iax2_ie_info table[IAX2_IE_LAST + 1] = {
#define EMPTY                                     IAX2_IEF_EMPTY
#define SECRET                                    IAX2_IEF_SECRET
#define FORMATS                                   IAX2_IEF_FORMATS
#define HEX                                       IAX2_IEF_HEX
#define LIST                                      IAX2_IEF_LIST
#define IAX2_IE_ROW(id, name, label, kind, flags) [id] = {#name, label, IAX2_IEK_##kind, flags},
#include "ie.def"
#undef IAX2_IE_ROW
#undef EMPTY
#undef SECRET
#undef FORMATS
#undef HEX
#undef LIST
};

/* The table and the enum of the header must agree. */
#define IAX2_IE_ROW(id, name, label, kind, flags) _Static_assert(IAX2_IE_##name == (id), "number of " #name);
#include "ie.def"
#undef IAX2_IE_ROW

static const uint8_t number_len[] = {[IAX2_IEK_U8] = 1, [IAX2_IEK_U16] = 2, [IAX2_IEK_U32] = 4};

static bool is_number(enum iax2_ie_kind kind)
{
	return kind == IAX2_IEK_U8 || kind == IAX2_IEK_U16 || kind == IAX2_IEK_U32;
}

static bool is_text(enum iax2_ie_kind kind)
{
	return kind == IAX2_IEK_STRING || kind == IAX2_IEK_RAW || kind == IAX2_IEK_PRESENCE;
}

/* An embedded NUL ends a string. */
static struct iax2_view cut_at_nul(struct iax2_view value)
{
	const uint8_t *nul = value.len > 0 ? memchr(value.data, '\0', value.len) : NULL;

	if (nul) {
		value.len = (uint8_t)(nul - value.data);
	}
	return value;
}

static bool name_character(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t variable_name_len(struct iax2_view value)
{
	size_t n = 0;

	while (n < value.len && value.data[n] != '=') {
		n++;
	}
	return n;
}

/* Keeps it unless the name is odd or there are too many (9.8). */
static bool add_variable(struct iax2_ies *ies, struct iax2_view value)
{
	size_t name_len;

	value = cut_at_nul(value);
	name_len = variable_name_len(value);
	for (size_t i = 0; i < name_len; i++) {
		if (!name_character(value.data[i])) {
			return false;
		}
	}
	if (name_len == 0 || ies->variable_count == IAX2_VARIABLES_MAX) {
		return false;
	}
	ies->variable[ies->variable_count++] = value;
	ies->value[IAX2_IE_VARIABLE].view = value;
	return true;
}

static bool add_osp_block(struct iax2_ies *ies, struct iax2_view value)
{
	if (value.len == 0 || value.data[0] >= OSP_BLOCKS) {
		return false;
	}
	ies->osptoken[value.data[0]] = (struct iax2_view){value.data + 1, (uint8_t)(value.len - 1)};
	ies->value[IAX2_IE_OSPTOKEN].view = value;
	return true;
}

static bool set_text(struct iax2_ies *ies, uint8_t id, const struct iax2_ie_info *info, struct iax2_view value)
{
	if (info->flags & IAX2_IEF_LIST) {
		return id == IAX2_IE_VARIABLE ? add_variable(ies, value) : add_osp_block(ies, value);
	}
	if (info->kind != IAX2_IEK_RAW) {
		value = cut_at_nul(value);
	}
	if (value.len == 0 && !(info->flags & IAX2_IEF_EMPTY)) {
		/* The last one counts, and it says nothing. */
		ies->present &= ~(UINT64_C(1) << id);
		ies->value[id].view = value;
		return false;
	}
	ies->value[id].view = value;
	return true;
}

/* False when the element counts as absent; the last good one stays when this one has a wrong length (REQ-114). */
static bool set_value(struct iax2_ies *ies, uint8_t id, const struct iax2_ie_info *info, struct iax2_view value)
{
	switch (info->kind) {
	case IAX2_IEK_U8:
	case IAX2_IEK_U16:
	case IAX2_IEK_U32:
		return iax2_ie_read_number(info, value, &ies->value[id].u);
	case IAX2_IEK_FORMAT64:
		return iax2_ie_read_format64(value, &ies->value[id].u64);
	case IAX2_IEK_ADDR:
		return iax2_ie_read_addr(&ies->apparent_addr, value);
	default:
		return set_text(ies, id, info, value);
	}
}

/* Blocks count from the first up to the first missing one. */
static void count_osp_blocks(struct iax2_ies *ies)
{
	while (ies->osptoken_blocks < OSP_BLOCKS && ies->osptoken[ies->osptoken_blocks].data) {
		ies->osptoken_blocks++;
	}
}

/* The last byte of a UTF-8 text of at most `max` bytes that does not cut a character. */
static size_t utf8_cut(const char *text, size_t len, size_t max)
{
	size_t n = max;

	if (len <= max) {
		return len;
	}
	while (n > 0 && max - n < 4 && ((uint8_t)text[n] & 0xc0) == 0x80) {
		n--;
	}
	/* Not UTF-8 at all: cut anywhere. */
	return n > 0 && max - n < 4 ? n : max;
}

static iax2_format format_of(const struct iax2_ies *ies, enum iax2_ie id64, enum iax2_ie id32)
{
	return iax2_ies_has(ies, id64) ? ies->value[id64].u64 : iax2_ies_u32(ies, id32, 0);
}

const struct iax2_ie_info *iax2_ie_info(uint8_t id)
{
	return id <= IAX2_IE_LAST && table[id].name ? &table[id] : NULL;
}

int iax2_ie_next(const uint8_t *data, size_t len, size_t *offset, struct iax2_ie_raw *ie)
{
	struct iax2_reader r;

	if (*offset >= len) {
		return 0;
	}
	r = iax2_reader_of(data + *offset, len - *offset);
	ie->id = iax2_read_u8(&r);
	ie->value.len = iax2_read_u8(&r);
	ie->value.data = iax2_read_bytes(&r, ie->value.len);
	if (r.bad) {
		return IAX2_ERR_MALFORMED;
	}
	*offset += (size_t)2 + ie->value.len;
	return 1;
}

bool iax2_ie_read_number(const struct iax2_ie_info *info, struct iax2_view value, uint32_t *number)
{
	struct iax2_reader r = iax2_reader_of(value.data, value.len);

	if (!is_number(info->kind) || value.len != number_len[info->kind]) {
		return false;
	}
	*number = (uint32_t)iax2_read_uint(&r, value.len);
	return true;
}

bool iax2_ie_read_format64(struct iax2_view value, uint64_t *mask)
{
	struct iax2_reader r = iax2_reader_of(value.data, value.len);

	if (value.len != FORMAT64_LEN || iax2_read_u8(&r) != 0) {
		return false;
	}
	*mask = iax2_read_u64(&r);
	return true;
}

/* The sender's socket address as it lies in his memory, so several notations of the family are around (9.4). */
bool iax2_ie_read_addr(struct iax2_addr *addr, struct iax2_view value)
{
	struct iax2_addr parsed = {0};
	struct iax2_reader r = iax2_reader_of(value.data, value.len);
	uint16_t family = iax2_read_u16(&r);

	parsed.port = iax2_read_u16(&r);
	if (value.len == ADDR4_LEN && (family == 0x0200 || family == 0x0002 || family == 0x1002)) {
		parsed.family = 4;
		memcpy(parsed.ip, value.data + 4, 4);
	} else if (value.len == ADDR6_LEN && family == 0x0a00) {
		parsed.family = 6;
		memcpy(parsed.ip, value.data + 8, 16);
		/* The zone is a number of the sender's machine, of no use here. */
		iax2_addr_normalize(&parsed);
	} else {
		return false;
	}
	*addr = parsed;
	return true;
}

const char *iax2_ie_name(uint8_t id)
{
	const struct iax2_ie_info *info = iax2_ie_info(id);

	return info ? info->name : NULL;
}

int iax2_ie_kind(uint8_t id)
{
	const struct iax2_ie_info *info = iax2_ie_info(id);

	return info ? (int)info->kind : IAX2_ERR_INVALID;
}

int iax2_ies_decode(struct iax2_ies *ies, const uint8_t *data, size_t len)
{
	struct iax2_ie_raw ie;
	size_t offset = 0;
	int rc;

	memset(ies, 0, sizeof(*ies));
	while ((rc = iax2_ie_next(data, len, &offset, &ie)) > 0) {
		const struct iax2_ie_info *info = iax2_ie_info(ie.id);

		if (info && set_value(ies, ie.id, info, ie.value)) {
			ies->present |= UINT64_C(1) << ie.id;
		} else if (!info || ie.value.len > 0 || !is_text(info->kind)) {
			ies->unknown++;
		}
	}
	count_osp_blocks(ies);
	return rc;
}

bool iax2_ies_has(const struct iax2_ies *ies, enum iax2_ie id)
{
	return (unsigned)id <= IAX2_IE_LAST && (ies->present >> id & 1) != 0;
}

uint32_t iax2_ies_u32(const struct iax2_ies *ies, enum iax2_ie id, uint32_t fallback)
{
	return iax2_ies_has(ies, id) && is_number(table[id].kind) ? ies->value[id].u : fallback;
}

const char *iax2_ies_string(const struct iax2_ies *ies, enum iax2_ie id, char *buf, size_t cap)
{
	struct iax2_view value = {0};
	size_t n;

	if (cap == 0) {
		return buf;
	}
	if (iax2_ies_has(ies, id) && is_text(table[id].kind)) {
		value = cut_at_nul(ies->value[id].view);
	}
	n = value.len < cap ? value.len : cap - 1;
	if (n > 0) {
		memcpy(buf, value.data, n);
	}
	buf[n] = '\0';
	return buf;
}

iax2_format iax2_ies_format(const struct iax2_ies *ies)
{
	return format_of(ies, IAX2_IE_FORMAT2, IAX2_IE_FORMAT);
}

iax2_format iax2_ies_capability(const struct iax2_ies *ies)
{
	return format_of(ies, IAX2_IE_CAPABILITY2, IAX2_IE_CAPABILITY);
}

void iax2_iew_init(struct iax2_ie_writer *w, uint8_t *buf, size_t cap)
{
	*w = (struct iax2_ie_writer){.buf = buf, .cap = cap};
}

void iax2_iew_raw(struct iax2_ie_writer *w, enum iax2_ie id, const void *data, size_t len)
{
	if (w->full || len > IE_VALUE_MAX || w->cap - w->len < 2 + len) {
		w->full = true;
		return;
	}
	w->buf[w->len++] = (uint8_t)id;
	w->buf[w->len++] = (uint8_t)len;
	if (len > 0) {
		memcpy(w->buf + w->len, data, len);
	}
	w->len += len;
}

void iax2_iew_string(struct iax2_ie_writer *w, enum iax2_ie id, const char *text)
{
	if (text) {
		iax2_iew_raw(w, id, text, utf8_cut(text, strlen(text), IE_VALUE_MAX));
	}
}

void iax2_iew_u32(struct iax2_ie_writer *w, enum iax2_ie id, uint32_t value)
{
	const struct iax2_ie_info *info = iax2_ie_info((uint8_t)id);
	uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
	size_t len = info && is_number(info->kind) ? number_len[info->kind] : sizeof(bytes);

	iax2_iew_raw(w, id, bytes + sizeof(bytes) - len, len);
}

void iax2_iew_presence(struct iax2_ie_writer *w, enum iax2_ie id)
{
	iax2_iew_raw(w, id, NULL, 0);
}

void iax2_iew_format64(struct iax2_ie_writer *w, enum iax2_ie id, uint64_t mask)
{
	uint8_t bytes[FORMAT64_LEN] = {0};
	struct iax2_writer out = iax2_writer_of(bytes + 1, sizeof(bytes) - 1);

	iax2_write_u64(&out, mask);
	iax2_iew_raw(w, id, bytes, sizeof(bytes));
}

void iax2_iew_addr(struct iax2_ie_writer *w, const struct iax2_addr *addr)
{
	uint8_t bytes[ADDR6_LEN] = {addr->family == 6 ? 0x0a : 0x02, 0x00, (uint8_t)(addr->port >> 8), (uint8_t)addr->port};

	if (addr->family == 6) {
		memcpy(bytes + 8, addr->ip, 16);
	} else {
		memcpy(bytes + 4, addr->ip, 4);
	}
	iax2_iew_raw(w, IAX2_IE_APPARENT_ADDR, bytes, addr->family == 6 ? ADDR6_LEN : ADDR4_LEN);
}

void iax2_iew_variable(struct iax2_ie_writer *w, const char *name, const char *value)
{
	size_t name_len = strlen(name), left = strlen(value), start = w->len;
	uint8_t bytes[IE_VALUE_MAX];

	if (name_len == 0 || name_len + 2 > sizeof(bytes)) {
		w->full = true;
		return;
	}
	memcpy(bytes, name, name_len);
	bytes[name_len] = '=';
	do {
		size_t part = utf8_cut(value, left, sizeof(bytes) - name_len - 1);

		memcpy(bytes + name_len + 1, value, part);
		iax2_iew_raw(w, IAX2_IE_VARIABLE, bytes, name_len + 1 + part);
		value += part;
		left -= part;
	} while (left > 0 && !w->full);
	if (w->full) {
		w->len = start; /* all of it or nothing */
	}
}

uint32_t iax2_datetime_pack(int year, int month, int day, int hour, int minute, int second)
{
	return ((uint32_t)(year - 2000) & 0x7f) << 25 | ((uint32_t)month & 0xf) << 21 | ((uint32_t)day & 0x1f) << 16 |
	       ((uint32_t)hour & 0x1f) << 11 | ((uint32_t)minute & 0x3f) << 5 | ((uint32_t)(second / 2) & 0x1f);
}
