/* The queue of events: what events point to, and how long handles live. */
#include "pair.h"

#include "core.h"
#include "eventq.h"

struct thing {
	struct iax2_object object; /* first */
	bool *gone;
};

static void thing_del(struct iax2_object *object)
{
	struct thing *thing = (struct thing *)(void *)object;

	*thing->gone = true;
	free(thing);
}

static struct thing *thing_new(struct iax2_endpoint *ep, bool *gone)
{
	struct thing *thing = calloc(1, sizeof(*thing));

	assert_non_null(thing);
	iax2_object_init(&thing->object, ep, thing_del);
	thing->gone = gone;
	*gone = false;
	return thing;
}

static int push(struct iax2_endpoint *ep, struct iax2_object *object, enum iax2_event_type type, const char *text, bool last)
{
	struct iax2_event ev = {.type = type, .data = (const uint8_t *)text, .len = text ? strlen(text) : 0, .text = text};

	return iax2_eventq_push(&ep->events, ep->mem, object, &ev, false, last);
}

static void test_order_data_and_text(void **state)
{
	struct pair *p = pair_new();
	struct iax2_event ev;
	char text[16];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 500; i++) {
			snprintf(text, sizeof(text), "text %d", i);
			assert_int_equal(push(p->ep[0], NULL, (enum iax2_event_type)(i % 5), i % 7 ? text : NULL, false), 0);
		}
		memset(text, 'x', sizeof(text)); /* it was copied */
		for (int i = 0; i < 500; i++) {
			char expected[16] = "";

			if (i % 7) {
				snprintf(expected, sizeof(expected), "text %d", i);
			}
			assert_true(iax2_endpoint_event(p->ep[0], &ev));
			assert_int_equal(ev.type, i % 5);
			assert_string_equal(ev.text, expected); /* never NULL */
			assert_int_equal(ev.len, strlen(expected));
			assert_true(!ev.data == (i % 7 == 0));
			assert_true(!ev.data || ev.data[ev.len] == 0);
		}
		assert_false(iax2_endpoint_event(p->ep[0], &ev));
	}
	pair_del(p);
}

static void test_handle_lives_until_the_next_event_is_asked_for(void **state)
{
	struct pair *p = pair_new();
	struct iax2_endpoint *ep = p->ep[0];
	struct iax2_event ev;
	struct thing *thing;
	bool gone;

	(void)state;
	thing = thing_new(ep, &gone);
	thing->object.user = p;
	assert_int_equal(iax2_object_hold(&thing->object), 0);
	assert_int_equal(push(ep, &thing->object, IAX2_EV_CONTROL, NULL, false), 0);
	assert_int_equal(push(ep, &thing->object, IAX2_EV_ENDED, "over", true), 0);
	iax2_object_unref(&thing->object); /* the library is done with it */
	assert_true(iax2_endpoint_event(ep, &ev));
	assert_ptr_equal(ev.user, p);
	assert_true(iax2_endpoint_event(ep, &ev));
	assert_int_equal(ev.type, IAX2_EV_ENDED);
	assert_false(gone);
	assert_false(iax2_endpoint_event(ep, &ev));
	assert_true(gone);
	assert_int_equal(ep->events.reserved, 0);
	pair_del(p);
}

static void test_no_event_names_what_its_owner_let_go(void **state)
{
	struct pair *p = pair_new();
	struct iax2_endpoint *ep = p->ep[0];
	struct iax2_event ev;
	struct thing *thing;
	bool gone;

	(void)state;
	thing = thing_new(ep, &gone);
	assert_int_equal(iax2_object_hold(&thing->object), 0);
	assert_int_equal(push(ep, &thing->object, IAX2_EV_CONTROL, NULL, false), 0);
	assert_int_equal(push(ep, NULL, IAX2_EV_TRUNK_FULL, NULL, false), 0);
	iax2_object_release(&thing->object);
	iax2_object_release(&thing->object); /* no harm */
	iax2_object_unref(&thing->object);
	assert_false(gone); /* an event still refers to it */
	assert_true(iax2_endpoint_event(ep, &ev));
	assert_int_equal(ev.type, IAX2_EV_TRUNK_FULL);
	assert_true(gone);
	pair_del(p);
}

/* The last event of every handle arrives even when memory has run out. */
static void test_last_events_need_no_memory(void **state)
{
	enum { COUNT = 100 };
	struct pair *p = pair_new();
	struct iax2_endpoint *ep = p->ep[0];
	struct thing *thing[COUNT];
	bool gone[COUNT];
	struct iax2_event ev;

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		thing[i] = thing_new(ep, &gone[i]);
		assert_int_equal(iax2_object_hold(&thing[i]->object), 0);
	}
	p->fail_from = p->allocations + 1; /* from here on nothing is given any more */
	while (push(ep, NULL, IAX2_EV_VOICE, NULL, false) == 0) {
	}
	for (int i = 0; i < COUNT; i++) {
		assert_int_equal(push(ep, &thing[i]->object, IAX2_EV_ENDED, "over", true), 0);
		iax2_object_unref(&thing[i]->object);
	}
	for (int i = 0; i < COUNT;) {
		assert_true(iax2_endpoint_event(ep, &ev));
		i += ev.type == IAX2_EV_ENDED;
	}
	assert_false(iax2_endpoint_event(ep, &ev));
	for (int i = 0; i < COUNT; i++) {
		assert_true(gone[i]);
	}
	p->fail_from = 0;
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order_data_and_text),
	    cmocka_unit_test(test_handle_lives_until_the_next_event_is_asked_for),
	    cmocka_unit_test(test_no_event_names_what_its_owner_let_go),
	    cmocka_unit_test(test_last_events_need_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
