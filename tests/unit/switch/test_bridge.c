#include <errno.h>
#include <string.h>

#include "rig.h"

#include "switch/bridge.h"

/* A technology that writes down what it is told. */
struct log_line {
	char text[80];
};

static struct log_line lines[32];
static size_t line_count;

static void note(const struct channel *ch, const char *what, long long n)
{
	assert_true(line_count < sizeof lines / sizeof lines[0]);
	snprintf(lines[line_count++].text, sizeof lines[0].text, "%.20s%s %lld", ch->name, what, n);
}

static int fake_write(struct channel *ch, const struct channel_event *ev)
{
	static const char *const names[] = {"<voice", "<video", "<begin",   "<end",    "<text",      "<html",
	                                    "<image", "<cng",   "<control", "<hangup", "<bridge-end"};
	long long n = ev->type == CHANNEL_EV_VOICE      ? (long long)ev->format
	              : ev->type == CHANNEL_EV_DTMF_END ? ev->digit
	                                                : (long long)ev->subclass;
	note(ch, names[ev->type], n);
	return 0;
}

static void fake_hangup(struct channel *ch, int cause)
{
	note(ch, " hangup", cause);
}

static int fake_native(struct channel *a, struct channel *b)
{
	(void)b;
	note(a, " native", 1);
	return 0;
}

static void fake_unnative(struct channel *ch)
{
	note(ch, " unnative", 0);
}

static const struct channel_tech plain = {.name = "Fake", .write = fake_write, .hangup = fake_hangup};
static const struct channel_tech native = {
	.name = "Native",
	.write = fake_write,
	.hangup = fake_hangup,
	.native_bridge = fake_native,
	.native_unbridge = fake_unnative,
};

static iax2_ns fake_now(struct pbx *pbx)
{
	(void)pbx;
	return 5;
}

static void fake_delete(struct pbx *pbx, struct channel *ch)
{
	(void)pbx;
	(void)ch;
}

static const struct pbx_ops ops = {
	.now = fake_now, .bridge = bridge_join, .unbridge = bridge_part, .delete_channel = fake_delete};
static struct pbx pbx = {.ops = &ops};

static void on_event(struct channel *ch, const struct channel_event *ev, void *arg)
{
	(void)arg;
	const char *what = ev->type == CHANNEL_EV_HANGUP       ? " heard hangup"
	                   : ev->type == CHANNEL_EV_BRIDGE_END ? " heard end"
	                                                       : " heard";
	note(ch, what, (long long)ev->subclass);
}

static struct channel make(const char *name, const struct channel_tech *tech, iax2_format format, iax2_format formats)
{
	struct channel ch = {
	    .tech = tech, .pbx = &pbx, .state = CHANNEL_UP, .format = format, .formats = formats, .listener = on_event};
	snprintf(ch.name, sizeof ch.name, "%s", name);
	return ch;
}

static void expect(const char *const *texts)
{
	size_t i = 0;
	for (; texts[i] && i < line_count; i++) {
		assert_string_equal(lines[i].text, texts[i]);
	}
	assert_null(texts[i]);
	assert_int_equal(line_count, i);
	line_count = 0;
}
#define EXPECT(...) expect((const char *const[]){__VA_ARGS__, NULL})

static void voice(struct channel *ch, iax2_format format)
{
	static const uint8_t data[160];
	bridge_deliver(
	    ch, &(struct channel_event){.type = CHANNEL_EV_VOICE, .format = format, .ts = 20, .data = data, .len = sizeof data});
}

static void test_everything_goes_to_the_other_side(void **state)
{
	(void)state;
	line_count = 0;
	struct channel a = make("a", &plain, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW),
	               b = make("b", &plain, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW);
	assert_int_equal(bridge_join(&pbx, &a, &b), 0);
	voice(&a, IAX2_FORMAT_ULAW);
	bridge_deliver(&b, &(struct channel_event){.type = CHANNEL_EV_DTMF_END, .digit = '5'});
	bridge_deliver(&a, &(struct channel_event){.type = CHANNEL_EV_TEXT});
	bridge_deliver(&a, &(struct channel_event){.type = CHANNEL_EV_HTML, .subclass = 1});
	bridge_deliver(&a, &(struct channel_event){.type = CHANNEL_EV_IMAGE});
	bridge_deliver(&b, &(struct channel_event){.type = CHANNEL_EV_CONTROL, .subclass = IAX2_CONTROL_HOLD});
	bridge_deliver(&b, &(struct channel_event){.type = CHANNEL_EV_CONTROL, .subclass = IAX2_CONTROL_ANSWER});
	EXPECT("b<voice 4", "a<end 53", "b<text 0", "b<html 1", "b<image 0", "a<control 16");
}

static void test_formats_that_differ_are_translated(void **state)
{
	(void)state;
	line_count = 0;
	struct channel a = make("a", &plain, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW);
	struct channel b = make("b", &plain, IAX2_FORMAT_ALAW, IAX2_FORMAT_ALAW | IAX2_FORMAT_GSM);
	assert_int_equal(bridge_join(&pbx, &a, &b), 0);
	voice(&a, IAX2_FORMAT_ULAW);
	voice(&b, IAX2_FORMAT_ALAW);
	voice(&a, IAX2_FORMAT_GSM); /* what the other side takes as it is, passes */
	EXPECT("b<voice 8", "a<voice 4", "b<voice 2");
}

static void test_refuses_what_cannot_be_joined(void **state)
{
	(void)state;
	iax2_format g729 = iax2_format_from_name("g729");
	struct channel a = make("a", &plain, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW), b = make("b", &plain, g729, g729), c = a, gone = a;
	gone.state = CHANNEL_HUNGUP;
	assert_int_equal(bridge_join(&pbx, &a, &b), -ENOTSUP);
	assert_null(a.bridged);
	assert_int_equal(bridge_join(&pbx, &a, &a), -EBUSY);
	assert_int_equal(bridge_join(&pbx, &a, &gone), -EBUSY);
	assert_int_equal(bridge_join(&pbx, &a, &c), 0);
	struct channel d = make("d", &plain, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW);
	assert_int_equal(bridge_join(&pbx, &d, &c), -EBUSY);
}

static void test_native_bridge_when_formats_agree(void **state)
{
	(void)state;
	line_count = 0;
	struct channel a = make("a", &native, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW),
	               b = make("b", &native, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW);
	struct channel c = make("c", &native, IAX2_FORMAT_ALAW, IAX2_FORMAT_ALAW);
	assert_int_equal(bridge_join(&pbx, &a, &b), 0);
	bridge_part(&pbx, &b);
	EXPECT("a native 1", "b unnative 0");
	assert_null(a.bridged);
	assert_null(b.bridged);
	assert_int_equal(bridge_join(&pbx, &a, &c), 0);
	assert_int_equal(line_count, 0);
}

static void test_the_far_end_goes(void **state)
{
	(void)state;
	line_count = 0;
	struct channel a = make("a", &plain, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW),
	               b = make("b", &plain, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW);
	assert_int_equal(bridge_join(&pbx, &a, &b), 0);
	bridge_gone(&a, 17);
	EXPECT("a heard hangup 0", "b heard end 0");
	assert_int_equal(a.state, CHANNEL_HUNGUP);
	assert_int_equal(a.hangup_cause, 17);
	assert_int_equal(b.state, CHANNEL_UP);
	assert_null(b.bridged);
}

static void test_the_owner_hangs_up(void **state)
{
	(void)state;
	line_count = 0;
	struct channel a = make("a", &plain, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW),
	               b = make("b", &plain, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW);
	assert_int_equal(bridge_join(&pbx, &a, &b), 0);
	channel_hangup(&a, 16);
	EXPECT("a hangup 16", "b heard end 0");
}

static void test_controls_of_an_outgoing_call_move_its_state(void **state)
{
	(void)state;
	line_count = 0;
	struct channel ch = make("a", &plain, IAX2_FORMAT_ULAW, IAX2_FORMAT_ULAW);
	ch.outgoing = true;
	ch.state = CHANNEL_DIALING;
	bridge_deliver(&ch, &(struct channel_event){.type = CHANNEL_EV_CONTROL, .subclass = IAX2_CONTROL_RINGING});
	assert_int_equal(ch.state, CHANNEL_RINGING);
	bridge_deliver(&ch, &(struct channel_event){.type = CHANNEL_EV_CONTROL, .subclass = IAX2_CONTROL_ANSWER});
	assert_int_equal(ch.state, CHANNEL_UP);
	assert_int_equal(ch.answered, 5);
	bridge_deliver(&ch, &(struct channel_event){.type = CHANNEL_EV_CONTROL, .subclass = IAX2_CONTROL_RINGING});
	assert_int_equal(ch.state, CHANNEL_UP);
	EXPECT("a heard 3", "a heard 4", "a heard 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_everything_goes_to_the_other_side),
	    cmocka_unit_test(test_formats_that_differ_are_translated),
	    cmocka_unit_test(test_refuses_what_cannot_be_joined),
	    cmocka_unit_test(test_native_bridge_when_formats_agree),
	    cmocka_unit_test(test_the_far_end_goes),
	    cmocka_unit_test(test_the_owner_hangs_up),
	    cmocka_unit_test(test_controls_of_an_outgoing_call_move_its_state),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
