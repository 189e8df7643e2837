/* What every handle has in common: a count of those who may still look at it, and whether its owner still has it. */
#ifndef IAX2_LIB_OBJECT_H
#define IAX2_LIB_OBJECT_H

#include "iax2/types.h"

struct iax2_endpoint;

struct iax2_object {
	struct iax2_endpoint *ep;
	unsigned refs;
	bool held;                     /* the owner may use the handle; one of `refs`.  Without it no event names the object. */
	bool last_reserved;            /* room for its last event is reserved in the event queue */
	void *user;                    /* what the owner stored with the handle */
	struct iax2_object *prev, *next;
	void (*del)(struct iax2_object *object); /* frees the object and what it owns */
};

/* Enters a new object, with one reference, in the endpoint's list. */
void iax2_object_init(struct iax2_object *object, struct iax2_endpoint *ep, void (*del)(struct iax2_object *object));
void iax2_object_ref(struct iax2_object *object);
void iax2_object_unref(struct iax2_object *object);
/* Gives the handle to the owner, with room reserved for its last event.  0 or IAX2_ERR_NOMEM. */
int iax2_object_hold(struct iax2_object *object);
/* The handle dies. */
void iax2_object_release(struct iax2_object *object);
/* Frees all objects, whoever refers to them. */
void iax2_objects_fini(struct iax2_endpoint *ep);

#endif
