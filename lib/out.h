/* The datagrams waiting to be sent: descriptions in one array, their bytes in another; both are used over and over. */
#ifndef IAX2_LIB_OUT_H
#define IAX2_LIB_OUT_H

#include "iax2/types.h"

struct iax2_out_item {
	struct iax2_path path;
	size_t offset, len;
};

struct iax2_out {
	struct iax2_out_item *items;
	size_t count, taken, cap;
	uint8_t *bytes;
	size_t bytes_len, bytes_cap;
};

/* Room for the bytes of one more datagram, to be filled at once; NULL without memory. */
uint8_t *iax2_out_room(struct iax2_out *out, const struct iax2_mem *mem, const struct iax2_path *path, size_t len);
void iax2_out_fini(struct iax2_out *out, const struct iax2_mem *mem);

#endif
