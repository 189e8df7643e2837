#include "eventq.h"

#include <string.h>

#include "mem.h"

static int queue_grow(struct iax2_eventq *queue, const struct iax2_mem *mem, size_t want)
{
	size_t cap = queue->cap ? queue->cap : 16;
	struct iax2_eventq_entry *ring;

	if (want <= queue->cap) {
		return 0;
	}
	while (cap < want) {
		cap *= 2;
	}
	ring = iax2_mem_realloc_array(mem, NULL, cap, sizeof(*ring));
	if (!ring) {
		return IAX2_ERR_NOMEM;
	}
	for (size_t i = 0; i < queue->count; i++) {
		ring[i] = queue->ring[(queue->first + i) % queue->cap];
	}
	iax2_mem_free(mem, queue->ring);
	queue->ring = ring;
	queue->cap = cap;
	queue->first = 0;
	return 0;
}

/* Copies len bytes and a NUL to the arena; false without memory. */
static bool arena_copy(struct iax2_eventq *queue, const struct iax2_mem *mem, size_t *at, const void *data, size_t len)
{
	size_t need = queue->arena_len + len + 1;

	if (need > queue->arena_cap) {
		size_t cap = queue->arena_cap ? 2 * queue->arena_cap : 4096;
		uint8_t *arena;

		cap = cap > need ? cap : need;
		arena = iax2_mem_realloc_array(mem, queue->arena, cap, 1);
		if (!arena) {
			return false;
		}
		queue->arena = arena;
		queue->arena_cap = cap;
	}
	*at = queue->arena_len;
	if (len) {
		memcpy(queue->arena + *at, data, len);
	}
	queue->arena[*at + len] = 0;
	queue->arena_len = need;
	return true;
}

int iax2_eventq_reserve(struct iax2_eventq *queue, const struct iax2_mem *mem)
{
	int rc = queue_grow(queue, mem, queue->count + queue->reserved + 1);

	if (rc == 0) {
		queue->reserved++;
	}
	return rc;
}

void iax2_eventq_unreserve(struct iax2_eventq *queue)
{
	queue->reserved--;
}

int iax2_eventq_push(struct iax2_eventq *queue, const struct iax2_mem *mem, struct iax2_object *object, const struct iax2_event *ev,
                     bool is_message, bool last)
{
	struct iax2_eventq_entry entry = {.ev = *ev, .object = object, .last = last, .is_message = is_message};

	if (last) {
		iax2_eventq_unreserve(queue);
		object->last_reserved = false;
	}
	if (queue_grow(queue, mem, queue->count + queue->reserved + 1) < 0) {
		return IAX2_ERR_NOMEM;
	}
	if (ev->data) {
		entry.has_data = arena_copy(queue, mem, &entry.data_at, ev->data, ev->len);
		if (!entry.has_data && !last) {
			return IAX2_ERR_NOMEM;
		}
	}
	if (ev->text) {
		entry.has_text = arena_copy(queue, mem, &entry.text_at, ev->text, strlen(ev->text));
	}
	if (object) {
		iax2_object_ref(object);
	}
	queue->ring[(queue->first + queue->count++) % queue->cap] = entry;
	return 0;
}

void iax2_eventq_settle(struct iax2_eventq *queue)
{
	if (queue->count == 0) {
		queue->arena_len = 0;
	}
}

static void queue_bury(struct iax2_eventq *queue)
{
	struct iax2_object *object = queue->dying;

	queue->dying = NULL;
	if (object) {
		iax2_object_release(object);
		iax2_object_unref(object);
	}
}

static void entry_show(struct iax2_eventq *queue, const struct iax2_eventq_entry *entry, struct iax2_event *ev)
{
	*ev = entry->ev;
	ev->ies = NULL;
	ev->data = entry->has_data ? queue->arena + entry->data_at : NULL;
	ev->len = entry->has_data ? entry->ev.len : 0;
	ev->user = entry->object ? entry->object->user : NULL;
	ev->text = entry->has_text ? (const char *)queue->arena + entry->text_at : "";
	if (entry->is_message) {
		(void)iax2_ies_decode(&queue->ies, ev->data, ev->len); /* it was decoded without an error when it came */
		ev->ies = &queue->ies;
		ev->data = NULL;
		ev->len = 0;
	}
}

bool iax2_eventq_pop(struct iax2_eventq *queue, struct iax2_event *ev)
{
	queue_bury(queue);
	iax2_eventq_settle(queue);
	while (queue->count > 0) {
		struct iax2_eventq_entry *entry = &queue->ring[queue->first];
		struct iax2_object *object = entry->object;

		queue->first = (queue->first + 1) % queue->cap;
		queue->count--;
		if (object && !object->held) {
			iax2_object_unref(object);
			continue;
		}
		entry_show(queue, entry, ev);
		if (object && entry->last) {
			queue->dying = object;
		} else if (object) {
			iax2_object_unref(object);
		}
		return true;
	}
	return false;
}

void iax2_eventq_fini(struct iax2_eventq *queue, const struct iax2_mem *mem)
{
	iax2_mem_free(mem, queue->ring);
	iax2_mem_free(mem, queue->arena);
	*queue = (struct iax2_eventq){0};
}
