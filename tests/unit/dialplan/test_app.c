#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"

#include "dialplan/func.h"

static struct fake fake;

static struct fake_channel *execute(const char *steps)
{
	char text[600];
	snprintf(text, sizeof text, "[a]\nexten => 1,1,NoOp()\n%sexten => 12,1,Hangup(12)\nexten => 123,1,Hangup(123)\nexten => i,1,Hangup(100)\n",
		steps);
	fake_init(&fake, text);
	struct fake_channel *fc = fake_channel(&fake, "caller");
	run_start(&fc->ch, "a", "1", 1);
	fake_advance(&fake, 1);
	return fc;
}

static void over(struct fake_channel *fc, const char *log)
{
	assert_string_equal(fc->log, log);
	assert_true(fc->deleted);
	assert_int_equal(fake_timers(&fake), 0);
	fake_fini(&fake);
}

static void test_short_ones(void **state)
{
	(void)state;
	static const struct { const char *steps, *log; } rows[] = {
		{"same => n,Answer()\n", "answer;hangup:16;"},
		{"same => n,Hangup(21)\n", "hangup:21;"},
		{"same => n,Hangup(abc)\n", "hangup:16;"},
		{"same => n,Ringing()\nsame => n,Progress()\n", "ringing;progress;hangup:16;"},
		{"same => n,Busy(1)\n", "busy;hangup:17;"},
		{"same => n,Congestion(1)\n", "congestion;hangup:34;"},
		{"same => n,Answer()\nsame => n,Busy(1)\n", "answer;busy;hangup:16;"},
		{"same => n,Set(A=21)\nsame => n,Hangup(${A})\n", "hangup:21;"},
		{"same => n,Set(CALLERID(num)=21)\nsame => n,Hangup(${CALLERID(num)})\n", "hangup:21;"},
		{"same => n,GotoIf(0?x)\nsame => n,Hangup(1)\nsame => n(x),Hangup(2)\n", "hangup:1;"},
		{"same => n,GotoIf(1?x:y)\nsame => n,Hangup(1)\nsame => n(x),Hangup(2)\n", "hangup:2;"},
		{"same => n,GotoIf($[1 = 2]?12,1:123,1)\n", "hangup:123;"},
		{"same => n,Goto(+2)\nsame => n,Hangup(1)\nsame => n,Hangup(2)\n", "hangup:2;"},
		{"same => n,Goto(nolabel)\n", "hangup:16;"},
		{"same => n,Wait(0.5)\nsame => n,Hangup(3)\n", "hangup:3;"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fake_channel *fc = execute(rows[i].steps);
		fake_advance(&fake, 2000);
		over(fc, rows[i].log);
	}
}

static void test_verbose(void **state)
{
	(void)state;
	struct fake_channel *fc = execute("same => n,Verbose(2,hello, world)\n");
	assert_non_null(strstr(fake.logged, "\nhello, world\n"));
	over(fc, "hangup:16;");
}

static void test_wait_is_exact(void **state)
{
	(void)state;
	struct fake_channel *fc = execute("same => n,Wait(1.25)\n");
	fake_advance(&fake, 1240);
	assert_false(fc->deleted);
	fake_advance(&fake, 10);
	over(fc, "hangup:16;");
}

static void test_echo(void **state)
{
	(void)state;
	struct fake_channel *fc = execute("same => n,Answer()\nsame => n,Echo()\nsame => n,Hangup(9)\n");
	fake_event(fc, &(struct channel_event){.type = CHANNEL_EV_VOICE, .format = IAX2_FORMAT_ULAW, .data = (const uint8_t *)"abcd", .len = 4});
	fake_event(fc, &(struct channel_event){.type = CHANNEL_EV_TEXT, .data = (const uint8_t *)"hi", .len = 2});
	fake_event(fc, &(struct channel_event){.type = CHANNEL_EV_VIDEO});
	fake_digits(fc, "5#");
	over(fc, "answer;voice:4;text:hi;video;begin:5;end:5;hangup:9;");
}

static void test_milliwatt_keeps_pace(void **state)
{
	(void)state;
	struct fake_channel *fc = execute("same => n,Milliwatt()\n");
	fake_advance(&fake, 10000);
	assert_int_equal(fc->voice, 501);
	fake_hangup(fc, 16);
	over(fc, "answer;voice:160;");
}

static void test_waitexten(void **state)
{
	(void)state;
	struct fake_channel *fc = execute("same => n,WaitExten(2)\n");
	fake_digits(fc, "123");
	over(fc, "hangup:123;");
	fc = execute("same => n,WaitExten(2)\n");
	fake_digits(fc, "12");
	fake_advance(&fake, 4900);
	assert_false(fc->deleted);
	fake_advance(&fake, 200);
	over(fc, "hangup:12;");
	fc = execute("same => n,WaitExten(2)\n");
	fake_digits(fc, "9");
	over(fc, "hangup:100;");
	fc = execute("same => n,WaitExten(2)\nsame => n,Hangup(8)\n");
	fake_advance(&fake, 2001);
	over(fc, "hangup:8;");
}

static void test_playback_of_a_missing_sound(void **state)
{
	(void)state;
	struct fake_channel *fc = execute("same => n,Playback(no-such-sound&other)\nsame => n,Verbose(status ${PLAYBACKSTATUS})\n");
	assert_non_null(strstr(fake.logged, "can't play 'no-such-sound'"));
	assert_non_null(strstr(fake.logged, "can't play 'other'"));
	assert_non_null(strstr(fake.logged, "status FAILED"));
	over(fc, "answer;hangup:16;");
}

static void test_playback_plays_all(void **state)
{
	(void)state;
	char dir[] = "/tmp/tandem-sound-XXXXXX", path[64];
	const char *dirs[] = {dir, NULL};
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/beep.ulaw", dir);
	FILE *file = fopen(path, "w");
	for (int i = 0; i < 8000; i++)
		fputc(0x55, file);
	fclose(file);
	struct fake_channel *fc = execute("same => n,Wait(1)\nsame => n,Playback(beep&beep,noanswer)\n"
		"same => n,Verbose(status ${PLAYBACKSTATUS})\n");
	fake.pbx.sound_dirs = dirs;
	fake_advance(&fake, 10000);
	remove(path);
	remove(dir);
	assert_int_equal(fc->voice, 100);
	assert_int_equal(fc->first_payload[0], 0x55);
	assert_non_null(strstr(fake.logged, "status SUCCESS"));
	over(fc, "voice:160;hangup:16;");
}

static void test_the_page_for_users_names_everything(void **state)
{
	(void)state;
	static char page[100000];
	FILE *file = fopen(DOCS_DIR "/dialplan.md", "r");
	assert_non_null(file);
	page[fread(page, 1, sizeof page - 1, file)] = '\0';
	fclose(file);
	for (size_t i = 0; app_table[i]; i++) {
		assert_ptr_equal(app_find(app_table[i]->name), app_table[i]);
		if (!strstr(page, app_table[i]->usage))
			fail_msg("docs/dialplan.md has no %s", app_table[i]->usage);
	}
	for (size_t i = 0; func_table[i]; i++) {
		if (!strstr(page, func_table[i]->usage))
			fail_msg("docs/dialplan.md has no %s", func_table[i]->usage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_ones), cmocka_unit_test(test_verbose), cmocka_unit_test(test_wait_is_exact), cmocka_unit_test(test_echo),
		cmocka_unit_test(test_milliwatt_keeps_pace), cmocka_unit_test(test_waitexten),
		cmocka_unit_test(test_playback_of_a_missing_sound), cmocka_unit_test(test_playback_plays_all),
		cmocka_unit_test(test_the_page_for_users_names_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
