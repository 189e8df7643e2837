/* Iax_conf: what iax.conf means. */
#include "conf_dir.h"

#include <errno.h>

#include "config/iax_conf.h"
#include "iax2/call.h"

static struct conf_dir dir;
static struct iax_conf *conf;

static int setup(void **state)
{
	(void)state;
	conf = NULL;
	conf_dir_init(&dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	iax_conf_del(conf);
	conf_dir_fini(&dir);
	return 0;
}

static void load(const char *text)
{
	iax_conf_del(conf);
	conf = NULL;
	conf_dir_write(&dir, "iax.conf", text);
	assert_int_equal(iax_conf_load(&conf, dir.path, &dir.diag), 0);
}

static bool allows(const struct iax_entry *entry, const char *text)
{
	struct iax2_addr addr;
	assert_int_equal(iax2_addr_parse(&addr, text, 4569), 0);
	return acl_allows(&entry->acl, &addr, NULL);
}

#define OFFICE(section, user, host)                                                                                              \
	"[general]\nbindport = 4569\nbindaddr = 0.0.0.0\ndisallow = all\nallow = ulaw\nallow = alaw\n[" section "]\ntype = friend\n" \
	"username = " user "\nsecret = a-strong-shared-secret\nauth = md5\nhost = " host "\ndeny = 0.0.0.0/0.0.0.0\n"                \
	"permit = " host "/255.255.255.255\ncontext = from-iax\npeercontext = from-iax\nqualify = yes\ntrunk = yes\n"

static void check_office(const char *section, const char *user, const char *host)
{
	const struct iax_entry *u = iax_conf_user(conf, section), *p = iax_conf_peer(conf, section);
	assert_int_equal(dir.diag.count, 0);
	assert_int_equal(conf->general.bind_count, 1);
	assert_int_equal(conf->general.bind[0].port, 4569);
	assert_non_null(u);
	assert_non_null(p);
	assert_string_equal(u->secrets[0], "a-strong-shared-secret");
	assert_null(u->secrets[1]);
	assert_string_equal(p->secrets[0], "a-strong-shared-secret");
	assert_int_equal(u->auth, IAX2_AUTH_MD5);
	assert_string_equal(u->contexts[0], "from-iax");
	assert_string_equal(p->peercontext, "from-iax");
	assert_string_equal(p->username, user);
	assert_string_equal(p->host, host);
	assert_int_equal(p->port, 4569);
	assert_int_equal(p->qualify_max_ms, 2000);
	assert_true(p->trunk);
	assert_int_equal(p->prefs.count, 2);
	assert_int_equal(p->prefs.bit[0], IAX2_BIT_ULAW);
	assert_int_equal(p->prefs.bit[1], IAX2_BIT_ALAW);
	assert_true(allows(u, host));
	assert_false(allows(u, "10.9.9.9"));
	assert_null(u->refused);
}

static void test_the_two_offices(void **state)
{
	(void)state;
	load(OFFICE("office-b", "office-a", "10.2.2.20"));
	check_office("office-b", "office-a", "10.2.2.20");
	load(OFFICE("office-a", "office-b", "10.1.1.10"));
	check_office("office-a", "office-b", "10.1.1.10");
}

static void test_req_210_211_secrets(void **state)
{
	(void)state;
	load("[a]\ntype=friend\nhost=dynamic\nsecret=one\nsecret=two\\;three\n");
	const struct iax_entry *u = iax_conf_user(conf, "a"), *p = iax_conf_peer(conf, "a");
	assert_string_equal(u->secrets[0], "one");
	assert_string_equal(u->secrets[1], "two");
	assert_string_equal(u->secrets[2], "three");
	assert_null(u->secrets[3]);
	assert_string_equal(p->secrets[0], "two;three");
	assert_null(p->secrets[1]);
}

static void test_req_220_protection_that_is_missing_refuses(void **state)
{
	(void)state;
	load("[a]\ntype=friend\nhost=dynamic\nsecret=s\nforceencryption=yes\n[b]\ntype=user\nauth=rsa\n[c]\ntype=user\ndbsecret=x/y\n"
	     "[d]\ntype=user\ninkeys=k\n[e]\ntype=user\nsecret=s\nauth=md5,rsa\ninkeys=k\n");
	assert_non_null(iax_conf_user(conf, "a")->refused);
	assert_non_null(iax_conf_peer(conf, "a")->refused);
	assert_non_null(iax_conf_user(conf, "b")->refused);
	assert_non_null(iax_conf_user(conf, "c")->refused);
	assert_non_null(iax_conf_user(conf, "d")->refused);
	assert_null(iax_conf_user(conf, "e")->refused);
	assert_int_equal(iax_conf_user(conf, "e")->auth, IAX2_AUTH_MD5);
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 5, "forceencryption has no effect yet");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 1, "[a] as user accepts no calls");
	load("[general]\nforceencryption=yes\n[a]\ntype=user\nsecret=s\n[b]\ntype=user\nsecret=s\nforceencryption=no\n");
	assert_non_null(iax_conf_user(conf, "a")->refused);
	assert_null(iax_conf_user(conf, "b")->refused);
}

static void test_req_240_access_lists_fail_closed(void **state)
{
	(void)state;
	conf_dir_write(&dir, "acl.conf", "[office]\ndeny=0.0.0.0/0\npermit=10.0.0.0/8\n");
	load("[a]\ntype=user\nsecret=s\nacl=office\n[b]\ntype=user\nacl=office,nolist\n[c]\ntype=user\npermit=10.0.0.0/"
	     "8\ndeny=10.0.0.300\n");
	assert_true(allows(iax_conf_user(conf, "a"), "10.1.1.1"));
	assert_false(allows(iax_conf_user(conf, "a"), "192.0.2.1"));
	assert_false(allows(iax_conf_user(conf, "b"), "10.1.1.1"));
	assert_false(allows(iax_conf_user(conf, "c"), "10.1.1.1"));
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 7, "no section [nolist]");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 11, "\"10.0.0.300\" is no network");
}

static void test_req_245_codecs_in_file_order(void **state)
{
	(void)state;
	load("[general]\nallow=!all,ulaw,alaw:40\n[a]\ntype=user\ndisallow=ulaw\nallow=gsm|nocodec\n[b]\ntype=user\n");
	const struct iax2_prefs *a = &iax_conf_user(conf, "a")->prefs, *b = &iax_conf_user(conf, "b")->prefs;
	assert_int_equal(a->count, 2);
	assert_int_equal(a->bit[0], IAX2_BIT_ALAW);
	assert_int_equal(a->ptime_ms[0], 40);
	assert_int_equal(a->bit[1], IAX2_BIT_GSM);
	assert_int_equal(b->bit[0], IAX2_BIT_ULAW);
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 6, "\"nocodec\"");
	load("[general]\nbandwidth=low\n[a]\ntype=user\n");
	assert_int_equal(iax2_prefs_mask(&iax_conf_user(conf, "a")->prefs) & (IAX2_FORMAT_ULAW | IAX2_FORMAT_GSM), IAX2_FORMAT_GSM);
}

static void test_general_numbers_and_ranges(void **state)
{
	(void)state;
	load("[general]\nbindport=4570\nbindaddr=127.0.0.1\nbindaddr=[::1]:4571\npingtime=5\ntrunkfreq=5\ntrunkmtu=0\ntos="
	     "ef\nminregexpire=x\n"
	     "autokill=yes\nmaxauthreq=0\ndelayreject=yes\nregister => u:s@h\nregister => oops\n[a]\ntype=user\nsecret=s\n");
	const struct iax_general *g = &conf->general;
	assert_int_equal(g->bind_count, 2);
	assert_int_equal(g->bind[0].port, 4570);
	assert_int_equal(g->bind[1].port, 4571);
	assert_int_equal(g->endpoint.ping_interval_ms, 5000);
	assert_true(g->endpoint.delay_reject);
	assert_int_equal(g->trunk.freq_ms, 20);
	assert_int_equal(g->trunk.mtu, 0);
	assert_int_equal(g->tos, 0xb8);
	assert_int_equal(g->min_reg_expire_s, 60);
	assert_int_equal(g->autokill_ms, 2000);
	assert_int_equal(conf->register_count, 1);
	assert_int_equal(iax_conf_user(conf, "a")->max_auth_requests, 0);
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 6, "expected a number from 10 to 1000 (ms)");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 9, "expected a number");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 14, "expected register =>");
}

static void test_unknown_and_misplaced_options(void **state)
{
	(void)state;
	load("[general]\nregsiter => "
	     "a@b\nqualify=yes\n[x]\nhost=h\n[y]\ntype=fiend\n[z]\ntype=user\nsecert=s\npassword=s\nbindport=1\nfrobnicate=1\n"
	     "host=dynamic\n[callnumberlimits]\n10.0.0.0/8=5\n");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 2, "did you mean register?");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 3, "belongs in the sections of users and peers");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 4, "[x] is skipped: expected type=");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 7, "type=fiend, expected friend, user or peer");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 10, "did you mean secret?");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 11, "write secret=");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 12, "belongs in [general]");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 13, "unknown option \"frobnicate\" is ignored");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 14, "no effect in a section of type=user");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 15, "[callnumberlimits]");
	assert_int_equal(conf->user_count, 1);
}

static void test_entry_values(void **state)
{
	(void)state;
	load("[a]\ntype=friend\nhost=dynamic\nsecret=s\ncallerid=\"Ann B\" <201>\ncontext=one\ncontext=two\nsetvar=A=b=c\nsetvar=E=\n"
	     "requirecalltoken=auto\nqualify=1500\nport=99999\n[b]\ntype=user\nsecret=s\ncallerid=\"601\"\n");
	const struct iax_entry *u = iax_conf_user(conf, "a"), *p = iax_conf_peer(conf, "a");
	assert_string_equal(u->callerid_name, "Ann B");
	assert_string_equal(u->callerid_number, "201");
	assert_string_equal(u->contexts[0], "one");
	assert_string_equal(u->contexts[1], "two");
	assert_null(u->contexts[2]);
	assert_string_equal(p->contexts[0], "two");
	assert_null(p->contexts[1]);
	assert_int_equal(u->setvar_count, 2);
	assert_string_equal(u->setvars[0].value, "b=c");
	assert_string_equal(u->setvars[1].value, "");
	assert_int_equal(u->require_token, IAX_AUTO);
	assert_true(p->dynamic);
	assert_null(p->host);
	assert_int_equal(p->qualify_max_ms, 1500);
	assert_int_equal(p->port, 4569);
	assert_string_equal(iax_conf_user(conf, "b")->callerid_name, "601");
	assert_string_equal(iax_conf_user(conf, "b")->contexts[0], "default");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 12, "from 1 to 65535");
}

static void test_many_contexts(void **state)
{
	(void)state;
	char text[2048] = "[a]\ntype=user\nsecret=s\n", name[8];
	for (int i = 0; i < 50; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "context=c%d\n", i);
	}
	load(text);
	const char **contexts = iax_conf_user(conf, "a")->contexts;
	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		assert_string_equal(contexts[i], name);
	}
	assert_null(contexts[50]);
}

static void test_a_mistake_in_a_template_is_told_once(void **state)
{
	(void)state;
	load("[general]\n[t](!)\ntype=friend\nqualify=maybe\nsecret=x\n[a](t)\n[b](t)\n[c](t)\nqualify=perhaps\n");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 4, "qualify=maybe is ignored");
	assert_diag(&dir.diag, DIAG_WARNING, "iax.conf", 9, "qualify=perhaps is ignored");
	unsigned told = 0;
	for (size_t i = 0; i < dir.diag.count; i++) {
		told += dir.diag.entries[i].line == 4;
	}
	assert_int_equal(told, 1);
}

static void test_req_239_a_broken_file_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(iax_conf_load(&conf, dir.path, &dir.diag), -ENOENT);
	conf_dir_write(&dir, "iax.conf", "[general]\nbindaddr=nowhere\n");
	assert_int_equal(iax_conf_load(&conf, dir.path, &dir.diag), -EINVAL);
	assert_null(conf);
	assert_diag(&dir.diag, DIAG_ERROR, "iax.conf", 2, "expected an address");
	conf_dir_write(&dir, "iax.conf", "[general\n");
	assert_int_equal(iax_conf_load(&conf, dir.path, &dir.diag), -EINVAL);
	assert_null(conf);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_the_two_offices),
	    TEST(test_req_210_211_secrets),
	    TEST(test_req_220_protection_that_is_missing_refuses),
	    TEST(test_req_240_access_lists_fail_closed),
	    TEST(test_req_245_codecs_in_file_order),
	    TEST(test_general_numbers_and_ranges),
	    TEST(test_unknown_and_misplaced_options),
	    TEST(test_entry_values),
	    TEST(test_many_contexts),
	    TEST(test_a_mistake_in_a_template_is_told_once),
	    TEST(test_req_239_a_broken_file_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
