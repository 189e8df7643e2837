/* libiax2: media formats, their names, their frame lengths, and the choice among them (RFC 5456 section 8.7). */
#ifndef IAX2_CODEC_H
#define IAX2_CODEC_H

#include "types.h"

#define IAX2_FORMAT(bit) (UINT64_C(1) << (bit))

enum { /* The formats this release can name; lib/names.def has them all. */
	IAX2_BIT_G723 = 0, IAX2_BIT_GSM = 1, IAX2_BIT_ULAW = 2, IAX2_BIT_ALAW = 3, IAX2_BIT_SLIN = 6,
	IAX2_BIT_G722 = 12, IAX2_BIT_SLIN16 = 15, IAX2_BIT_OPUS = 34,
};
#define IAX2_FORMAT_ULAW IAX2_FORMAT(IAX2_BIT_ULAW)
#define IAX2_FORMAT_ALAW IAX2_FORMAT(IAX2_BIT_ALAW)
#define IAX2_FORMAT_SLIN IAX2_FORMAT(IAX2_BIT_SLIN)
#define IAX2_FORMAT_GSM IAX2_FORMAT(IAX2_BIT_GSM)

/* Bits 0-15, 32-34 | bits 18-25 | bits 16-17 | bits 26-27 (protocol reference 8.1). */
#define IAX2_FORMATS_AUDIO (UINT64_C(0xffff) | IAX2_FORMAT(32) | IAX2_FORMAT(33) | IAX2_FORMAT(34))
#define IAX2_FORMATS_VIDEO (UINT64_C(0xff) << 18)
#define IAX2_FORMATS_IMAGE (UINT64_C(0x3) << 16)

/* Asterisk's name of a single format ("ulaw"), or NULL when the value is no known single format. */
IAX2_API const char *iax2_format_name(iax2_format format);
/* The format of a name (any case), or 0. */
IAX2_API iax2_format iax2_format_from_name(const char *name);
/* Writes "(ulaw|alaw)" or "(nothing)" to buf, always terminated, cut where it does not fit; returns buf. */
IAX2_API const char *iax2_formats_text(iax2_format formats, char *buf, size_t cap);
/* True when exactly one bit is set. */
IAX2_API bool iax2_format_is_single(iax2_format format);

/* The playing time of a payload in milliseconds, derived from its content (REQ-107) and rounded down; 0 when nothing can be said:
 * no audio format, less than a frame, a damaged Opus or Speex packet. */
IAX2_API uint32_t iax2_format_duration_ms(iax2_format format, const uint8_t *data, size_t len);

/* An ordered list of formats, most preferred first. */
#define IAX2_PREFS_MAX 64
struct iax2_prefs {
	uint8_t count;
	uint8_t bit[IAX2_PREFS_MAX];       /* format numbers */
	uint16_t ptime_ms[IAX2_PREFS_MAX]; /* 0: the format's default packet time */
};

/* All formats of the list as a set. */
IAX2_API iax2_format iax2_prefs_mask(const struct iax2_prefs *prefs);
/* The first format of the list that is in mask, 0 if none; audio formats only. */
IAX2_API iax2_format iax2_prefs_pick(const struct iax2_prefs *prefs, iax2_format mask);
/* Applies one `allow=` or `disallow=` value (protocol reference 12.4): "all", names separated by , or |, "!name",
 * "name:ms".  Returns 0, or IAX2_ERR_INVALID after applying what was understood; *bad (if not NULL) then points at the
 * first name that was not understood, inside `value`. */
IAX2_API int iax2_prefs_apply(struct iax2_prefs *prefs, bool allow, const char *value, const char **bad);
/* The list as CODEC_PREFS letters (8.5), terminated; at most 31 letters. */
IAX2_API void iax2_prefs_encode(const struct iax2_prefs *prefs, char out[static 32]);
/* The reverse; unknown letters are skipped. */
IAX2_API void iax2_prefs_decode(struct iax2_prefs *prefs, const char *text, size_t len);
/* The best audio format of a set in Asterisk's order without preferences (8.4); 0 for none. */
IAX2_API iax2_format iax2_format_best(iax2_format formats);

enum iax2_codec_priority { IAX2_PRIORITY_HOST, IAX2_PRIORITY_CALLER, IAX2_PRIORITY_DISABLED, IAX2_PRIORITY_REQONLY };

/* The callee's choice of a format for an incoming call (12.2), exactly one bit or 0 for "none in common".
 * `requested` and `capability` are the caller's FORMAT and CAPABILITY (capability 0: the same as requested, REQ-152),
 * `theirs` his preferences (may be empty), `ours` our allow list in order. */
IAX2_API iax2_format iax2_negotiate(enum iax2_codec_priority priority, iax2_format requested, iax2_format capability,
                                    const struct iax2_prefs *theirs, const struct iax2_prefs *ours);

#endif
