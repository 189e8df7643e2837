#include "object.h"

#include "core.h"

void iax2_object_init(struct iax2_object *object, struct iax2_endpoint *ep, void (*del)(struct iax2_object *object))
{
	*object = (struct iax2_object){.ep = ep, .refs = 1, .next = ep->objects, .del = del};
	if (ep->objects) {
		ep->objects->prev = object;
	}
	ep->objects = object;
}

static void object_del(struct iax2_object *object)
{
	struct iax2_endpoint *ep = object->ep;

	if (object->prev) {
		object->prev->next = object->next;
	} else {
		ep->objects = object->next;
	}
	if (object->next) {
		object->next->prev = object->prev;
	}
	object->del(object);
}

void iax2_object_ref(struct iax2_object *object)
{
	object->refs++;
}

void iax2_object_unref(struct iax2_object *object)
{
	if (--object->refs == 0) {
		object_del(object);
	}
}

int iax2_object_hold(struct iax2_object *object)
{
	int rc = iax2_eventq_reserve(&object->ep->events, object->ep->mem);

	if (rc < 0) {
		return rc;
	}
	object->last_reserved = true;
	object->held = true;
	object->refs++;
	return 0;
}

void iax2_object_release(struct iax2_object *object)
{
	if (!object->held) {
		return;
	}
	if (object->last_reserved) {
		iax2_eventq_unreserve(&object->ep->events);
		object->last_reserved = false;
	}
	object->held = false;
	iax2_object_unref(object);
}

void iax2_objects_fini(struct iax2_endpoint *ep)
{
	while (ep->objects) {
		ep->objects->refs++; /* whoever drops his reference meanwhile must not free it as well */
		object_del(ep->objects);
	}
}
