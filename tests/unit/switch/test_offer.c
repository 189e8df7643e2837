#include "rig.h"

#include "switch/offer.h"

static struct iax2_prefs prefs_of(const char *names)
{
	struct iax2_prefs prefs = {0};
	assert_int_equal(iax2_prefs_apply(&prefs, true, names, NULL), 0);
	return prefs;
}

static void check(const char *allowed, const char *from_format, const char *from_formats, const char *expected)
{
	struct iax2_prefs offer, wanted = prefs_of(expected), theirs = prefs_of(allowed), mine = prefs_of(from_formats);
	struct channel from = {.format = iax2_format_from_name(from_format), .formats = iax2_prefs_mask(&mine)};
	offer_formats(&offer, &theirs, &from);
	assert_int_equal(offer.count, wanted.count);
	assert_memory_equal(offer.bit, wanted.bit, wanted.count);
}

static void test_the_callers_format_comes_first(void **state)
{
	(void)state;
	check("ulaw,alaw", "alaw", "alaw", "alaw,ulaw");
	check("ulaw,alaw,slin", "alaw", "alaw,slin", "alaw,slin,ulaw");
}

static void test_what_cannot_be_translated_is_not_offered(void **state)
{
	(void)state;
	check("ulaw,g729,gsm", "g729", "g729", "g729");
	check("g729,ulaw", "ulaw", "ulaw", "ulaw");
}

static void test_nothing_in_common_is_nothing(void **state)
{
	(void)state;
	struct iax2_prefs offer, theirs = prefs_of("ulaw,alaw");
	struct channel from = {.format = iax2_format_from_name("g729"), .formats = iax2_format_from_name("g729")};
	offer_formats(&offer, &theirs, &from);
	assert_int_equal(offer.count, 0);
}

static void test_without_a_caller_all_is_offered(void **state)
{
	(void)state;
	struct iax2_prefs offer, theirs = prefs_of("g729,alaw");
	offer_formats(&offer, &theirs, NULL);
	assert_memory_equal(&offer, &theirs, sizeof offer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_callers_format_comes_first),
	    cmocka_unit_test(test_what_cannot_be_translated_is_not_offered),
	    cmocka_unit_test(test_nothing_in_common_is_nothing),
	    cmocka_unit_test(test_without_a_caller_all_is_offered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
