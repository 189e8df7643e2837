/* Whole configurations: the one we ship and two as they are found in the field. */
#include "conf_dir.h"

#include "config/iax_conf.h"
#include "config/tandem_conf.h"

/* One of the two offices that we ship. */
static void check_office(const char *dir, const char *other, const char *host, const char *phone, const char *line)
{
	struct diag diag;
	struct iax_conf *conf = NULL;
	struct conf_file *extensions = NULL;
	struct tandem_conf *own = NULL;
	diag_init(&diag);
	assert_int_equal(iax_conf_load(&conf, dir, &diag), 0);
	assert_int_equal(conf_file_load(&extensions, dir, "extensions.conf", &diag), 0);
	assert_int_equal(tandem_conf_load(&own, dir, &diag), 0);
	assert_int_equal(diag.count, 0);
	assert_string_equal(iax_conf_peer(conf, other)->host, host);
	assert_true(iax_conf_peer(conf, other)->trunk);
	assert_string_equal(iax_conf_peer(conf, phone)->callerid_number, phone);
	assert_null(iax_conf_peer(conf, "phone"));
	assert_string_equal(conf_file_section(extensions, "internal")->settings[0].value, line);
	iax_conf_del(conf);
	conf_file_del(extensions);
	tandem_conf_del(own);
	diag_fini(&diag);
}

static void test_our_own_example_has_nothing_to_complain_about(void **state)
{
	(void)state;
	check_office(SOURCE_ROOT "/etc/office-a", "office-b", "10.2.2.20", "201", "_3XX,1,Dial(IAX2/office-b/${EXTEN})");
	check_office(SOURCE_ROOT "/etc/office-b", "office-a", "10.1.1.10", "301", "_2XX,1,Dial(IAX2/office-a/${EXTEN})");
}

static void test_a_radio_hub(void **state)
{
	(void)state;
	struct diag diag;
	struct iax_conf *conf = NULL;
	diag_init(&diag);
	assert_int_equal(iax_conf_load(&conf, SOURCE_ROOT "/tests/data/configs/hub", &diag), 0);
	assert_int_equal(conf->user_count, 2);
	assert_int_equal(conf->peer_count, 0);
	assert_int_equal(conf->general.tos, 0x1e);
	assert_non_null(iax_conf_user(conf, "node")->refused);
	assert_diag(&diag, DIAG_WARNING, "iax.conf", 8, "dropcount has no effect");
	assert_diag(&diag, DIAG_NOTICE, "iax.conf", 13, "neither secret nor permit");
	iax_conf_del(conf);
	diag_fini(&diag);
}

static void test_files_of_a_panel(void **state)
{
	(void)state;
	struct diag diag;
	struct iax_conf *conf = NULL;
	diag_init(&diag);
	assert_int_equal(iax_conf_load(&conf, SOURCE_ROOT "/tests/data/configs/panel", &diag), 0);
	assert_int_equal(conf->register_count, 1);
	assert_string_equal(conf->registers[0].host, "10.0.0.16");
	assert_string_equal(conf->registers[0].file, "iax_general.conf");
	assert_string_equal(iax_conf_peer(conf, "668")->callerid_name, "axel");
	assert_string_equal(iax_conf_user(conf, "668")->setvars[0].value, "");
	assert_diag(&diag, DIAG_WARNING, "iax_peers.conf", 8, "unknown option \"dial\"");
	iax_conf_del(conf);
	diag_fini(&diag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_our_own_example_has_nothing_to_complain_about),
	    cmocka_unit_test(test_a_radio_hub),
	    cmocka_unit_test(test_files_of_a_panel),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
