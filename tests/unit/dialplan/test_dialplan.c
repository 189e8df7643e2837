#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"

#include <errno.h>

static struct fake fake;

static const char *app_at(const char *context, const char *exten, const char *callerid, int priority)
{
	const struct dialplan_step *step = dialplan_step(fake.pbx.dialplan, context, exten, callerid, priority);
	return step ? step->data : "none";
}

static void test_lookup(void **state)
{
	(void)state;
	fake_init(&fake,
		"[globals]\nNUM = 77\n"
		"[a]\nexten => 100,1,NoOp(one)\n same => n(here),NoOp(two)\n same => n+3,NoOp(six)\n"
		"exten => _1XX,1,NoOp(pattern)\nexten => _1XX,3,NoOp(pattern3)\n"
		"exten => _1ZX,1,NoOp(closer)\nexten => 100/555,1,NoOp(from555)\nexten => ${NUM},1,NoOp(global)\nexten => 555-12,1,NoOp(dash)\n"
		"include => b\n"
		"[b]\nexten => _X.,1,NoOp(b)\nexten => 100,7,NoOp(b7)\ninclude => a\nexten => o,1,Verbose,old,form\nignorepat => 9\n");
	assert_string_equal(app_at("a", "100", "", 1), "one");
	assert_string_equal(app_at("a", "100", "555", 1), "from555");
	assert_string_equal(app_at("a", "100", "555", 2), "two");
	assert_string_equal(app_at("a", "100", "", 6), "six");
	assert_string_equal(app_at("a", "100", "", 3), "pattern3");
	assert_string_equal(app_at("a", "100", "", 7), "b7");
	assert_string_equal(app_at("a", "105", "", 1), "pattern");
	assert_string_equal(app_at("a", "115", "", 1), "closer");
	assert_string_equal(app_at("a", "99", "", 1), "b");
	assert_string_equal(app_at("a", "77", "", 1), "global");
	assert_string_equal(app_at("a", "5551-2", "", 1), "dash");
	assert_string_equal(app_at("b", "o", "", 1), "old,form");
	assert_string_equal(app_at("a", "x", "", 1), "none");
	assert_string_equal(app_at("nowhere", "100", "", 1), "none");
	assert_int_equal(dialplan_label(fake.pbx.dialplan, "a", "100", "", "here"), 2);
	assert_int_equal(dialplan_label(fake.pbx.dialplan, "a", "100", "", "there"), -1);
	assert_int_equal(dialplan_match(fake.pbx.dialplan, "a", "1", ""), DIALPLAN_CAN_MATCH | DIALPLAN_MATCH_MORE);
	assert_int_equal(dialplan_match(fake.pbx.dialplan, "a", "zz", ""), 0);
	assert_true(dialplan_ignores(fake.pbx.dialplan, "b", "9"));
	assert_false(dialplan_ignores(fake.pbx.dialplan, "b", "8"));
	assert_true(dialplan_has_context(fake.pbx.dialplan, "b"));
	fake_fini(&fake);
}

static void test_warnings_do_not_stop_it(void **state)
{
	(void)state;
	fake_init(&fake,
		"[a]\n"
		"exten => 1,1,NoSuchApp()\n"
		"exten => 1,1,NoOp(again)\n"
		"exten => 2,1,NoOp(open\n"
		"exten => 3,1,Set(A=(b)\n"
		"include => nowhere\n"
		"include => b,9:00-17:00,mon-fri,*,*\n"
		"switch => IAX2/other\n"
		"exten => 4,1,Dial(IAX2/x,30,tTm)\n"
		"frob => 1\n"
		"exten => _.,1,NoOp()\n"
		"[b]\nexten => 9,1,NoOp()\n");
	struct diag *d = &fake.diag;
	assert_int_equal(d->errors, 0);
	assert_true(fake_diag_has(d, DIAG_WARNING, 2, "no application NoSuchApp"));
	assert_true(fake_diag_has(d, DIAG_WARNING, 3, "has priority 1 already"));
	assert_true(fake_diag_has(d, DIAG_WARNING, 4, "no closing parenthesis"));
	assert_true(fake_diag_has(d, DIAG_WARNING, 5, "not balanced"));
	assert_true(fake_diag_has(d, DIAG_WARNING, 6, "does not exist"));
	assert_true(fake_diag_has(d, DIAG_WARNING, 7, "not supported"));
	assert_true(fake_diag_has(d, DIAG_WARNING, 8, "not supported"));
	assert_true(fake_diag_has(d, DIAG_WARNING, 9, "option T"));
	assert_true(fake_diag_has(d, DIAG_WARNING, 9, "music"));
	assert_true(fake_diag_has(d, DIAG_WARNING, 10, "'frob'"));
	assert_true(fake_diag_has(d, DIAG_WARNING, 11, "special extensions"));
	/* An include with a time is never searched. */
	assert_string_equal(app_at("a", "9", "", 2), "none");
	fake_fini(&fake);
}

static void test_errors_stop_it(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"[a]\nexten => 100\n", "[a]\nexten => 100,1\n", "[a]\nexten => 100,x,NoOp()\n", "[a]\nexten => 100,n,NoOp()\n", "[a]\nsame => n,NoOp()\n",
		"[a]\nexten => _[12,1,NoOp()\n", "[a]\nexten => ,1,NoOp()\n", "[a]\nexten => 1,0,NoOp()\n", "[a]\nexten => 1,1(x,NoOp()\n",
		"[a]\nexten => 1,1,\n", "[a]\ninclude =>\n", "[a]\nexten => 1,-5,NoOp()\n", "[a]\nexten => 1,99999999999999999999,NoOp()\n",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct dialplan *dp = NULL;
		struct diag diag;
		diag_init(&diag);
		if (fake_load(&dp, bad[i], &diag) != -EINVAL || dp || diag.errors == 0 || diag.entries[0].line != 2)
			fail_msg("taken: %s", bad[i]);
		diag_fini(&diag);
	}
}

static void test_show(void **state)
{
	(void)state;
	fake_init(&fake,
		"[from-iax]\nexten => 100,hint,IAX2/phone\nexten => 100,1,Answer()\n same => n(talk),Dial(IAX2/b/${EXTEN},30)\ninclude => other\n[other]\nexten => _7X,1(a),NoOp()\n");
	struct strbuf out = STRBUF_EMPTY;
	assert_int_equal(dialplan_show(fake.pbx.dialplan, "from-iax", &out), 0);
	assert_string_equal(out.text,
		"[ Context 'from-iax' created by 'pbx_config' ]\n"
		"  '100' =>          hint: IAX2/phone                              [extensions.conf:2]\n"
		"                    1. Answer()                                   [extensions.conf:3]\n"
		"     [talk]         2. Dial(IAX2/b/${EXTEN},30)                   [extensions.conf:4]\n"
		"  Include =>        'other'                                       [pbx_config]\n"
		"\n-= 1 extension (3 priorities) in 1 context. =-\n");
	assert_int_equal(dialplan_show(fake.pbx.dialplan, "none", &out), -ENOENT);
	assert_int_equal(dialplan_show_exten(fake.pbx.dialplan, "none", "1", &out), -ENOENT);
	assert_int_equal(dialplan_show_exten(fake.pbx.dialplan, "from-iax", "1", &out), -ESRCH);
	strbuf_clear(&out);
	assert_int_equal(dialplan_show_exten(fake.pbx.dialplan, "from-iax", "77", &out), 0);
	assert_string_equal(out.text,
		"[ Included context 'other' created by 'pbx_config' ]\n"
		"  '_7X' =>          1. NoOp()                                     [extensions.conf:7]\n"
		"\n-= 1 extension (1 priority) in 1 context. =-\n");
	strbuf_clear(&out);
	struct json j;
	json_init(&j, &out);
	assert_int_equal(dialplan_show_json(fake.pbx.dialplan, NULL, &j), 0);
	assert_non_null(strstr(out.text, "talk"));
	strbuf_fini(&out);
	fake_fini(&fake);
}

static const char sample[] =
	"[general]\nautofallthrough=no\nclearglobalvars=yes\n[globals]\nA=1\nB=${A}2\n"
	"[a]\nexten => _[1-3]XX/_5.,1(l),Dial(IAX2/b/${EXTEN:1},30,g)\n same => n,GotoIf($[\"${A}\" = \"1\"]?l:h,1)\nexten => s,hint,IAX2/x\n"
	"include => b\nignorepat => 9\nswitch => IAX2/q\n[b]\ninclude => a\nexten => _!,1,Set(X=${IF(1?2:3)})\nsame => n+2(lab),Hangup(17)\n";

static void test_damaged_files_do_no_harm(void **state)
{
	(void)state;
	static const char bytes[] = "[]()=>,_!.X-+n$\\;\n\"{}&/ 1";
	srand(36);
	for (int round = 0; round < 400; round++) {
		char text[sizeof sample];
		memcpy(text, sample, sizeof sample);
		for (int k = rand() % 8; k >= 0; k--)
			text[rand() % (int)(sizeof sample - 1)] = bytes[rand() % (int)(sizeof bytes - 1)];
		if (rand() % 4 == 0)
			text[rand() % (int)(sizeof sample - 1)] = '\0';
		struct dialplan *dp = NULL;
		struct diag diag;
		diag_init(&diag);
		int rc = fake_load(&dp, text, &diag);
		if (rc == 0) {
			struct strbuf out = STRBUF_EMPTY;
			assert_int_equal(dialplan_show(dp, NULL, &out), 0);
			dialplan_match(dp, "a", "123", "55");
			strbuf_fini(&out);
			dialplan_unref(dp);
		} else {
			assert_true(diag.errors > 0);
		}
		diag_fini(&diag);
	}
}

static void test_many_includes_are_cut(void **state)
{
	(void)state;
	struct strbuf text = STRBUF_EMPTY;
	for (int i = 0; i < 600; i++)
		strbuf_printf(&text, "[c%d]\ninclude => c%d\nexten => %d,1,NoOp()\n", i, (i + 1) % 600, 10000 + i);
	fake_init(&fake, text.text);
	assert_true(dialplan_match(fake.pbx.dialplan, "c0", "10200", "") & DIALPLAN_EXISTS);
	assert_int_equal(dialplan_match(fake.pbx.dialplan, "c0", "10300", ""), 0);
	assert_true(fake_diag_has(&fake.diag, DIAG_WARNING, 0, "more than 256"));
	strbuf_fini(&text);
	fake_fini(&fake);
}

static void test_a_call_keeps_the_dialplan_alive(void **state)
{
	(void)state;
	fake_init(&fake, "[a]\nexten => 1,1,NoOp(old)\n");
	struct dialplan *dp = dialplan_ref(fake.pbx.dialplan);
	dialplan_unref(fake.pbx.dialplan);
	assert_string_equal(app_at("a", "1", "", 1), "old");
	assert_true(dialplan_autofallthrough(dp));
	assert_false(dialplan_clearglobalvars(dp));
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookup), cmocka_unit_test(test_warnings_do_not_stop_it), cmocka_unit_test(test_errors_stop_it),
		cmocka_unit_test(test_show), cmocka_unit_test(test_damaged_files_do_no_harm), cmocka_unit_test(test_many_includes_are_cut),
		cmocka_unit_test(test_a_call_keeps_the_dialplan_alive),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
