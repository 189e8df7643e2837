/* What lib/ie.def knows about an element, and how a list of elements is walked; for the library itself. */
#ifndef IAX2_LIB_IES_H
#define IAX2_LIB_IES_H

#include "iax2/ie.h"

enum iax2_ie_flags {
	IAX2_IEF_EMPTY = 1 << 0,
	IAX2_IEF_SECRET = 1 << 1,
	IAX2_IEF_FORMATS = 1 << 2,
	IAX2_IEF_HEX = 1 << 3,
	IAX2_IEF_LIST = 1 << 4,
};

struct iax2_ie_info {
	const char *name;  /* "CALLED_NUMBER" */
	const char *label; /* "CALLED NUMBER" */
	enum iax2_ie_kind kind;
	unsigned flags; /* enum iax2_ie_flags */
};

/* The row of an element, or NULL for an unknown number. */
const struct iax2_ie_info *iax2_ie_info(uint8_t id);

struct iax2_ie_raw {
	uint8_t id;
	struct iax2_view value;
};

/* Walks the elements of a payload as they lie there: *offset starts at 0.  1 with *ie filled, 0 at the end, IAX2_ERR_MALFORMED
 * for a length beyond the end or a byte left over. */
int iax2_ie_next(const uint8_t *data, size_t len, size_t *offset, struct iax2_ie_raw *ie);

/* Reads the value of an APPARENT_ADDR element (9.4); false when it is none that we understand. */
bool iax2_ie_read_addr(struct iax2_addr *addr, struct iax2_view value);

/* The number in the value of an element of kind U8 to U32; false when it has another length. */
bool iax2_ie_read_number(const struct iax2_ie_info *info, struct iax2_view value, uint32_t *number);

/* The set in the value of an element of kind FORMAT64; false for another length or version. */
bool iax2_ie_read_format64(struct iax2_view value, uint64_t *mask);

#endif
