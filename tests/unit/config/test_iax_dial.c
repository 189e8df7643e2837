/* Iax_dial: dial strings and register lines. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/iax_conf.h"

static void same(const char *have, const char *want)
{
	if (!want || !have) {
		assert_ptr_equal(have, want);
	} else {
		assert_string_equal(have, want);
	}
}

static void test_req_243_dial_strings(void **state)
{
	(void)state;
	static const struct {
		const char *text, *user, *secret, *key, *peer;
		uint16_t port;
		const char *exten, *context, *options;
	} cases[] = {
	    {"office-b/301", NULL, NULL, NULL, "office-b", 0, "301", NULL, NULL},
	    {"office-b", NULL, NULL, NULL, "office-b", 0, NULL, NULL, NULL},
	    {"u:s@h:4570/1@ctx/a", "u", "s", NULL, "h", 4570, "1", "ctx", "a"},
	    {"u@h/1", "u", NULL, NULL, "h", 0, "1", NULL, NULL},
	    {"u:[k]@h", "u", NULL, "k", "h", 0, NULL, NULL, NULL},
	    {"u:s:[k]@h", "u", "s", "k", "h", 0, NULL, NULL, NULL},
	    {"u:[k]:s@h", "u", "s", "k", "h", 0, NULL, NULL, NULL},
	    {":s@h//a", NULL, "s", NULL, "h", 0, NULL, NULL, "a"},
	    {"h/@ctx", NULL, NULL, NULL, "h", 0, NULL, "ctx", NULL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct iax_dial d;
		assert_int_equal(iax_dial_parse(&d, cases[i].text), 0);
		same(d.user, cases[i].user);
		same(d.secret, cases[i].secret);
		same(d.key, cases[i].key);
		same(d.peer, cases[i].peer);
		assert_int_equal(d.port, cases[i].port);
		same(d.exten, cases[i].exten);
		same(d.context, cases[i].context);
		same(d.options, cases[i].options);
	}
}

static void test_bad_dial_strings(void **state)
{
	(void)state;
	static const char *const wrong[] = {"", "/1", "u@", "u@/1", "h:0", "h:", "h:x", "h:65536", "[::1]:4569/1", "h:1x"};
	struct iax_dial d;
	char huge[600];
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(iax_dial_parse(&d, wrong[i]), -EINVAL);
	}
	memset(huge, 'a', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	assert_int_equal(iax_dial_parse(&d, huge), -EINVAL);
}

static int parse_register(struct iax_register *reg, char buf[static 64], const char *text)
{
	memset(reg, 0, sizeof(*reg));
	strcpy(buf, text);
	return iax_register_parse(reg, buf);
}

static void test_req_244_register_lines(void **state)
{
	(void)state;
	struct iax_register reg;
	char buf[64];
	assert_int_equal(parse_register(&reg, buf, "u:s@h:40569"), 0);
	same(reg.user, "u");
	same(reg.secret, "s");
	same(reg.host, "h");
	assert_int_equal(reg.port, 40569);
	assert_int_equal(parse_register(&reg, buf, "u@h"), 0);
	same(reg.secret, NULL);
	assert_int_equal(reg.port, 4569);
	assert_int_equal(parse_register(&reg, buf, "u:[key]@h"), 0);
	same(reg.key, "key");
	same(reg.secret, NULL);
	assert_int_equal(parse_register(&reg, buf, "nohost"), -EINVAL);
	assert_int_equal(parse_register(&reg, buf, "@h"), -EINVAL);
	assert_int_equal(parse_register(&reg, buf, ":s@h"), -EINVAL);
	assert_int_equal(parse_register(&reg, buf, "u@"), -EINVAL);
	assert_int_equal(parse_register(&reg, buf, "u@h:0"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_243_dial_strings),
	    cmocka_unit_test(test_bad_dial_strings),
	    cmocka_unit_test(test_req_244_register_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
