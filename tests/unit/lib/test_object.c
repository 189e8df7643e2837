/* References and holding. */
#include "pair.h"

#include "core.h"
#include "object.h"

struct thing {
	struct iax2_object object; /* first */
	unsigned *deleted;
};

static void thing_del(struct iax2_object *object)
{
	struct thing *thing = (struct thing *)(void *)object;

	++*thing->deleted;
	free(thing);
}

static struct thing *thing_new(struct iax2_endpoint *ep, unsigned *deleted)
{
	struct thing *thing = calloc(1, sizeof(*thing));

	assert_non_null(thing);
	iax2_object_init(&thing->object, ep, thing_del);
	thing->deleted = deleted;
	return thing;
}

static void test_lives_as_long_as_somebody_looks(void **state)
{
	struct pair *p = pair_new();
	unsigned deleted = 0;
	struct thing *thing = thing_new(p->ep[0], &deleted);

	(void)state;
	iax2_object_ref(&thing->object);
	iax2_object_unref(&thing->object);
	assert_int_equal(deleted, 0);
	assert_int_equal(iax2_object_hold(&thing->object), 0);
	assert_true(thing->object.held);
	iax2_object_unref(&thing->object);
	assert_int_equal(deleted, 0);
	iax2_object_release(&thing->object);
	assert_int_equal(deleted, 1);
	assert_null(p->ep[0]->objects);
	pair_del(p);
}

static void test_holding_without_memory(void **state)
{
	struct pair *p = pair_new();
	unsigned deleted = 0;
	struct thing *thing = thing_new(p->ep[0], &deleted);

	(void)state;
	p->fail_from = p->allocations + 1;
	assert_int_equal(iax2_object_hold(&thing->object), IAX2_ERR_NOMEM);
	assert_false(thing->object.held);
	iax2_object_release(&thing->object); /* was never held */
	assert_int_equal(deleted, 0);
	p->fail_from = 0;
	iax2_object_unref(&thing->object);
	assert_int_equal(deleted, 1);
	pair_del(p);
}

/* Taken out of the list from its beginning, middle and end. */
static void test_list_of_the_endpoint(void **state)
{
	struct pair *p = pair_new();
	unsigned deleted = 0, n = 0;
	struct thing *thing[5];

	(void)state;
	for (int i = 0; i < 5; i++) {
		thing[i] = thing_new(p->ep[0], &deleted);
	}
	iax2_object_unref(&thing[4]->object);
	iax2_object_unref(&thing[0]->object);
	iax2_object_unref(&thing[2]->object);
	for (struct iax2_object *object = p->ep[0]->objects; object; object = object->next) {
		assert_true(object == &thing[1]->object || object == &thing[3]->object);
		n++;
	}
	assert_int_equal(n, 2);
	pair_del(p); /* frees the others, whoever refers to them */
	assert_int_equal(deleted, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lives_as_long_as_somebody_looks),
	    cmocka_unit_test(test_holding_without_memory),
	    cmocka_unit_test(test_list_of_the_endpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
