/* Whole calls through one switch that is its own neighbour: formats that differ, who is hung up with which cause, hangup from the console. */
#include "rig.h"

#include <math.h>

#include "media/g711.h"

#define OFFICE                                                                                                                   \
	"calltokenoptional = 127.0.0.1\n"                                                                                            \
	"[ul]\ntype = friend\nhost = 127.0.0.1\nport = %u\nusername = ul\ncontext = d\ndisallow = all\nallow = ulaw\n"               \
	"requirecalltoken = no\n"                                                                                                    \
	"[al]\ntype = friend\nhost = 127.0.0.1\nport = %u\nusername = al\ncontext = d\ndisallow = all\nallow = alaw\n"               \
	"requirecalltoken = no\n"
#define DIALPLAN                                                                                                                 \
	"[d]\n"                                                                                                                      \
	"exten => echo,1,Set(GLOBAL(FORMAT)=${CHANNEL(audioreadformat)})\nsame => n,Answer()\nsame => n,Echo()\n"                    \
	"exten => far,1,Dial(IAX2/al/echo)\n"                                                                                        \
	"exten => wait,1,Ringing()\nsame => n,Wait(60)\n"                                                                            \
	"exten => group,1,Dial(IAX2/ul/wait&IAX2/al/late)\n"                                                                         \
	"exten => late,1,Wait(0.2)\nsame => n,Answer()\nsame => n,Wait(60)\n"                                                        \
	"exten => ring,1,Dial(IAX2/al/wait)\n"                                                                                       \
	"exten => reject,1,Dial(IAX2/al/no)\nsame => n,Set(GLOBAL(STATUS)=${DIALSTATUS}${HANGUPCAUSE})\n"                            \
	"exten => no,1,Hangup(21)\n"                                                                                                 \
	"exten => h,1,Set(GLOBAL(h_${ENDED})=${HANGUPCAUSE})\nsame => n,Set(GLOBAL(ENDED)=${ENDED}x)\n"

enum { SAMPLES = 160 };

static struct rig rig;
static struct channel *call;
static bool answered, ringing;
static uint8_t voice[SAMPLES];
static size_t voice_frames;

static int setup(void **state)
{
	(void)state;
	char text[1024];
	unsigned port = rig_free_port();
	rig_init(&rig, loop_new());
	snprintf(text, sizeof text, OFFICE, port, port);
	rig_start(&rig, port, text, DIALPLAN, false);
	answered = ringing = false;
	voice_frames = 0;
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
	if (ev->type == CHANNEL_EV_VOICE && ev->format == IAX2_FORMAT_ULAW && ev->len == SAMPLES) {
		memcpy(voice, ev->data, SAMPLES);
		voice_frames++;
	} else if (ev->type == CHANNEL_EV_CONTROL) {
		answered |= ev->subclass == IAX2_CONTROL_ANSWER;
		ringing |= ev->subclass == IAX2_CONTROL_RINGING;
	} else if (ev->type == CHANNEL_EV_HANGUP) {
		channel_del(ch);
		call = NULL;
	}
}

static void dial(const char *tech, const char *data)
{
	assert_int_equal(rig.sw->pbx.ops->request(&rig.sw->pbx, &call, tech, data, NULL), 0);
	channel_set_listener(call, on_event, NULL);
	assert_int_equal(channel_call(call), 0);
}

static bool is_true(const void *flag)
{
	return *(const bool *)flag;
}

static bool has_voice(const void *count)
{
	return voice_frames >= *(const size_t *)count;
}

static bool all_gone(const void *arg)
{
	(void)arg;
	return !rig.sw->channels && !rig.sw->legs;
}

static const char *global(const char *name)
{
	const char *value = vars_get(&rig.sw->pbx.globals, name);
	return value ? value : "";
}

static bool has_global(const void *name)
{
	return global(name)[0] != '\0';
}

static void hang_up(void)
{
	channel_hangup(call, 16);
	channel_del(call);
	call = NULL;
}

/* We speak ulaw, the far end of the inner call alaw, and echoes: what comes back went through both translations. */
static void test_ulaw_to_alaw_and_back(void **state)
{
	(void)state;
	uint8_t said[SAMPLES];
	size_t one = 1;
	for (size_t i = 0; i < SAMPLES; i++) {
		said[i] = ulaw_from_linear((int16_t)(8000 * sin((double)i * 0.4)));
	}
	dial("IAX2", "ul/far");
	assert_true(rig_wait(&rig, NULL, is_true, &answered));
	assert_string_equal(global("FORMAT"), "alaw");
	assert_int_equal(channel_voice(call, IAX2_FORMAT_ULAW, IAX2_TS_AUTO, said, sizeof said), 0);
	assert_true(rig_wait(&rig, NULL, has_voice, &one));
	for (size_t i = 0; i < SAMPLES; i++) {
		int out = ulaw_to_linear(said[i]), back = ulaw_to_linear(voice[i]);
		if (abs(out - back) > 16 + abs(out) / 16) {
			fail_msg("sample %zu: said %d, heard %d", i, out, back);
		}
	}
	hang_up();
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
}

static void test_the_loser_is_told_that_another_answered(void **state)
{
	(void)state;
	dial("IAX2", "ul/group");
	assert_true(rig_wait(&rig, NULL, is_true, &answered));
	assert_string_equal(global("h_"), "26");
	hang_up();
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
}

static void test_the_caller_goes_while_it_rings(void **state)
{
	(void)state;
	dial("IAX2", "ul/ring");
	assert_true(rig_wait(&rig, NULL, is_true, &ringing));
	hang_up();
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
	assert_string_equal(global("ENDED"), "xx");
	assert_string_equal(global("h_x"), "16");
}

static void test_the_callee_rejects(void **state)
{
	(void)state;
	dial("IAX2", "ul/reject");
	assert_true(rig_wait(&rig, NULL, has_global, "STATUS"));
	assert_string_equal(global("STATUS"), "CHANUNAVAIL21");
	hang_up();
	assert_true(rig_wait(&rig, NULL, all_gone, NULL));
}

/* Hangs up one side of a call after the other: nothing is left of it, whichever it is. */
static void test_hangup_from_the_console(void **state)
{
	(void)state;
	for (size_t side = 0; side < 4; side++) {
		ringing = false;
		dial("Local", "ring@d");
		assert_true(rig_wait(&rig, NULL, is_true, &ringing));
		struct channel *ch = rig.sw->channels;
		for (size_t i = 0; i < side; i++) {
			ch = ch->next;
		}
		char name[sizeof ch->name];
		snprintf(name, sizeof name, "%s", ch->name);
		assert_int_equal(switch_hangup(rig.sw, name), 1);
		/* A caller whose callee went hears the tone of the fall-through for 10 s. */
		switch_hangup(rig.sw, "all");
		assert_true(rig_wait(&rig, NULL, all_gone, NULL));
		assert_int_equal(switch_hangup(rig.sw, name), 0);
	}
}

/* The end of the switch in the middle of a call leaves nothing behind. */
static void test_the_switch_ends_in_a_call(void **state)
{
	(void)state;
	dial("IAX2", "ul/ring");
	assert_true(rig_wait(&rig, NULL, is_true, &ringing));
	channel_set_listener(call, NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_ulaw_to_alaw_and_back, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_the_loser_is_told_that_another_answered, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_the_caller_goes_while_it_rings, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_the_callee_rejects, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_hangup_from_the_console, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_the_switch_ends_in_a_call, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
