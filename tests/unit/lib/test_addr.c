/* Addresses: text to bytes and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "iax2/types.h"

static void test_good_addresses(void **state)
{
	static const struct {
		const char *text, *full, *ip;
	} cases[] = {
	    {"192.0.2.10", "192.0.2.10:4569", "192.0.2.10"},
	    {"192.0.2.10:1", "192.0.2.10:1", "192.0.2.10"},
	    {"0.0.0.0:0", "0.0.0.0:0", "0.0.0.0"},
	    {"255.255.255.255:65535", "255.255.255.255:65535", "255.255.255.255"},
	    {"::", "[::]:4569", "::"},
	    {"::1", "[::1]:4569", "::1"},
	    {"[::1]", "[::1]:4569", "::1"},
	    {"[::1]:5036", "[::1]:5036", "::1"},
	    {"2001:DB8::1", "[2001:db8::1]:4569", "2001:db8::1"},
	    {"2001:db8:0:0:1:0:0:1", "[2001:db8::1:0:0:1]:4569", "2001:db8::1:0:0:1"},
	    {"2001:0:0:1:0:0:0:1", "[2001:0:0:1::1]:4569", "2001:0:0:1::1"},
	    {"1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]:4569", "1:2:3:4:5:6:7:8"},
	    {"1:2:3:4:5:6:7::", "[1:2:3:4:5:6:7:0]:4569", "1:2:3:4:5:6:7:0"},
	    {"::2:3:4:5:6:7:8", "[0:2:3:4:5:6:7:8]:4569", "0:2:3:4:5:6:7:8"},
	    {"1:0:3:4:5:6:7:8", "[1:0:3:4:5:6:7:8]:4569", "1:0:3:4:5:6:7:8"},
	    {"1::", "[1::]:4569", "1::"},
	    {"fe80::1%3", "[fe80::1%3]:4569", "fe80::1%3"},
	    {"[fe80::1%4294967295]:1", "[fe80::1%4294967295]:1", "fe80::1%4294967295"},
	    {"64:ff9b::192.0.2.33", "[64:ff9b::c000:221]:4569", "64:ff9b::c000:221"},
	    {"1:2:3:4:5:6:1.2.3.4", "[1:2:3:4:5:6:102:304]:4569", "1:2:3:4:5:6:102:304"},
	    {"::ffff:192.0.2.10", "192.0.2.10:4569", "192.0.2.10"},
	    {"[::ffff:c000:20a]:99", "192.0.2.10:99", "192.0.2.10"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct iax2_addr addr, again;
		char buf[IAX2_ADDR_TEXT];

		assert_int_equal(iax2_addr_parse(&addr, cases[i].text, IAX2_PORT), 0);
		assert_string_equal(iax2_addr_format(&addr, buf), cases[i].full);
		assert_int_equal(iax2_addr_parse(&again, buf, 1), 0);
		assert_memory_equal(&addr, &again, sizeof(addr));
		assert_string_equal(iax2_addr_format_ip(&addr, buf), cases[i].ip);
	}
}

static const char *const bad_addresses[] = {
	"", ":", ":::", "1", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.04",
	"1..2.3", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:4x", "1.2.3.4%1",
	"[1.2.3.4]", "[1.2.3.4]:5", "host", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
	"::1:2:3:4:5:6:7:8", "1::2::3", "1:::2", "12345::", "g::", "1:", ":1", "::1:", "::1%", "::1%x",
	"::1%4294967296", "[::1", "::1]", "[::1]x", "[::1]:", "[::1]:65536", "[]", "[", "1.2.3.4::", "::1.2.3",
	"::1.2.3.4.5", "::1.2.3.256", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5", "+1.2.3.4", "1.2.3.0x4",
	"99999999999999999999.1.1.1",
};

static void test_bad_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_addresses) / sizeof(bad_addresses[0]); i++) {
		struct iax2_addr addr, before;

		memset(&addr, 0xa5, sizeof(addr));
		before = addr;
		if (iax2_addr_parse(&addr, bad_addresses[i], IAX2_PORT) != IAX2_ERR_INVALID) {
			fail_msg("\"%s\" was taken", bad_addresses[i]);
		}
		assert_memory_equal(&addr, &before, sizeof(addr));
	}
}

static void test_unset(void **state)
{
	struct iax2_addr addr = {0};
	char buf[IAX2_ADDR_TEXT];

	(void)state;
	assert_string_equal(iax2_addr_format(&addr, buf), "(unset)");
	assert_string_equal(iax2_addr_format_ip(&addr, buf), "(unset)");
}

static void test_longest_text_fits(void **state)
{
	struct iax2_addr addr;
	char buf[IAX2_ADDR_TEXT];

	(void)state;
	assert_int_equal(iax2_addr_parse(&addr, "[abcd:abcd:abcd:abcd:abcd:abcd:abcd:abcd%4294967295]:65535", 0), 0);
	assert_string_equal(iax2_addr_format(&addr, buf), "[abcd:abcd:abcd:abcd:abcd:abcd:abcd:abcd%4294967295]:65535");
}

static void test_comparisons(void **state)
{
	struct iax2_addr a, b;

	(void)state;
	assert_int_equal(iax2_addr_parse(&a, "192.0.2.1:1", 0), 0);
	assert_int_equal(iax2_addr_parse(&b, "192.0.2.1:2", 0), 0);
	assert_true(iax2_addr_same_host(&a, &b));
	assert_false(iax2_addr_equal(&a, &b));
	b.port = 1;
	assert_true(iax2_addr_equal(&a, &b));
	assert_int_equal(iax2_addr_parse(&b, "192.0.2.2:1", 0), 0);
	assert_false(iax2_addr_same_host(&a, &b));
	assert_int_equal(iax2_addr_parse(&a, "fe80::1%1", 0), 0);
	assert_int_equal(iax2_addr_parse(&b, "fe80::1%2", 0), 0);
	assert_false(iax2_addr_same_host(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good_addresses),    cmocka_unit_test(test_bad_addresses), cmocka_unit_test(test_unset),
	    cmocka_unit_test(test_longest_text_fits), cmocka_unit_test(test_comparisons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
