#include <string.h>

#include "rig.h"

static struct iax_conf *load(struct rig *rig, const char *sections)
{
	struct iax_conf *conf = NULL;
	char text[2048];
	rig_init(rig, NULL);
	snprintf(text, sizeof text, "[general]\ndisallow = all\nallow = ulaw\n%s", sections);
	rig_write(rig, "iax.conf", text);
	assert_int_equal(iax_conf_load(&conf, rig->dir, &rig->diag), 0);
	return conf;
}

static void unload(struct rig *rig, struct iax_conf *conf)
{
	iax_conf_del(conf);
	rig_clean(rig);
}

static char why[320];

static const char *match(const struct iax_conf *conf, const char *username, const char *context, const char *from)
{
	struct user_query query = {.username = username, .context = context};
	assert_int_equal(iax2_addr_parse(&query.from, from, 4569), 0);
	why[0] = '\0';
	const struct iax_entry *user = user_match(conf, &query, why, sizeof why);
	return user ? user->name : NULL;
}

static void test_req_240_the_last_matching_rule_decides(void **state)
{
	(void)state;
	struct rig rig;
	struct iax_conf *conf = load(&rig, "[office-b]\ntype = friend\nhost = 10.2.2.20\nsecret = x\ndeny = 0.0.0.0/0.0.0.0\n"
	                                   "permit = 10.2.2.20/255.255.255.255\ncontext = from-iax\n");
	assert_string_equal(match(conf, "office-b", "", "10.2.2.20"), "office-b");
	assert_null(match(conf, "office-b", "", "10.2.2.21"));
	assert_non_null(strstr(why, "[office-b]"));
	assert_non_null(strstr(why, "deny at iax.conf:8"));
	unload(&rig, conf);
}

static void test_req_241_without_a_name_the_best_score_wins(void **state)
{
	(void)state;
	struct rig rig;
	struct iax_conf *conf = load(&rig, "[both]\ntype = user\nsecret = x\npermit = 10.0.0.0/8\ncontext = c\n"
	                                   "[secret]\ntype = user\nsecret = x\ncontext = c\n"
	                                   "[open1]\ntype = user\ncontext = c\n"
	                                   "[open2]\ntype = user\ncontext = c\n"
	                                   "[acl]\ntype = user\ndeny = 0.0.0.0/0\npermit = 10.0.0.0/8\ncontext = only-acl\n");
	assert_string_equal(match(conf, "", "", "10.1.1.1"), "acl");
	assert_string_equal(match(conf, "", "", "192.0.2.1"), "open1");
	assert_string_equal(match(conf, "", "c", "10.1.1.1"), "open1");
	assert_null(match(conf, "", "nowhere", "10.1.1.1"));
	assert_non_null(strstr(why, "nowhere"));
	unload(&rig, conf);
}

static void test_req_241_secrets_with_an_acl_come_before_secrets_alone(void **state)
{
	(void)state;
	struct rig rig;
	struct iax_conf *conf =
	    load(&rig, "[secret]\ntype = user\nsecret = x\n[both]\ntype = user\nsecret = x\npermit = 10.0.0.0/8\n");
	assert_string_equal(match(conf, "", "", "10.1.1.1"), "both");
	unload(&rig, conf);
}

static void test_req_242_a_context_of_others_does_not_match(void **state)
{
	(void)state;
	struct rig rig;
	struct iax_conf *conf = load(&rig, "[a]\ntype = user\ncontext = one\ncontext = two\n[b]\ntype = user\ncontext = *\n");
	assert_string_equal(match(conf, "a", "two", "10.1.1.1"), "a");
	assert_null(match(conf, "a", "three", "10.1.1.1"));
	assert_non_null(strstr(why, "three"));
	assert_string_equal(match(conf, "b", "three", "10.1.1.1"), "b");
	assert_string_equal(user_context(iax_conf_user(conf, "a"), ""), "one");
	assert_string_equal(user_context(iax_conf_user(conf, "a"), "two"), "two");
	assert_string_equal(user_context(iax_conf_user(conf, "b"), ""), "default");
	unload(&rig, conf);
}

static void test_refusals_name_what_nearly_matched(void **state)
{
	(void)state;
	struct rig rig;
	struct iax_conf *conf =
	    load(&rig, "[office-b]\ntype = friend\nhost = 10.2.2.20\nusername = office-a\n[trunk]\ntype = peer\nhost = 10.2.2.21\n");
	assert_null(match(conf, "Office-B", "", "10.2.2.20"));
	assert_non_null(strstr(why, "[office-b] (iax.conf:4)"));
	assert_null(match(conf, "trunk", "", "10.2.2.20"));
	assert_non_null(strstr(why, "peer only"));
	assert_null(match(conf, "office-a", "", "10.2.2.20"));
	assert_non_null(strstr(why, "username="));
	assert_null(match(conf, "nobody", "", "10.2.2.20"));
	assert_non_null(strstr(why, "no user of that name"));
	unload(&rig, conf);
}

static void test_table_keeps_outstanding_challenges(void **state)
{
	(void)state;
	struct rig rig;
	struct iax_conf *conf = load(&rig, "[a]\ntype = user\n[b]\ntype = user\n");
	struct users none = {0}, first, second;
	assert_int_equal(users_build(&first, conf, &none), 0);
	assert_null(users_find(&first, "c"));
	users_find(&first, "b")->challenges = 2;
	users_find(&first, "b")->token_seen = true;
	assert_int_equal(users_build(&second, conf, &first), 0);
	assert_int_equal(users_find(&second, "a")->challenges, 0);
	assert_int_equal(users_find(&second, "b")->challenges, 2);
	assert_false(users_find(&second, "b")->token_seen);
	users_fini(&first);
	users_fini(&second);
	unload(&rig, conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_240_the_last_matching_rule_decides),
	    cmocka_unit_test(test_req_241_without_a_name_the_best_score_wins),
	    cmocka_unit_test(test_req_241_secrets_with_an_acl_come_before_secrets_alone),
	    cmocka_unit_test(test_req_242_a_context_of_others_does_not_match),
	    cmocka_unit_test(test_refusals_name_what_nearly_matched),
	    cmocka_unit_test(test_table_keeps_outstanding_challenges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
