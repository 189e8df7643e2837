/* libiax2: information elements (RFC 5456 section 8.6), all from one table, lib/ie.def.
 *
 * A decoded set keeps views into the datagram for strings and raw values: nothing is copied or allocated. */
#ifndef IAX2_IE_H
#define IAX2_IE_H

#include "types.h"

/* Bytes that belong to somebody else.  Not terminated. */
struct iax2_view {
	const uint8_t *data;
	uint8_t len;
};

enum iax2_ie {
	IAX2_IE_CALLED_NUMBER = 1, IAX2_IE_CALLING_NUMBER, IAX2_IE_CALLING_ANI, IAX2_IE_CALLING_NAME,
	IAX2_IE_CALLED_CONTEXT, IAX2_IE_USERNAME, IAX2_IE_PASSWORD, IAX2_IE_CAPABILITY, IAX2_IE_FORMAT,
	IAX2_IE_LANGUAGE, IAX2_IE_VERSION, IAX2_IE_ADSICPE, IAX2_IE_DNID, IAX2_IE_AUTHMETHODS, IAX2_IE_CHALLENGE,
	IAX2_IE_MD5_RESULT, IAX2_IE_RSA_RESULT, IAX2_IE_APPARENT_ADDR, IAX2_IE_REFRESH, IAX2_IE_DPSTATUS,
	IAX2_IE_CALLNO, IAX2_IE_CAUSE, IAX2_IE_IAX_UNKNOWN, IAX2_IE_MSGCOUNT, IAX2_IE_AUTOANSWER,
	IAX2_IE_MUSICONHOLD, IAX2_IE_TRANSFERID, IAX2_IE_RDNIS, IAX2_IE_PROVISIONING, IAX2_IE_AESPROVISIONING,
	IAX2_IE_DATETIME, IAX2_IE_DEVICETYPE, IAX2_IE_SERVICEIDENT, IAX2_IE_FIRMWAREVER, IAX2_IE_FWBLOCKDESC,
	IAX2_IE_FWBLOCKDATA, IAX2_IE_PROVVER, IAX2_IE_CALLINGPRES, IAX2_IE_CALLINGTON, IAX2_IE_CALLINGTNS,
	IAX2_IE_SAMPLINGRATE, IAX2_IE_CAUSECODE, IAX2_IE_ENCRYPTION, IAX2_IE_ENCKEY, IAX2_IE_CODEC_PREFS,
	IAX2_IE_RR_JITTER, IAX2_IE_RR_LOSS, IAX2_IE_RR_PKTS, IAX2_IE_RR_DELAY, IAX2_IE_RR_DROPPED, IAX2_IE_RR_OOO,
	IAX2_IE_VARIABLE, IAX2_IE_OSPTOKEN, IAX2_IE_CALLTOKEN, IAX2_IE_CAPABILITY2, IAX2_IE_FORMAT2,
	IAX2_IE_CALLINGANI2,
	IAX2_IE_LAST = IAX2_IE_CALLINGANI2,
};

/* How the value of an element is laid out. */
enum iax2_ie_kind {
	IAX2_IEK_STRING, IAX2_IEK_RAW, IAX2_IEK_U8, IAX2_IEK_U16, IAX2_IEK_U32,
	IAX2_IEK_PRESENCE, /* no value, or (MUSICONHOLD) an optional string */
	IAX2_IEK_ADDR,     /* APPARENT_ADDR, 16 or 28 bytes */
	IAX2_IEK_FORMAT64, /* version byte 0 and a 64-bit mask, big-endian */
};

/* Name ("CALLED NUMBER" is written CALLED_NUMBER) and kind of an element; NULL for an unknown number. */
IAX2_API const char *iax2_ie_name(uint8_t id);
IAX2_API int iax2_ie_kind(uint8_t id); /* enum iax2_ie_kind, or IAX2_ERR_INVALID */

#define IAX2_VARIABLES_MAX 64 /* VARIABLE elements kept per message; REQ-124 */

/* A decoded message.  An element is there when iax2_ies_has() says so; views of absent elements have length 0. */
struct iax2_ies {
	uint64_t present;                      /* bit n: element number n */
	union {
		struct iax2_view view;             /* STRING, RAW, PRESENCE */
		uint32_t u;                        /* U8, U16, U32 */
		uint64_t u64;                      /* FORMAT64 */
	} value[IAX2_IE_LAST + 1];
	struct iax2_addr apparent_addr;
	unsigned variable_count;
	struct iax2_view variable[IAX2_VARIABLES_MAX]; /* "name=value", in order of arrival */
	unsigned osptoken_blocks;
	struct iax2_view osptoken[4];
	unsigned unknown;                      /* elements skipped: unknown number or wrong length */
};

/* Decodes the payload of a full frame of type IAX.  0, or IAX2_ERR_MALFORMED: the whole frame is then to be dropped without an
 * answer (REQ-111, REQ-112).  Strings end at an embedded NUL. */
IAX2_API int iax2_ies_decode(struct iax2_ies *ies, const uint8_t *data, size_t len);

IAX2_API bool iax2_ies_has(const struct iax2_ies *ies, enum iax2_ie id);
/* The number, or `fallback` when absent. */
IAX2_API uint32_t iax2_ies_u32(const struct iax2_ies *ies, enum iax2_ie id, uint32_t fallback);
/* The string copied to buf, always terminated, cut at cap - 1 bytes; "" when absent.  Returns buf. */
IAX2_API const char *iax2_ies_string(const struct iax2_ies *ies, enum iax2_ie id, char *buf, size_t cap);
/* The wanted format(s): the 64-bit element if present, else the 32-bit one, else 0 (REQ-116). */
IAX2_API iax2_format iax2_ies_format(const struct iax2_ies *ies);
IAX2_API iax2_format iax2_ies_capability(const struct iax2_ies *ies);

/* Builds the payload of a message.  `full` is sticky: once something did not fit nothing more is written. */
struct iax2_ie_writer {
	uint8_t *buf;
	size_t cap;
	size_t len;
	bool full;
};
IAX2_API void iax2_iew_init(struct iax2_ie_writer *w, uint8_t *buf, size_t cap);
IAX2_API void iax2_iew_raw(struct iax2_ie_writer *w, enum iax2_ie id, const void *data, size_t len); /* over 255 bytes: full */
/* Cut at 255 bytes on a UTF-8 boundary (REQ-117).  NULL writes nothing. */
IAX2_API void iax2_iew_string(struct iax2_ie_writer *w, enum iax2_ie id, const char *text);
/* As wide as the table says for that element. */
IAX2_API void iax2_iew_u32(struct iax2_ie_writer *w, enum iax2_ie id, uint32_t value);
IAX2_API void iax2_iew_presence(struct iax2_ie_writer *w, enum iax2_ie id);
IAX2_API void iax2_iew_format64(struct iax2_ie_writer *w, enum iax2_ie id, uint64_t mask);
IAX2_API void iax2_iew_addr(struct iax2_ie_writer *w, const struct iax2_addr *addr); /* APPARENT_ADDR */
/* name=value, split over several elements when it is long (REQ-124). */
IAX2_API void iax2_iew_variable(struct iax2_ie_writer *w, const char *name, const char *value);

/* The DATETIME element's value of a civil time (protocol reference 9.5; REQ-122): month 1-12, day 1-31. */
IAX2_API uint32_t iax2_datetime_pack(int year, int month, int day, int hour, int minute, int second);

#endif
