/* What lib/names.def knows, for the library itself; the public part is in frame.h and codec.h. */
#ifndef IAX2_LIB_NAMES_H
#define IAX2_LIB_NAMES_H

#include "iax2/frame.h"

enum iax2_format_kind { IAX2_FORMAT_AUDIO, IAX2_FORMAT_VIDEO, IAX2_FORMAT_IMAGE, IAX2_FORMAT_TEXT };

/* How the playing time of a payload is found. */
enum iax2_duration_rule {
	IAX2_DURATION_NONE,   /* not a medium in time, or nothing known */
	IAX2_DURATION_RATE,   /* `unit_bytes` bytes per `unit_ms` ms, any part of it counts */
	IAX2_DURATION_FRAMES, /* whole frames of `unit_bytes` bytes and `unit_ms` ms */
	IAX2_DURATION_G723,
	IAX2_DURATION_LPC10,
	IAX2_DURATION_G729,
	IAX2_DURATION_ILBC,
	IAX2_DURATION_SPEEX,
	IAX2_DURATION_OPUS,
};

struct iax2_format_info {
	const char *name;
	uint8_t bit;
	uint8_t pref; /* index of the CODEC_PREFS letter, 0: none */
	uint8_t all;  /* place in allow=all, from 1 */
	uint8_t best; /* 1: the best of all, growing; 0: never chosen by itself */
	enum iax2_format_kind kind;
	uint32_t clock_hz; /* sampling rate; 0 for other than audio */
	uint16_t ptime_ms; /* default packet time */
	uint16_t ptime_min, ptime_max;
	enum iax2_duration_rule rule;
	uint16_t unit_bytes, unit_ms;
};

/* The row of a format number, or NULL. */
const struct iax2_format_info *iax2_format_info(unsigned bit);
/* The n-th row of the table in the order of format numbers; NULL behind the last. */
const struct iax2_format_info *iax2_format_row(unsigned n);

/* True for a control subclass that neither goes on the wire nor has an effect when it comes (7.3): the listed and all unknown
 * ones. */
bool iax2_control_blocked(int64_t control);

/* The name of an HTML subclass, "?" for an unknown one. */
const char *iax2_html_name(int64_t html);

#endif
