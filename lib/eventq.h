/* The queue of events.  What an event points to is copied to an arena that starts anew whenever the queue has run empty. */
#ifndef IAX2_LIB_EVENTQ_H
#define IAX2_LIB_EVENTQ_H

#include "iax2/event.h"
#include "object.h"

struct iax2_eventq_entry {
	struct iax2_event ev;          /* ies, data and text not filled in */
	struct iax2_object *object;    /* referenced; NULL: about none */
	size_t data_at, text_at;       /* in the arena */
	bool has_data, has_text;
	bool last;                     /* the handle dies when it is taken */
	bool is_message;               /* `data` is the payload of a message: shown as `ies` */
};

struct iax2_eventq {
	struct iax2_eventq_entry *ring;
	size_t cap, first, count;
	size_t reserved;               /* places kept for last events */
	uint8_t *arena;
	size_t arena_len, arena_cap;
	struct iax2_object *dying;     /* its last event was taken by the last call */
	struct iax2_ies ies;           /* of the event taken last */
};

/* Keeps a place for the last event of an object.  0 or IAX2_ERR_NOMEM. */
int iax2_eventq_reserve(struct iax2_eventq *queue, const struct iax2_mem *mem);
void iax2_eventq_unreserve(struct iax2_eventq *queue);

/* Appends an event.  `ev->data`, `ev->text` (may be NULL here) are copied.  `last`: uses the place that was reserved for the object, cannot fail
 * (without memory for the text, the text is left out).  0 or IAX2_ERR_NOMEM. */
int iax2_eventq_push(struct iax2_eventq *queue, const struct iax2_mem *mem, struct iax2_object *object, const struct iax2_event *ev,
                     bool is_message, bool last);
bool iax2_eventq_pop(struct iax2_eventq *queue, struct iax2_event *ev);
/* To be called when the pointers given out may become invalid. */
void iax2_eventq_settle(struct iax2_eventq *queue);
void iax2_eventq_fini(struct iax2_eventq *queue, const struct iax2_mem *mem);

#endif
