#include "fake.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "util/log.h"

static struct fake_channel *of(struct channel *ch)
{
	return (struct fake_channel *)ch;
}

static void note(struct fake_channel *fc, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void note(struct fake_channel *fc, const char *fmt, ...)
{
	size_t len = strlen(fc->log);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(fc->log + len, sizeof fc->log - len, fmt, ap);
	va_end(ap);
}

static int tech_call(struct channel *ch)
{
	struct fake_channel *fc = of(ch);
	note(fc, "call;");
	if (fc->at_call == CHANNEL_EV_HANGUP)
		fake_hangup(fc, (int)fc->at_call_control);
	else if (fc->at_call == CHANNEL_EV_CONTROL)
		fake_control(fc, (enum iax2_control)fc->at_call_control);
	return fc->call_result;
}

static int tech_answer(struct channel *ch)
{
	note(of(ch), "answer;");
	if (of(ch)->hangup_at_answer)
		fake_hangup(of(ch), IAX2_CAUSE_NORMAL);
	return 0;
}

static void write_voice(struct fake_channel *fc, const struct channel_event *ev)
{
	struct fake *fake = (struct fake *)fc->ch.pbx;
	if (fc->voice++ == 0) {
		note(fc, "voice:%zu;", ev->len);
		memcpy(fc->first_payload, ev->data, ev->len < sizeof fc->first_payload ? ev->len : sizeof fc->first_payload);
	}
	fc->last_voice = fake->now;
}

static int tech_write(struct channel *ch, const struct channel_event *ev)
{
	struct fake_channel *fc = of(ch);
	switch (ev->type) {
	case CHANNEL_EV_VOICE: write_voice(fc, ev); break;
	case CHANNEL_EV_VIDEO: note(fc, "video;"); break;
	case CHANNEL_EV_DTMF_BEGIN: note(fc, "begin:%c;", ev->digit); break;
	case CHANNEL_EV_DTMF_END: note(fc, "end:%c;", ev->digit); break;
	case CHANNEL_EV_TEXT: note(fc, "text:%.*s;", (int)ev->len, (const char *)ev->data); break;
	case CHANNEL_EV_CONTROL:
		switch (ev->subclass) {
		case IAX2_CONTROL_RINGING: note(fc, "ringing;"); break;
		case IAX2_CONTROL_PROGRESS: note(fc, "progress;"); break;
		case IAX2_CONTROL_BUSY: note(fc, "busy;"); break;
		case IAX2_CONTROL_CONGESTION: note(fc, "congestion;"); break;
		default: note(fc, "control:%d;", (int)ev->subclass); break;
		}
		break;
	default: note(fc, "other:%d;", (int)ev->type); break;
	}
	return 0;
}

static void tech_hangup(struct channel *ch, int cause)
{
	note(of(ch), "hangup:%d;", cause ? cause : IAX2_CAUSE_NORMAL);
}

static const struct channel_tech tech = {
	.name = "Test", .call = tech_call, .answer = tech_answer, .write = tech_write, .hangup = tech_hangup,
};

static iax2_ns pbx_now(struct pbx *pbx)
{
	return ((struct fake *)pbx)->now;
}

static int64_t pbx_wall(struct pbx *pbx)
{
	return 1700000000 + pbx_now(pbx) / IAX2_NS_PER_S;
}

static struct pbx_timer *pbx_timer_set(struct pbx *pbx, iax2_ns deadline, pbx_timer_fn fn, void *arg)
{
	struct fake *fake = (struct fake *)pbx;
	for (size_t i = 0; i < FAKE_TIMERS; i++) {
		if (!fake->timers[i].used) {
			fake->timers[i] = (struct fake_timer){fake, deadline, fn, arg, true};
			return (struct pbx_timer *)&fake->timers[i];
		}
	}
	return NULL;
}

static void pbx_timer_del(struct pbx *pbx, struct pbx_timer *timer)
{
	struct fake_timer *t = (struct fake_timer *)timer;
	(void)pbx;
	assert_true(t->used);
	t->used = false;
}

static int pbx_request(struct pbx *pbx, struct channel **out, const char *name, const char *data, struct channel *from)
{
	struct fake *fake = (struct fake *)pbx;
	if (strcmp(data, "bad") == 0)
		return fake->request_result;
	if (strcmp(name, "Test") != 0)
		return -66;
	struct fake_channel *fc = fake_channel(fake, data);
	fc->ch.state = CHANNEL_DOWN;
	fc->ch.outgoing = true;
	vars_inherit(&fc->ch.vars, &from->vars);
	if (strncmp(data, "gone", 4) == 0) {
		fc->at_call = CHANNEL_EV_HANGUP;
		fc->at_call_control = atoi(data + 4);
	} else if (strncmp(data, "now", 3) == 0) {
		fc->at_call = CHANNEL_EV_CONTROL;
		fc->at_call_control = IAX2_CONTROL_ANSWER;
	} else if (strncmp(data, "refused", 7) == 0) {
		fc->call_result = -atoi(data + 7);
	}
	*out = &fc->ch;
	return 0;
}

static int pbx_bridge(struct pbx *pbx, struct channel *a, struct channel *b)
{
	struct fake *fake = (struct fake *)pbx;
	if (fake->bridge_result < 0)
		return fake->bridge_result;
	assert_true(a->state == CHANNEL_UP);
	a->bridged = b;
	b->bridged = a;
	note(of(a), "bridge;");
	return 0;
}

static void pbx_unbridge(struct pbx *pbx, struct channel *ch)
{
	(void)pbx;
	if (ch->bridged)
		ch->bridged->bridged = NULL;
	ch->bridged = NULL;
}

static void pbx_delete(struct pbx *pbx, struct channel *ch)
{
	(void)pbx;
	assert_false(of(ch)->deleted);
	assert_true(ch->state == CHANNEL_HUNGUP);
	of(ch)->deleted = true;
}

static const struct pbx_ops ops = {
	.now = pbx_now, .wall_s = pbx_wall, .timer = pbx_timer_set, .timer_del = pbx_timer_del, .request = pbx_request,
	.bridge = pbx_bridge, .unbridge = pbx_unbridge, .delete_channel = pbx_delete,
};

static void sink(enum log_level level, const char *line, void *arg)
{
	struct fake *fake = arg;
	size_t len = strlen(fake->logged);
	(void)level;
	/* When full, the newest half is what matters. */
	if (len > sizeof fake->logged - 8192) {
		memmove(fake->logged, fake->logged + len / 2, len - len / 2 + 1);
		len = strlen(fake->logged);
	}
	snprintf(fake->logged + len, sizeof fake->logged - len, "%s\n", line);
}

int fake_load(struct dialplan **out, const char *extensions, struct diag *diag)
{
	char dir[] = "/tmp/tandem-dialplan-XXXXXX", path[64];
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/extensions.conf", dir);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(extensions, file);
	fclose(file);
	int rc = dialplan_load(out, dir, "extra&more", diag);
	unlink(path);
	rmdir(dir);
	return rc;
}

static void set_global(const char *name, const char *value, void *arg)
{
	vars_set(arg, name, value);
}

void fake_init(struct fake *fake, const char *extensions)
{
	static const char *const dirs[] = {"/tmp/tandem-no-such-directory", NULL};
	memset(fake, 0, sizeof *fake);
	fake->now = 1000 * IAX2_NS_PER_S;
	fake->pbx.ops = &ops;
	fake->pbx.sound_dirs = dirs;
	fake->request_result = -20;
	vars_init(&fake->pbx.globals);
	diag_init(&fake->diag);
	log_open("/dev/null", LOG_LEVEL_VERBOSE);
	log_set_sink(sink, fake);
	if (extensions) {
		int rc = fake_load(&fake->pbx.dialplan, extensions, &fake->diag);
		for (size_t i = 0; rc < 0 && i < fake->diag.count; i++)
			print_message("%d: %s\n", fake->diag.entries[i].line, fake->diag.entries[i].text);
		assert_int_equal(rc, 0);
		dialplan_globals(fake->pbx.dialplan, set_global, &fake->pbx.globals);
	}
}

void fake_fini(struct fake *fake)
{
	log_set_sink(NULL, NULL);
	log_close();
	for (size_t i = 0; i < fake->channel_count; i++) {
		vars_fini(&fake->channels[i]->ch.vars);
		free(fake->channels[i]);
	}
	dialplan_unref(fake->pbx.dialplan);
	vars_fini(&fake->pbx.globals);
	diag_fini(&fake->diag);
}

struct fake_channel *fake_channel(struct fake *fake, const char *name)
{
	assert_true(fake->channel_count < FAKE_CHANNELS);
	struct fake_channel *fc = calloc(1, sizeof *fc);
	assert_non_null(fc);
	fc->ch.tech = &tech;
	fc->ch.pbx = &fake->pbx;
	fc->ch.state = CHANNEL_RING;
	fc->ch.formats = fc->ch.format = IAX2_FORMAT_ULAW;
	snprintf(fc->ch.name, sizeof fc->ch.name, "Test/%s", name);
	snprintf(fc->ch.uniqueid, sizeof fc->ch.uniqueid, "1700000000.%zu", fake->channel_count);
	fc->ch.created = fake->now;
	vars_init(&fc->ch.vars);
	fake->channels[fake->channel_count++] = fc;
	return fc;
}

void fake_advance(struct fake *fake, int64_t ms)
{
	iax2_ns until = fake->now + ms * IAX2_NS_PER_MS;
	for (;;) {
		struct fake_timer *first = NULL;
		for (size_t i = 0; i < FAKE_TIMERS; i++) {
			struct fake_timer *t = &fake->timers[i];
			if (t->used && t->deadline <= until && (!first || t->deadline < first->deadline))
				first = t;
		}
		if (!first)
			break;
		if (first->deadline > fake->now)
			fake->now = first->deadline;
		first->used = false;
		first->fn(first->arg);
		if (ms == 0)
			break;
	}
	fake->now = until;
}

void fake_event(struct fake_channel *fc, const struct channel_event *ev)
{
	if (fc->ch.listener)
		fc->ch.listener(&fc->ch, ev, fc->ch.listener_arg);
}

void fake_control(struct fake_channel *fc, enum iax2_control control)
{
	if (control == IAX2_CONTROL_ANSWER)
		fc->ch.state = CHANNEL_UP;
	fake_event(fc, &(struct channel_event){.type = CHANNEL_EV_CONTROL, .subclass = control});
}

void fake_digits(struct fake_channel *fc, const char *digits)
{
	for (; *digits; digits++) {
		fake_event(fc, &(struct channel_event){.type = CHANNEL_EV_DTMF_BEGIN, .digit = *digits});
		fake_event(fc, &(struct channel_event){.type = CHANNEL_EV_DTMF_END, .digit = *digits, .duration_ms = 80});
	}
}

void fake_hangup(struct fake_channel *fc, int cause)
{
	struct channel *other = fc->ch.bridged;
	fc->ch.state = CHANNEL_HUNGUP;
	fc->ch.hangup_cause = cause;
	if (other) {
		pbx_unbridge(fc->ch.pbx, &fc->ch);
		fake_event(of(other), &(struct channel_event){.type = CHANNEL_EV_BRIDGE_END});
	}
	fake_event(fc, &(struct channel_event){.type = CHANNEL_EV_HANGUP});
}

struct fake_channel *fake_nth(struct fake *fake, size_t n)
{
	assert_true(n < fake->channel_count);
	return fake->channels[n];
}

size_t fake_timers(const struct fake *fake)
{
	size_t count = 0;
	for (size_t i = 0; i < FAKE_TIMERS; i++)
		count += fake->timers[i].used;
	return count;
}

bool fake_diag_has(const struct diag *diag, enum diag_severity severity, int line, const char *part)
{
	for (size_t i = 0; i < diag->count; i++) {
		const struct diag_entry *e = &diag->entries[i];
		if (e->severity == severity && e->line == line && strstr(e->text, part))
			return true;
	}
	return false;
}
