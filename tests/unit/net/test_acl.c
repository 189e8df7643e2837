/* Acl: permit and deny. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/acl.h"

static bool allows(const struct acl *acl, const char *text)
{
	struct iax2_addr addr;
	assert_int_equal(iax2_addr_parse(&addr, text, 4569), 0);
	return acl_allows(acl, &addr, NULL);
}

static void test_req_240_last_match_wins(void **state)
{
	(void)state;
	struct acl acl = ACL_EMPTY;
	assert_true(allows(&acl, "10.0.0.1"));
	assert_int_equal(acl_add(&acl, false, "0.0.0.0/0.0.0.0", "f", 1, NULL), 0);
	assert_int_equal(acl_add(&acl, true, "10.2.2.20/255.255.255.255", "f", 2, NULL), 0);
	assert_true(allows(&acl, "10.2.2.20"));
	assert_true(allows(&acl, "::ffff:10.2.2.20"));
	assert_false(allows(&acl, "10.2.2.21"));
	assert_true(allows(&acl, "2001:db8::1"));
	acl_fini(&acl);
}

static void test_lists_lengths_masks_and_inversion(void **state)
{
	(void)state;
	struct acl acl = ACL_EMPTY;
	assert_int_equal(acl_add(&acl, false, "10.0.0.0/8, !10.1.0.0/16 ,2001:db8::/32", "f", 1, NULL), 0);
	assert_int_equal(acl.count, 3);
	assert_false(allows(&acl, "10.9.9.9"));
	assert_true(allows(&acl, "10.1.9.9"));
	assert_false(allows(&acl, "2001:db8:1::1"));
	assert_int_equal(acl_add(&acl, false, "192.0.7.0/255.0.255.0", "f", 2, NULL), 0);
	assert_false(allows(&acl, "192.99.7.1"));
	assert_true(allows(&acl, "192.99.8.1"));
	acl_fini(&acl);
}

static void test_bad_elements_are_pointed_at(void **state)
{
	(void)state;
	static const char *const wrong[] = {
	    "", "x", "10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0.0/ffff::", "10.0.0.1:5", "10.0.0.0/-1"};
	struct acl acl = ACL_EMPTY;
	const char *bad = NULL, *value = "10.0.0.1,oops";
	assert_int_equal(acl_add(&acl, true, value, "f", 1, &bad), -EINVAL);
	assert_ptr_equal(bad, value + 9);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(acl_add(&acl, true, wrong[i], "f", 1, &bad), -EINVAL);
	}
	acl_fini(&acl);
}

static void test_chained_lists_must_all_allow(void **state)
{
	(void)state;
	struct acl acl = ACL_EMPTY;
	struct acl *named = acl_add_list(&acl);
	assert_non_null(named);
	assert_int_equal(acl_add(&acl, true, "10.0.0.0/8", "f", 1, NULL), 0);
	assert_int_equal(acl_add_all(named, false, "acl.conf", 7), 0);
	const struct acl_rule *rule = NULL;
	struct iax2_addr addr;
	assert_int_equal(iax2_addr_parse(&addr, "10.0.0.1", 0), 0);
	assert_false(acl_allows(&acl, &addr, &rule));
	assert_int_equal(rule->line, 7);
	assert_false(allows(&acl, "2001:db8::1"));
	acl_fini(&acl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_240_last_match_wins),
	    cmocka_unit_test(test_lists_lengths_masks_and_inversion),
	    cmocka_unit_test(test_bad_elements_are_pointed_at),
	    cmocka_unit_test(test_chained_lists_must_all_allow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
