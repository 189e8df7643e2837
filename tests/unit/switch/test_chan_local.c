#include "rig.h"

#include "switch/chan_local.h"

#define EXTENSIONS                                                                                                               \
	"[c]\n"                                                                                                                      \
	"exten => echo,1,Answer()\nsame => n,Echo()\n"                                                                               \
	"exten => ring,1,Ringing()\nsame => n,Wait(60)\n"                                                                            \
	"exten => busy,1,Busy()\n"                                                                                                   \
	"exten => chain,1,Dial(Local/echo@c)\n"                                                                                      \
	"exten => retry,1,Dial(Local/ring@c)\nsame => n,Goto(1)\n"                                                                    \
	"exten => self,1,Dial(Local/self@c)\n"                                                                                       \
	"exten => tree,1,Dial(Local/tree@c&Local/tree@c)\n"

struct heard {
	char text[256];
	struct channel *ch;
};

static struct rig rig;
static struct heard heard;

static int setup(void **state)
{
	(void)state;
	heard = (struct heard){0};
	rig_init(&rig, loop_new());
	rig_start(&rig, rig_free_port(), "", EXTENSIONS, false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	struct loop *loop = rig.loop;
	rig_fini(&rig);
	loop_del(loop);
	return 0;
}

static void on_event(struct channel *ch, const struct channel_event *ev, void *arg)
{
	(void)arg;
	size_t len = strlen(heard.text);
	switch (ev->type) {
	case CHANNEL_EV_VOICE:
		snprintf(heard.text + len, sizeof heard.text - len, "voice%zu ", ev->len);
		break;
	case CHANNEL_EV_CONTROL:
		snprintf(heard.text + len, sizeof heard.text - len, "%s ", iax2_control_name(ev->subclass));
		break;
	case CHANNEL_EV_HANGUP:
		snprintf(heard.text + len, sizeof heard.text - len, "hangup%d ", ch->hangup_cause);
		channel_del(ch);
		heard.ch = NULL;
		break;
	default:
		break;
	}
}

static int dial(const char *data, struct channel *from)
{
	int cause = rig.sw->pbx.ops->request(&rig.sw->pbx, &heard.ch, "local", data, from);
	if (cause == 0) {
		channel_set_listener(heard.ch, on_event, NULL);
		assert_int_equal(channel_call(heard.ch), 0);
	}
	return cause;
}

static bool has(const void *text)
{
	return strstr(heard.text, text);
}

static bool all_gone(const void *arg)
{
	(void)arg;
	return !rig.sw->channels;
}

static void test_a_call_into_our_own_dialplan(void **state)
{
	static const uint8_t voice[160];
	(void)state;
	assert_int_equal(dial("echo@c/n", NULL), 0);
	assert_true(rig_wait(&rig, NULL, has, "ANSWER"));
	assert_int_equal(heard.ch->state, CHANNEL_UP);
	assert_int_equal(channel_voice(heard.ch, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, voice, sizeof voice), 0);
	assert_true(rig_wait(&rig, NULL, has, "voice160"));
	channel_del(heard.ch);
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
}

static void test_progress_and_the_end_come_through(void **state)
{
	(void)state;
	assert_int_equal(dial("ring@c", NULL), 0);
	assert_true(rig_wait(&rig, NULL, has, "RINGING"));
	assert_int_equal(heard.ch->state, CHANNEL_RINGING);
	assert_int_equal(switch_hangup(rig.sw, "all"), 2);
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
	assert_non_null(strstr(heard.text, "hangup0"));
}

static void test_busy(void **state)
{
	(void)state;
	assert_int_equal(dial("busy@c", NULL), 0);
	assert_true(rig_wait(&rig, NULL, has, "BUSY"));
	channel_del(heard.ch);
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
}

static void test_a_chain_of_two(void **state)
{
	static const uint8_t voice[160];
	(void)state;
	assert_int_equal(dial("chain@c", NULL), 0);
	assert_true(rig_wait(&rig, NULL, has, "ANSWER"));
	assert_int_equal(channel_voice(heard.ch, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, voice, sizeof voice), 0);
	assert_true(rig_wait(&rig, NULL, has, "voice160"));
	channel_del(heard.ch);
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
}

/* Without a limit both would eat all memory; with one on the depth alone, the tree would take for ever. */
static void test_an_extension_that_dials_itself_comes_to_an_end(void **state)
{
	(void)state;
	static const char *const loops[] = {"self@c", "tree@c"};
	for (size_t i = 0; i < sizeof loops / sizeof loops[0]; i++) {
		unsigned before = rig.sw->calls_processed;
		heard = (struct heard){0};
		assert_int_equal(dial(loops[i], NULL), 0);
		assert_true(rig_wait(&rig, NULL, has, "CONGESTION"));
		channel_del(heard.ch);
		assert_true(rig_wait(&rig, NULL, all_gone, NULL));
		assert_in_range(rig.sw->calls_processed - before, 10, 300);
	}
	/* The next one is not held responsible. */
	heard = (struct heard){0};
	assert_int_equal(dial("chain@c", NULL), 0);
	assert_true(rig_wait(&rig, NULL, has, "ANSWER"));
}

static void test_all_can_be_hung_up_though_one_dials_again(void **state)
{
	(void)state;
	assert_int_equal(dial("retry@c", NULL), 0);
	assert_true(rig_wait(&rig, NULL, has, "RINGING"));
	assert_in_range(switch_hangup(rig.sw, "all"), 1, 4);
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
}

static void test_what_is_not_there_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"nothing@c", "echo@nowhere", "echo", "@c", "echo@", "/"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(dial(bad[i], NULL), PBX_NO_CAUSE);
	}
	assert_int_equal(rig.sw->pbx.ops->request(&rig.sw->pbx, &heard.ch, "SIP", "x", NULL), -66);
}

static void test_variables_reach_the_dialplan(void **state)
{
	(void)state;
	struct channel from = {.pbx = &rig.sw->pbx};
	vars_init(&from.vars);
	assert_int_equal(vars_set(&from.vars, "_ONCE", "1"), 0);
	assert_int_equal(vars_set(&from.vars, "__ALWAYS", "2"), 0);
	assert_int_equal(vars_set(&from.vars, "OWN", "3"), 0);
	assert_int_equal(dial("ring@c", &from), 0);
	struct channel *inner = rig.sw->channels;
	assert_ptr_not_equal(inner, heard.ch);
	assert_string_equal(vars_get(&inner->vars, "ONCE"), "1");
	assert_string_equal(vars_get(&inner->vars, "ALWAYS"), "2");
	assert_null(vars_get(&inner->vars, "OWN"));
	vars_fini(&from.vars);
	local_family_unref(from.family);
	channel_del(heard.ch);
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
}

static void test_never_called_and_deleted(void **state)
{
	(void)state;
	assert_int_equal(rig.sw->pbx.ops->request(&rig.sw->pbx, &heard.ch, "Local", "echo@c", NULL), 0);
	channel_del(heard.ch);
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
}

static void test_the_switch_ends_with_calls_in_being(void **state)
{
	(void)state;
	assert_int_equal(dial("chain@c", NULL), 0);
	assert_true(rig_wait(&rig, NULL, has, "ANSWER"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_call_into_our_own_dialplan),
	    TEST(test_progress_and_the_end_come_through),
	    TEST(test_busy),
	    TEST(test_a_chain_of_two),
	    TEST(test_an_extension_that_dials_itself_comes_to_an_end),
	    TEST(test_all_can_be_hung_up_though_one_dials_again),
	    TEST(test_what_is_not_there_is_refused),
	    TEST(test_variables_reach_the_dialplan),
	    TEST(test_never_called_and_deleted),
	    TEST(test_the_switch_ends_with_calls_in_being),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
