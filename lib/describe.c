#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "iax2/codec.h"
#include "ies.h"
#include "names.h"

#define LABEL_WIDTH   15
#define FORMATS_TEXT  160
#define HEX_BYTES_MAX 32

/* Text that grows in a buffer and is cut at its end. */
struct text {
	char *buf;
	size_t cap;
	size_t len;
};

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void
add(struct text *text, const char *format, ...)
{
	va_list args;
	int n;

	if (text->len + 1 >= text->cap) {
		return;
	}
	va_start(args, format);
	n = vsnprintf(text->buf + text->len, text->cap - text->len, format, args);
	va_end(args);
	if (n > 0) {
		text->len += (size_t)n;
	}
	if (text->len >= text->cap) {
		text->len = text->cap - 1;
	}
}

/* Characters that could disturb a terminal come as \xNN; bytes of UTF-8 pass. */
static void add_string(struct text *text, struct iax2_view value)
{
	for (unsigned i = 0; i < value.len; i++) {
		uint8_t c = value.data[i];

		if (c < 0x20 || c == 0x7f || c == '\\') {
			add(text, "\\x%02x", c);
		} else {
			add(text, "%c", c);
		}
	}
}

static void add_hex(struct text *text, struct iax2_view value)
{
	for (unsigned i = 0; i < value.len && i < HEX_BYTES_MAX; i++) {
		add(text, "%02x", value.data[i]);
	}
	if (value.len > HEX_BYTES_MAX) {
		add(text, "... (%u bytes)", value.len);
	}
}

static void add_formats(struct text *text, iax2_format formats)
{
	char names[FORMATS_TEXT];

	add(text, "0x%" PRIx64 " %s", formats, iax2_formats_text(formats, names, sizeof(names)));
}

static void add_number(struct text *text, uint8_t id, const struct iax2_ie_info *info, uint32_t number)
{
	if (info->flags & IAX2_IEF_FORMATS) {
		add_formats(text, number);
	} else if (info->flags & IAX2_IEF_HEX) {
		add(text, "0x%" PRIx32, number);
	} else {
		add(text, "%" PRIu32, number);
	}
	if (id == IAX2_IE_CAUSECODE) {
		add(text, " (%s)", iax2_cause_text(number));
	} else if (id == IAX2_IE_IAX_UNKNOWN) {
		add(text, " (%s)", iax2_command_name(number));
	}
}

static void add_bytes(struct text *text, const struct iax2_ie_info *info, struct iax2_view value, bool key)
{
	if ((info->flags & IAX2_IEF_SECRET) || key) {
		add(text, "(%u bytes, not shown)", value.len);
	} else if (info->flags & IAX2_IEF_HEX) {
		add_hex(text, value);
	} else {
		add_string(text, value);
	}
}

static void add_value(struct text *text, uint8_t id, const struct iax2_ie_info *info, struct iax2_view value, bool key)
{
	char ip[IAX2_ADDR_TEXT];
	struct iax2_addr addr;
	uint64_t mask;
	uint32_t number;

	if (iax2_ie_read_number(info, value, &number)) {
		add_number(text, id, info, number);
	} else if (info->kind == IAX2_IEK_FORMAT64 && iax2_ie_read_format64(value, &mask)) {
		add_formats(text, mask);
	} else if (info->kind == IAX2_IEK_ADDR && iax2_ie_read_addr(&addr, value)) {
		add(text, "%s", iax2_addr_format(&addr, ip));
	} else if (info->kind == IAX2_IEK_STRING || info->kind == IAX2_IEK_RAW || info->kind == IAX2_IEK_PRESENCE) {
		add_bytes(text, info, value, key && id == IAX2_IE_CHALLENGE);
	} else {
		add(text, "(%u bytes, not understood)", value.len);
	}
}

/* In RTKEY the element CHALLENGE is the new key. */
static void add_elements(struct text *text, const struct iax2_frame *frame)
{
	bool key = frame->subclass == IAX2_CMD_RTKEY;
	struct iax2_ie_raw ie;
	size_t offset = 0;
	int rc;

	while ((rc = iax2_ie_next(frame->payload, frame->payload_len, &offset, &ie)) > 0) {
		const struct iax2_ie_info *info = iax2_ie_info(ie.id);

		if (info) {
			add(text, "   %-*s : ", LABEL_WIDTH, info->label);
			add_value(text, ie.id, info, ie.value, key);
		} else {
			add(text, "   %-*s : (element %u, %u bytes)", LABEL_WIDTH, "UNKNOWN", ie.id, ie.value.len);
		}
		add(text, "\n");
	}
	if (rc < 0) {
		add(text, "   (information elements damaged from byte %zu on)\n", offset);
	}
}

static void add_full(struct text *text, const struct iax2_frame *frame, const char *direction, const char *remote)
{
	char subclass[24];

	add(text, "%s-Frame Retry[%s] -- OSeqno: %03u ISeqno: %03u Type: %-7s Subclass: %s\n", direction,
	    frame->retransmitted ? "Yes" : " No", frame->oseqno, frame->iseqno, iax2_type_name(frame->type),
	    iax2_frame_subclass_name(frame, subclass));
	add(text, "   Timestamp: %05" PRIu32 "ms  SCall: %05u  DCall: %05u %s\n", frame->timestamp, frame->scall, frame->dcall,
	    remote);
	if (frame->type == IAX2_TYPE_IAX) {
		add_elements(text, frame);
	}
}

/* Entries of a trunk frame, one a line. */
static void add_trunk(struct text *text, const struct iax2_frame *frame)
{
	struct iax2_trunk_entry entry;
	bool damaged = false;
	size_t offset = 0;

	while (iax2_trunk_next(frame, &offset, &entry, &damaged)) {
		add(text, "   SCall: %05u  ", entry.scall);
		if (entry.has_timestamp) {
			add(text, "Timestamp: %05ums  ", entry.timestamp);
		}
		add(text, "%zu bytes\n", entry.len);
	}
	if (damaged) {
		add(text, "   (the rest is damaged)\n");
	}
}

static void add_unreliable(struct text *text, const struct iax2_frame *frame, const char *direction, const char *remote)
{
	static const char *const kinds[] = {[IAX2_KIND_MINI] = "Mini",
	                                    [IAX2_KIND_VIDEO_MINI] = "Video",
	                                    [IAX2_KIND_TRUNK] = "Trunk",
	                                    [IAX2_KIND_META_OTHER] = "Meta"};

	add(text, "%s-%s", direction, kinds[frame->kind]);
	if (frame->kind == IAX2_KIND_META_OTHER) {
		add(text, " Command: %u", frame->meta_command);
	} else {
		add(text, " Timestamp: %05" PRIu32 "ms", frame->timestamp);
	}
	if (frame->kind == IAX2_KIND_MINI || frame->kind == IAX2_KIND_VIDEO_MINI) {
		add(text, "  SCall: %05u", frame->scall);
	}
	add(text, "%s  %zu bytes %s\n", frame->marker ? "  Marker" : "", frame->payload_len, remote);
	if (frame->kind == IAX2_KIND_TRUNK) {
		add_trunk(text, frame);
	}
}

static const char *number_text(char buf[static 24], int64_t value)
{
	snprintf(buf, 24, "%" PRId64, value);
	return buf;
}

const char *iax2_frame_subclass_name(const struct iax2_frame *frame, char buf[static 24])
{
	const char *name = NULL;

	switch (frame->type) {
	case IAX2_TYPE_IAX:
		name = iax2_command_name(frame->subclass);
		break;
	case IAX2_TYPE_CONTROL:
		name = iax2_control_name(frame->subclass);
		break;
	case IAX2_TYPE_HTML:
		name = iax2_html_name(frame->subclass);
		break;
	case IAX2_TYPE_VOICE:
	case IAX2_TYPE_VIDEO:
	case IAX2_TYPE_IMAGE:
		name = iax2_format_name((iax2_format)frame->subclass);
		break;
	case IAX2_TYPE_DTMF_BEGIN:
	case IAX2_TYPE_DTMF_END:
		if (frame->subclass > ' ' && frame->subclass < 0x7f) {
			snprintf(buf, 24, "%c", (int)frame->subclass);
			return buf;
		}
		break;
	default:
		break;
	}
	return name && name[0] != '?' ? name : number_text(buf, frame->subclass);
}

const char *iax2_frame_describe(const struct iax2_frame *frame, const char *direction, const struct iax2_addr *remote, char *buf,
                                size_t cap)
{
	struct text text = {buf, cap, 0};
	char address[IAX2_ADDR_TEXT];

	if (cap == 0) {
		return buf;
	}
	buf[0] = '\0';
	iax2_addr_format(remote, address);
	if (frame->kind == IAX2_KIND_FULL) {
		add_full(&text, frame, direction, address);
	} else {
		add_unreliable(&text, frame, direction, address);
	}
	return buf;
}
