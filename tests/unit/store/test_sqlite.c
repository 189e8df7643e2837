#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/log.h"

static char dir[64], file[96], trace[512];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/test_store_XXXXXX");
	log_open(NULL, LOG_LEVEL_ERROR);
	trace[0] = '\0';
	if (!mkdtemp(dir)) {
		return -1;
	}
	snprintf(file, sizeof(file), "%s/tandem.db", dir);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct store *open_it(void)
{
	struct store *store = NULL;
	const char *why = "";

	if (store_open(&store, dir, &why) < 0) {
		fail_msg("%s", why);
	}
	return store;
}

static void add(const char *key, const char *value, void *arg)
{
	(void)arg;
	snprintf(trace + strlen(trace), sizeof(trace) - strlen(trace), "%s=%s;", key, value);
}

static const char *all(const char *family)
{
	struct store *store = open_it();

	trace[0] = '\0';
	store_each(store, family, add, NULL);
	store_close(store);
	return trace;
}

static void test_records_survive_a_restart(void **state)
{
	(void)state;
	struct store *store = open_it();

	store_put(store, "registration", "phone", "192.0.2.10:4569:60");
	store_put(store, "registration", "it's", "\"quoted\"; DROP TABLE record");
	store_put(store, "other", "phone", "x");
	store_close(store);
	assert_string_equal(all("registration"), "it's=\"quoted\"; DROP TABLE record;phone=192.0.2.10:4569:60;");
	assert_string_equal(all("other"), "phone=x;");
	assert_string_equal(all("none"), "");
}

static void test_the_last_change_of_a_key_counts(void **state)
{
	(void)state;
	struct store *store = open_it();

	store_put(store, "f", "a", "1");
	store_put(store, "f", "a", "2");
	store_put(store, "f", "b", "1");
	store_del(store, "f", "b");
	store_del(store, "f", "c");
	store_put(store, "f", "c", "3");
	store_del(store, "f", "never");
	store_close(store);
	assert_string_equal(all("f"), "a=2;c=3;");
	store = open_it();
	store_del(store, "f", "a");
	store_close(store);
	assert_string_equal(all("f"), "c=3;");
}

static void count(const char *key, const char *value, void *arg)
{
	(void)key;
	(void)value;
	++*(int *)arg;
}

static void test_many_records(void **state)
{
	(void)state;
	struct store *store = open_it();
	int n = 0;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 3000; i++) {
			char key[32], value[32];
			snprintf(key, sizeof(key), "peer-%d", i);
			snprintf(value, sizeof(value), "%d", round);
			store_put(store, "f", key, value);
		}
	}
	store_close(store);
	store = open_it();
	store_each(store, "f", count, &n);
	store_close(store);
	assert_int_equal(n, 3000);
}

static void test_directory_is_made(void **state)
{
	(void)state;
	struct store *store = NULL;
	const char *why = NULL;
	char sub[96];

	snprintf(sub, sizeof(sub), "%s/state", dir);
	assert_int_equal(store_open(&store, sub, &why), 0);
	store_close(store);
	snprintf(sub, sizeof(sub), "%s/no/such/state", dir);
	assert_int_equal(store_open(&store, sub, &why), -ENOENT);
	assert_non_null(strstr(why, sub));
	store_close(NULL);
}

static void overwrite(const char *text, long at)
{
	FILE *f = fopen(file, at ? "r+" : "w");

	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	for (int i = 0; i < 200; i++) {
		fputs(text, f);
	}
	fclose(f);
}

static size_t damaged_files(void)
{
	char pattern[128];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s.damaged-*", file);
	size_t n = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
	globfree(&found);
	return n;
}

static void test_file_that_is_no_database_is_moved_aside(void **state)
{
	(void)state;
	overwrite("this is no database at all\n", 0);
	struct store *store = open_it();
	store_put(store, "f", "a", "1");
	store_close(store);
	assert_int_equal(damaged_files(), 1);
	assert_string_equal(all("f"), "a=1;");
}

static void test_damaged_database_is_moved_aside(void **state)
{
	(void)state;
	struct store *store = open_it();
	char key[300];

	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	for (int i = 0; i < 200; i++) {
		snprintf(key, 10, "%09d", i);
		key[9] = 'k';
		store_put(store, "f", key, "value");
	}
	store_close(store);
	overwrite("garbage over a page in the middle", 4096);
	store = open_it();
	store_put(store, "f", "a", "1");
	store_close(store);
	assert_int_equal(damaged_files(), 1);
	assert_string_equal(all("f"), "a=1;");
}

static void test_database_that_can_not_be_opened(void **state)
{
	(void)state;
	struct store *store = (struct store *)dir;
	const char *why = NULL;

	assert_int_equal(mkdir(file, 0700), 0);
	assert_true(store_open(&store, dir, &why) < 0);
	assert_non_null(strstr(why, file));
	assert_ptr_equal(store, dir);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_records_survive_a_restart),
		STORE_TEST(test_the_last_change_of_a_key_counts),
		STORE_TEST(test_many_records),
		STORE_TEST(test_directory_is_made),
		STORE_TEST(test_file_that_is_no_database_is_moved_aside),
		STORE_TEST(test_damaged_database_is_moved_aside),
		STORE_TEST(test_database_that_can_not_be_opened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
