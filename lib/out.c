#include "out.h"

#include "mem.h"

static bool out_grow_items(struct iax2_out *out, const struct iax2_mem *mem)
{
	size_t cap = out->cap ? 2 * out->cap : 32;
	struct iax2_out_item *items;

	if (out->count < out->cap) {
		return true;
	}
	items = iax2_mem_realloc_array(mem, out->items, cap, sizeof(*items));
	if (!items) {
		return false;
	}
	out->items = items;
	out->cap = cap;
	return true;
}

static bool out_grow_bytes(struct iax2_out *out, const struct iax2_mem *mem, size_t len)
{
	size_t need = out->bytes_len + len;
	size_t cap = out->bytes_cap ? 2 * out->bytes_cap : 8192;
	uint8_t *bytes;

	if (need <= out->bytes_cap) {
		return true;
	}
	cap = cap > need ? cap : need;
	bytes = iax2_mem_realloc_array(mem, out->bytes, cap, 1);
	if (!bytes) {
		return false;
	}
	out->bytes = bytes;
	out->bytes_cap = cap;
	return true;
}

uint8_t *iax2_out_room(struct iax2_out *out, const struct iax2_mem *mem, const struct iax2_path *path, size_t len)
{
	struct iax2_out_item *item;

	if (out->taken == out->count) {
		out->taken = out->count = out->bytes_len = 0;
	}
	if (!out_grow_items(out, mem) || !out_grow_bytes(out, mem, len)) {
		return NULL;
	}
	item = &out->items[out->count++];
	*item = (struct iax2_out_item){.path = *path, .offset = out->bytes_len, .len = len};
	out->bytes_len += len;
	return out->bytes + item->offset;
}

void iax2_out_fini(struct iax2_out *out, const struct iax2_mem *mem)
{
	iax2_mem_free(mem, out->items);
	iax2_mem_free(mem, out->bytes);
	*out = (struct iax2_out){0};
}
