#include "switch/chan_local.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/dialplan.h"
#include "dialplan/run.h"
#include "media/codec.h"
#include "switch/bridge.h"
#include "switch/core.h"
#include "switch/pbx.h"
#include "switch/text.h"
#include "util/log.h"

#define QUEUE_MAX  256 /* frames on their way; about 2 s of voice both ways */
#define FAMILY_MAX 256 /* Local calls at once that come from one call: more than any ring group has, few for a loop */

struct local_family {
	unsigned refs;  /* of channels and of `struct local` */
	unsigned alive; /* Local calls */
	bool looped;    /* there were too many: no more until all have ended, or a loop would fill each place that becomes free */
};

struct item {
	struct item *next;
	int to;                  /* index of the half it is for */
	struct channel_event ev; /* CHANNEL_EV_HANGUP: subclass is the cause */
	uint8_t data[];
};

struct local {
	struct switch_core *sw;
	struct local_family *family;
	struct channel *half[2]; /* NULL: not made yet, or gone */
	struct item *first, **last;
	size_t queued;
	struct pbx_timer *timer; /* set while something is queued */
	bool delivering;
	char exten[80], context[80];
};

static struct local_family *family_ref(struct local_family *family)
{
	family->refs++;
	return family;
}

void local_family_unref(struct local_family *family)
{
	if (family && --family->refs == 0) {
		free(family);
	}
}

static void family_leave(struct local_family *family)
{
	if (--family->alive == 0) {
		family->looped = false;
	}
	local_family_unref(family);
}

/* The family of a call that `from` (may be NULL) makes; a reference for the caller.  NULL: out of memory. */
static struct local_family *family_of(struct channel *from)
{
	struct local_family *family = from ? from->family : NULL;
	if (family) {
		return family_ref(family);
	}
	family = calloc(1, sizeof *family);
	if (family) {
		family->refs = 1;
		if (from) {
			from->family = family_ref(family);
		}
	}
	return family;
}

/* One more Local call, unless that makes too many. */
static bool family_enter(struct local_family *family, const char *data)
{
	if (!family->looped && family->alive >= FAMILY_MAX) {
		log_warning("Local/%s: one call has led to %d Local calls at once; does the extension dial itself? It gets no more", data,
		            FAMILY_MAX);
		family->looped = true;
	}
	if (family->looped) {
		return false;
	}
	family->alive++;
	return true;
}

static void drop_items(struct item *item)
{
	while (item) {
		struct item *next = item->next;
		free(item);
		item = next;
	}
}

static void local_free_if_done(struct local *local)
{
	if (!local->half[0] && !local->half[1] && !local->delivering) {
		drop_items(local->first);
		timers_del(&local->sw->timers, local->timer);
		family_leave(local->family);
		free(local);
	}
}

/* The half is gone: nothing is delivered to it any more. */
static void detach(struct local *local, int index)
{
	local->half[index]->tech_data = NULL;
	local->half[index] = NULL;
}

static void deliver(struct local *local, const struct item *item)
{
	struct channel *ch = local->half[item->to];
	if (!ch) {
		return;
	}
	if (item->ev.type == CHANNEL_EV_HANGUP) {
		detach(local, item->to);
		bridge_gone(ch, (int)item->ev.subclass);
	} else {
		bridge_deliver(ch, &item->ev);
	}
}

static void on_timer(void *arg)
{
	struct local *local = arg;
	struct item *item = local->first;
	local->timer = NULL;
	local->first = NULL;
	local->last = &local->first;
	local->queued = 0;
	local->delivering = true;
	while (item) {
		struct item *next = item->next;
		deliver(local, item);
		free(item);
		item = next;
	}
	local->delivering = false;
	local_free_if_done(local);
}

static bool is_media(const struct channel_event *ev)
{
	return ev->type == CHANNEL_EV_VOICE || ev->type == CHANNEL_EV_VIDEO;
}

static int enqueue(struct local *local, int to, const struct channel_event *ev)
{
	if (local->queued >= QUEUE_MAX && is_media(ev)) {
		return -ENOBUFS;
	}
	struct item *item = malloc(sizeof *item + ev->len + 1);
	if (!item) {
		return -ENOMEM;
	}
	if (!local->timer && !(local->timer = timers_add(&local->sw->timers, core_now(local->sw), on_timer, local))) {
		free(item);
		return -ENOMEM;
	}
	*item = (struct item){.to = to, .ev = *ev};
	if (ev->len) {
		memcpy(item->data, ev->data, ev->len);
	}
	item->data[ev->len] = 0;
	item->ev.data = item->data;
	*local->last = item;
	local->last = &item->next;
	local->queued++;
	return 0;
}

static int index_of(const struct local *local, const struct channel *ch)
{
	return local->half[1] == ch;
}

static int on_write(struct channel *ch, const struct channel_event *ev)
{
	struct local *local = ch->tech_data;
	if (!local) {
		return -ENOTCONN;
	}
	if (ev->type == CHANNEL_EV_HANGUP || ev->type == CHANNEL_EV_BRIDGE_END) {
		return -EINVAL;
	}
	return enqueue(local, !index_of(local, ch), ev);
}

static int on_answer(struct channel *ch)
{
	return on_write(ch, &(struct channel_event){.type = CHANNEL_EV_CONTROL, .subclass = IAX2_CONTROL_ANSWER});
}

static void on_hangup(struct channel *ch, int cause)
{
	struct local *local = ch->tech_data;
	if (!local) {
		return;
	}
	int index = index_of(local, ch);
	struct channel_event ev = {.type = CHANNEL_EV_HANGUP, .subclass = cause};
	detach(local, index);
	if (local->half[!index] && enqueue(local, !index, &ev)) {
		/* No memory to tell it later: now. */
		struct channel *other = local->half[!index];
		detach(local, !index);
		bridge_gone(other, (int)ev.subclass);
	}
	local_free_if_done(local);
}

static void set_formats(struct channel *ch, const struct channel *from)
{
	ch->formats = IAX2_FORMATS_AUDIO | IAX2_FORMATS_VIDEO;
	ch->format = from && from->format ? from->format : IAX2_FORMAT_ULAW;
	if (from && from->prefs.count) {
		ch->prefs = from->prefs;
	} else {
		iax2_prefs_apply(&ch->prefs, true, "all", NULL);
	}
}

struct copy {
	struct vars *to;
	int rc;
};

static void copy_var(const char *name, const char *value, void *arg)
{
	struct copy *copy = arg;
	if (copy->rc == 0) {
		copy->rc = vars_set(copy->to, name, value);
	}
}

static int copy_vars(struct channel *to, const struct channel *from)
{
	struct copy copy = {.to = &to->vars};
	vars_each(&from->vars, copy_var, &copy);
	return copy.rc;
}

static int on_call(struct channel *ch)
{
	struct local *local = ch->tech_data;
	if (!local || local->half[1]) {
		return -IAX2_CAUSE_FAILURE;
	}
	struct channel *inner = pbx_channel_new(local->sw, &chan_local_tech);
	if (!inner) {
		return -IAX2_CAUSE_CONGESTION;
	}
	size_t stem = strlen(ch->name) - 2; /* without ";1" */
	snprintf(inner->name, sizeof inner->name, "%.*s;2", (int)stem, ch->name);
	inner->state = CHANNEL_RING;
	local->half[1] = inner;
	inner->tech_data = local;
	inner->family = family_ref(local->family);
	set_formats(inner, ch);
	/* What is inherited was taken from the caller when ch was made; from here all of it goes on. */
	if (pbx_channel_inherit(inner, ch) || copy_vars(inner, ch) || run_start(inner, local->context, local->exten, 1)) {
		detach(local, 1);
		channel_del(inner);
		return -IAX2_CAUSE_CONGESTION;
	}
	local->sw->calls_processed++;
	return 0;
}

const struct channel_tech chan_local_tech = {
	.name = "Local",
	.call = on_call,
	.answer = on_answer,
	.write = on_write,
	.hangup = on_hangup,
};

/* "EXTEN@CONTEXT[/OPTIONS]"; the options (n: no optimisation) need nothing, since we never shorten the way. */
static int parse(struct local *local, const char *data)
{
	const char *at = strchr(data, '@');
	size_t exten_len = strcspn(data, "@/");
	const char *context = at ? at + 1 : "default";
	size_t context_len = strcspn(context, "/");
	if (!exten_len || !context_len || exten_len >= sizeof local->exten || context_len >= sizeof local->context) {
		return -EINVAL;
	}
	snprintf(local->exten, sizeof local->exten, "%.*s", (int)exten_len, data);
	snprintf(local->context, sizeof local->context, "%.*s", (int)context_len, context);
	return 0;
}

/* NULL: out of memory, and `local` is gone. */
static struct channel *make_outer(struct local *local, struct channel *from)
{
	struct channel *ch = pbx_channel_new(local->sw, &chan_local_tech);
	if (!ch) {
		family_leave(local->family);
		free(local);
		return NULL;
	}
	ch->family = family_ref(local->family);
	snprintf(ch->name, sizeof ch->name, "Local/%.30s@%.30s-%08x;1", local->exten, local->context,
	         (unsigned)local->sw->channel_seq);
	ch->outgoing = true;
	ch->tech_data = local;
	local->half[0] = ch;
	set_formats(ch, from);
	if (from && pbx_channel_inherit(ch, from)) {
		channel_del(ch); /* takes `local` along */
		return NULL;
	}
	ch->dnid[0] = '\0'; /* what was dialled to get to the caller is not what is dialled now */
	return ch;
}

/* Whether there is such an extension and the call may be made: 0, or a negative cause or PBX_NO_CAUSE. */
static int admit(struct local *local, const char *data, struct channel *from)
{
	if (parse(local, data)) {
		log_warning("Local/%s: expected Local/EXTENSION@CONTEXT", data);
		return PBX_NO_CAUSE;
	}
	if (!(dialplan_match(local->sw->pbx.dialplan, local->context, local->exten, from ? from->caller_number : "") &
	      DIALPLAN_EXISTS)) {
		log_notice("Local/%s: no extension '%s' in context '%s'", data, local->exten, local->context);
		return PBX_NO_CAUSE;
	}
	local->family = family_of(from);
	if (!local->family || !family_enter(local->family, data)) {
		local_family_unref(local->family);
		return -IAX2_CAUSE_CONGESTION;
	}
	return 0;
}

int chan_local_request(struct switch_core *sw, struct channel **out, const char *data, struct channel *from)
{
	struct local *local = calloc(1, sizeof *local);
	if (!local) {
		return -IAX2_CAUSE_CONGESTION;
	}
	local->sw = sw;
	local->last = &local->first;
	int cause = admit(local, data, from);
	if (cause) {
		free(local);
		return cause;
	}
	struct channel *ch = make_outer(local, from);
	if (!ch) {
		return -IAX2_CAUSE_CONGESTION;
	}
	*out = ch;
	return 0;
}
