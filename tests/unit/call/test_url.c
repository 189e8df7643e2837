#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "url.h"

struct expectation {
	const char *text, *user, *secret, *host, *exten, *context;
	uint16_t port;
};

static void same(const char *text, const char *have, const char *want)
{
	if ((have == NULL) != (want == NULL) || (have && strcmp(have, want) != 0))
		fail_msg("%s: \"%s\" should be \"%s\"", text, have ? have : "(none)", want ? want : "(none)");
}

static void test_good_urls(void **state)
{
	static const struct expectation good[] = {
		{"iax2:pbx.example.org/200", NULL, NULL, "pbx.example.org", "200", NULL, 4569},
		{"iax2:10.1.1.10", NULL, NULL, "10.1.1.10", NULL, NULL, 4569},
		{"iax2:bob@10.1.1.10:4570/s@default", "bob", NULL, "10.1.1.10", "s", "default", 4570},
		{"iax2:bob:s3cret@host/200", "bob", "s3cret", "host", "200", NULL, 4569},
		{"iax2:bob:p@ss:w@host/200@ctx", "bob", "p@ss:w", "host", "200", "ctx", 4569},
		{"iax2:bob:@host/200", "bob", "", "host", "200", NULL, 4569},
		{"iax2:b%6Fb:a%2fb@host/%32", "bob", "a/b", "host", "2", NULL, 4569},
		{"iax2:[2001:db8::1]:4571/200", NULL, NULL, "2001:db8::1", "200", NULL, 4571},
		{"iax2:[::1]/200?ctx", NULL, NULL, "::1", "200", "ctx", 4569},
		{"IAX2://host/200", NULL, NULL, "host", "200", NULL, 4569},
		{"iax:host/200", NULL, NULL, "host", "200", NULL, 4569},
		{"iax2:host/*98#", NULL, NULL, "host", "*98#", NULL, 4569},
		{"iax2:host/", NULL, NULL, "host", "", NULL, 4569},
	};
	struct strbuf why = STRBUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct url url;

		if (url_parse(&url, good[i].text, &why) < 0)
			fail_msg("%s: %s", good[i].text, strbuf_text(&why));
		same(good[i].text, url.user, good[i].user);
		same(good[i].text, url.secret, good[i].secret);
		same(good[i].text, url.host, good[i].host);
		same(good[i].text, url.exten, good[i].exten);
		same(good[i].text, url.context, good[i].context);
		assert_int_equal(url.port, good[i].port);
		url_fini(&url);
	}
	strbuf_fini(&why);
}

static void test_bad_urls(void **state)
{
	static const char *const bad[] = {
		"", "iax2:", "iax2:/200", "200", "sip:host/200", "iax2:host:0/1", "iax2:host:65536/1", "iax2:host:x/1", "iax2:host:/1",
		"iax2:@host/1", "iax2:[::1/1", "iax2:[::1]x/1", "iax2:host/1@", "iax2:h%zz/1", "iax2:h%4", "iax2:h%00x/1",
		"iax2:u:%g0@host/1", "iax2:host/%",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct strbuf why = STRBUF_EMPTY;
		struct url url;

		if (url_parse(&url, bad[i], &why) == 0)
			fail_msg("%s was taken", bad[i]);
		assert_true(why.len > 0);
		assert_null(url.host);
		strbuf_fini(&why);
	}
}

static void test_secret_is_hidden(void **state)
{
	static const char *const pairs[][2] = {
		{"iax2:bob:s3cret@host/200@ctx", "iax2:bob:xxxxxx@host/200@ctx"},
		{"iax2://bob:a@b:c@host", "iax2://bob:xxxxx@host"},
		{"iax2:bob@host:4569/200", "iax2:bob@host:4569/200"},
		{"iax2:host:4569/200@ctx", "iax2:host:4569/200@ctx"},
		{"nonsense:a@b", "nonsense:a@b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		char text[64];

		snprintf(text, sizeof text, "%s", pairs[i][0]);
		url_hide_secret(text);
		assert_string_equal(text, pairs[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_urls),
		cmocka_unit_test(test_bad_urls),
		cmocka_unit_test(test_secret_is_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
