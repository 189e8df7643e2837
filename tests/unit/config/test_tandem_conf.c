/* Tandem_conf: our own settings. */
#include "conf_dir.h"

#include <errno.h>

#include "config/tandem_conf.h"

static void test_defaults_without_a_file(void **state)
{
	(void)state;
	struct conf_dir dir;
	struct tandem_conf *conf = NULL;
	char path[128];
	conf_dir_init(&dir);
	assert_int_equal(tandem_conf_load(&conf, dir.path, &dir.diag), 0);
	snprintf(path, sizeof(path), "%s/keys", dir.path);
	assert_string_equal(conf->keydir, path);
	snprintf(path, sizeof(path), "%s/sounds", dir.path);
	assert_string_equal(conf->sounds[0], path);
	assert_string_equal(conf->sounds[1], "/usr/share/asterisk/sounds");
	assert_null(conf->sounds[2]);
	assert_string_equal(conf->statedir, "/var/lib/tandem");
	assert_string_equal(conf->rundir, "/run/tandem");
	assert_null(conf->logfile);
	assert_int_equal(conf->loglevel, LOG_LEVEL_NOTICE);
	assert_int_equal(dir.diag.count, 0);
	tandem_conf_del(conf);
	conf_dir_fini(&dir);
}

static void test_settings_and_complaints(void **state)
{
	(void)state;
	struct conf_dir dir;
	struct tandem_conf *conf = NULL;
	conf_dir_init(&dir);
	conf_dir_write(&dir, "tandem.conf", "[tandem]\nsoundsdir=/s\nloglevel=debug\nuser=joe\nlogfil=/x\n[other]\n");
	assert_int_equal(tandem_conf_load(&conf, dir.path, &dir.diag), 0);
	assert_string_equal(conf->sounds[0], "/s");
	assert_null(conf->sounds[1]);
	assert_int_equal(conf->loglevel, LOG_LEVEL_DEBUG);
	assert_string_equal(conf->user, "joe");
	assert_diag(&dir.diag, DIAG_WARNING, "tandem.conf", 5, "logfil");
	assert_diag(&dir.diag, DIAG_WARNING, "tandem.conf", 6, "[other]");
	tandem_conf_del(conf);
	conf_dir_write(&dir, "tandem.conf", "[tandem]\nloglevel=loud\n");
	assert_int_equal(tandem_conf_load(&conf, dir.path, &dir.diag), 0);
	assert_int_equal(conf->loglevel, LOG_LEVEL_NOTICE);
	assert_diag(&dir.diag, DIAG_WARNING, "tandem.conf", 2, "expected error, warning");
	tandem_conf_del(conf);
	conf_dir_write(&dir, "tandem.conf", "[tandem\n");
	assert_int_equal(tandem_conf_load(&conf, dir.path, &dir.diag), -EINVAL);
	conf_dir_fini(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults_without_a_file),
	    cmocka_unit_test(test_settings_and_complaints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
