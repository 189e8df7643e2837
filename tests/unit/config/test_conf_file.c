/* Conf_file with conf_include: what the reader makes of files, right and wrong. */
#include "conf_dir.h"

#include <errno.h>
#include <sys/stat.h>

#include "config/conf_file.h"

static struct conf_dir dir;

static int setup(void **state)
{
	(void)state;
	conf_dir_init(&dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	conf_dir_fini(&dir);
	return 0;
}

static struct conf_file *load(const char *text)
{
	struct conf_file *file = NULL;
	conf_dir_write(&dir, "a.conf", text);
	assert_int_equal(conf_file_load(&file, dir.path, "a.conf", &dir.diag), 0);
	return file;
}

static void load_bad(const char *text, int line, const char *part)
{
	struct conf_file *file = NULL;
	conf_dir_write(&dir, "a.conf", text);
	assert_int_equal(conf_file_load(&file, dir.path, "a.conf", &dir.diag), -EINVAL);
	assert_null(file);
	assert_diag(&dir.diag, DIAG_ERROR, "a.conf", line, part);
}

static const char *value(const struct conf_file *file, const char *section, const char *key)
{
	const struct conf_section *s = conf_file_section(file, section);
	assert_non_null(s);
	const struct conf_setting *setting = conf_section_get(s, key);
	return setting ? setting->value : NULL;
}

static void test_req_236_templates_and_additions(void **state)
{
	(void)state;
	struct conf_file *f =
	    load("[t](!)\nallow = alaw\nx=1\n[u](!)\nx=2\ny => 3\n[a](t,u)\nallow += ulaw\nz += 9\n[b](!,t)\n[a](+)\nlate = 1\n");
	assert_int_equal(f->count, 4);
	assert_true(f->sections[0].template_only);
	assert_true(conf_file_section(f, "b")->template_only);
	assert_false(conf_file_section(f, "a")->template_only);
	assert_string_equal(value(f, "a", "allow"), "alaw,ulaw");
	assert_string_equal(value(f, "a", "X"), "2");
	assert_string_equal(value(f, "a", "z"), "9");
	assert_string_equal(value(f, "a", "late"), "1");
	assert_true(conf_section_get(conf_file_section(f, "a"), "y")->arrow);
	assert_int_equal(conf_section_get(conf_file_section(f, "a"), "late")->line, 12);
	assert_int_equal(dir.diag.count, 0);
	conf_file_del(f);
}

static void test_req_237_comments(void **state)
{
	(void)state;
	struct conf_file *f = load(
	    "\xef\xbb\xbf;-----;\n[a] ; text\r\nk = v\\;w ; c\r\n;-- x\n;-- y --;\nk = hidden\n--;\nl=1;--in--;2\nm=3 ;--; --; 4\n");
	assert_string_equal(value(f, "a", "k"), "v;w");
	assert_string_equal(value(f, "a", "l"), "12");
	assert_string_equal(value(f, "a", "m"), "3  4");
	assert_int_equal(conf_file_section(f, "a")->count, 3);
	conf_file_del(f);
}

static void test_extensions_lines_keep_their_values(void **state)
{
	(void)state;
	struct conf_file *f =
	    load("[ctx]\nexten => 100,1,Set(A=b)\nsame => n(label),Dial(IAX2/x/${EXTEN},30)\nexten => _X.,1,NoOp(a\\,b => \\;c)\n"
	         "[ctx](+)\nexten => 100,2,Hangup()\n");
	const struct conf_section *s = conf_file_section(f, "ctx");
	assert_int_equal(s->count, 4);
	assert_string_equal(s->settings[0].value, "100,1,Set(A=b)");
	assert_string_equal(s->settings[1].key, "same");
	assert_string_equal(s->settings[1].value, "n(label),Dial(IAX2/x/${EXTEN},30)");
	assert_string_equal(s->settings[2].value, "_X.,1,NoOp(a\\,b => ;c)");
	assert_string_equal(s->settings[3].value, "100,2,Hangup()");
	conf_file_del(f);
}

static void test_req_238_includes(void **state)
{
	(void)state;
	conf_dir_write(&dir, "inc1.conf", "a=1\n[new]\nb=2\n");
	conf_dir_write(&dir, "inc2.conf", "c=3\n");
	struct conf_file *f = load("[x]\n#include \"inc1.conf\"\nd=4\n#include <inc2.conf>\n#tryinclude none.conf\n");
	assert_string_equal(value(f, "x", "a"), "1");
	assert_string_equal(value(f, "x", "d"), "4");
	assert_string_equal(value(f, "new", "c"), "3");
	assert_string_equal(conf_section_get(conf_file_section(f, "new"), "b")->file, "inc1.conf");
	conf_file_del(f);
	f = load("[x]\n#include inc[12].conf\n");
	assert_string_equal(value(f, "x", "a"), "1");
	conf_file_del(f);
}

static void test_req_238_exec_is_refused(void **state)
{
	(void)state;
	load_bad("[x]\n#exec /bin/true\n", 2, "#exec is refused");
}

static void test_every_error_names_its_line(void **state)
{
	(void)state;
	load_bad("a=1\n", 1, "before any section");
	load_bad("[x]\n[y\n", 2, "expected ]");
	load_bad("[x](!\n", 1, "expected )");
	load_bad("[]\n", 1, "expected a name");
	load_bad("\n[x](t)\n", 2, "inherits from [t]");
	load_bad("\n\n[x](+)\n", 3, "adds to a section");
	load_bad("[x]\n\n;-- open\na=1\n", 3, "never closed");
	load_bad("[x]\n#include \"none.conf\"\n", 2, "there is no such file");
	load_bad("[x]\n#include\n", 2, "expected a file name");
	load_bad("[x]\n#include \"unclosed\n", 2, "expected a file name");
	load_bad("[x]\n#include \"a.conf\"\n", 2, "in a circle");
	load_bad("[x]\n#include \".\"\n", 2, "directory");
}

static void test_warnings_do_not_stop_it(void **state)
{
	(void)state;
	struct conf_file *f = load("[x]\nnonsense\n#frobnicate\n=5\n[y] (!)\n");
	assert_diag(&dir.diag, DIAG_WARNING, "a.conf", 2, "expected \"key = value\"");
	assert_diag(&dir.diag, DIAG_WARNING, "a.conf", 3, "unknown directive #frobnicate");
	assert_diag(&dir.diag, DIAG_WARNING, "a.conf", 4, "expected \"key = value\"");
	assert_diag(&dir.diag, DIAG_WARNING, "a.conf", 5, "no blank may stand");
	conf_file_del(f);
}

static void test_depth_limit(void **state)
{
	(void)state;
	char name[32], text[64];
	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "d%d.conf", i);
		snprintf(text, sizeof(text), "#include d%d.conf\n", i + 1);
		conf_dir_write(&dir, name, i == 11 ? "" : text);
	}
	struct conf_file *file = NULL;
	assert_int_equal(conf_file_load(&file, dir.path, "d0.conf", &dir.diag), -EINVAL);
	assert_diag(&dir.diag, DIAG_ERROR, "d10.conf", 1, "more than 10 deep");
	assert_int_equal(conf_file_load(&file, dir.path, "d1.conf", &dir.diag), 0);
	conf_file_del(file);
}

static void test_unusable_files(void **state)
{
	(void)state;
	struct conf_file *file = NULL;
	char path[128];
	assert_int_equal(conf_file_load(&file, dir.path, "none.conf", &dir.diag), -ENOENT);
	assert_int_equal(dir.diag.count, 0);
	snprintf(path, sizeof(path), "%s/d.conf", dir.path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(conf_file_load(&file, dir.path, "d.conf", &dir.diag), -EINVAL);
	snprintf(path, sizeof(path), "%s/fifo", dir.path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(conf_file_load(&file, dir.path, "fifo", &dir.diag), -EINVAL);
	conf_dir_write(&dir, "huge.conf", "");
	snprintf(path, sizeof(path), "%s/huge.conf", dir.path);
	assert_int_equal(truncate(path, 17 << 20), 0);
	assert_int_equal(conf_file_load(&file, dir.path, "huge.conf", &dir.diag), -EINVAL);
	assert_diag(&dir.diag, DIAG_ERROR, "huge.conf", 0, "16 MiB");
}

static void test_long_lines_and_nul_bytes(void **state)
{
	(void)state;
	static char text[9000];
	memset(text, 'x', sizeof(text));
	memcpy(text, "[x]\na=", 6);
	text[4 + 8191] = '\n';
	text[4 + 8192] = '\0';
	conf_file_del(load(text));
	text[4 + 8191] = 'x';
	text[4 + 8192] = '\n';
	text[4 + 8193] = '\0';
	load_bad(text, 2, "too long");
	struct conf_file *file = NULL;
	conf_dir_write_bytes(&dir, "a.conf", "[x]\n\na\0=1\n", 10);
	assert_int_equal(conf_file_load(&file, dir.path, "a.conf", &dir.diag), -EINVAL);
	assert_diag(&dir.diag, DIAG_ERROR, "a.conf", 3, "NUL");
}

static void test_templates_cannot_fill_the_memory(void **state)
{
	(void)state;
	char text[2048] = "[s0](!)\na=1\n";
	for (int i = 1; i < 40; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "[s%d](!,s%d,s%d)\n", i, i - 1, i - 1);
	}
	struct conf_file *file = NULL;
	conf_dir_write(&dir, "a.conf", text);
	assert_int_equal(conf_file_load(&file, dir.path, "a.conf", &dir.diag), -EINVAL);
}

static void test_mutated_text_never_crashes(void **state)
{
	(void)state;
	static const char seed[] = "[general]\nbindport=4569\n;-- c --;\n[t](!)\nallow=ulaw\n[a](t)\nallow+=alaw\nexten => "
	                           "1,1,X(\\;)\n#tryinclude x\n[a](+)\nz=1\n";
	static const char alphabet[] = "[]()!+=>;-#\\\n\"<x,\0\r";
	uint32_t rnd = 1;
	for (int round = 0; round < 2000; round++) {
		char text[sizeof(seed)];
		memcpy(text, seed, sizeof(seed));
		for (int k = 0; k < 4; k++) {
			rnd = rnd * 1103515245u + 12345u;
			text[(rnd >> 8) % (sizeof(seed) - 1)] = alphabet[(rnd >> 20) % (sizeof(alphabet) - 1)];
		}
		struct conf_file *file = NULL;
		conf_dir_write_bytes(&dir, "a.conf", text, (rnd >> 4) % sizeof(seed));
		int rc = conf_file_load(&file, dir.path, "a.conf", &dir.diag);
		assert_true(rc == 0 || rc == -EINVAL);
		if (rc == 0) {
			conf_file_del(file);
		}
	}
	assert_true(dir.diag.count <= DIAG_MAX);
}

static void test_bools(void **state)
{
	(void)state;
	assert_int_equal(conf_bool("Yes"), 1);
	assert_int_equal(conf_bool("on"), 1);
	assert_int_equal(conf_bool("F"), 0);
	assert_int_equal(conf_bool("2"), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_req_236_templates_and_additions),
	    TEST(test_req_237_comments),
	    TEST(test_extensions_lines_keep_their_values),
	    TEST(test_req_238_includes),
	    TEST(test_req_238_exec_is_refused),
	    TEST(test_every_error_names_its_line),
	    TEST(test_warnings_do_not_stop_it),
	    TEST(test_depth_limit),
	    TEST(test_unusable_files),
	    TEST(test_long_lines_and_nul_bytes),
	    TEST(test_templates_cannot_fill_the_memory),
	    TEST(test_mutated_text_never_crashes),
	    TEST(test_bools),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
