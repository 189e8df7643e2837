#include "switch/originate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/run.h"
#include "switch/core.h"
#include "switch/text.h"
#include "util/log.h"

#define ANSWER_TIMEOUT_S 30

struct originate {
	struct originate *next, *prev;
	struct switch_core *sw;
	struct channel *ch;
	struct pbx_timer *timer;
	char dest[256];
	char *app, *data, *context; /* app NULL: extension `data` at `context` */
};

/* Frees it; the channel is not touched. */
static void forget(struct originate *o)
{
	*(o->prev ? &o->prev->next : &o->sw->originates) = o->next;
	if (o->next) {
		o->next->prev = o->prev;
	}
	timers_del(&o->sw->timers, o->timer);
	free(o->app);
	free(o->data);
	free(o->context);
	free(o);
}

static void give_up(struct originate *o, const char *why, int cause)
{
	struct channel *ch = o->ch;
	log_notice("Originated call to %s: %s (cause %d, %s)", o->dest, why, cause, iax2_cause_text((unsigned)cause));
	forget(o);
	channel_hangup(ch, cause);
	channel_del(ch);
}

static void on_timeout(void *arg)
{
	struct originate *o = arg;
	o->timer = NULL;
	give_up(o, "no answer", IAX2_CAUSE_NO_ANSWER);
}

static void on_answered(struct originate *o)
{
	struct channel *ch = o->ch;
	log_notice("Originated call to %s: answered", o->dest);
	int rc = o->app ? run_start_app(ch, o->app, o->data) : run_start(ch, o->context, o->data, 1);
	if (rc) {
		give_up(o, "out of memory", IAX2_CAUSE_CONGESTION);
	} else {
		forget(o);
	}
}

static void on_event(struct channel *ch, const struct channel_event *ev, void *arg)
{
	struct originate *o = arg;
	if (ev->type == CHANNEL_EV_HANGUP) {
		give_up(o, "hung up", ch->hangup_cause ? ch->hangup_cause : IAX2_CAUSE_NORMAL);
	} else if (ev->type != CHANNEL_EV_CONTROL) {
		return;
	} else if (ev->subclass == IAX2_CONTROL_ANSWER) {
		on_answered(o);
	} else if (ev->subclass == IAX2_CONTROL_BUSY) {
		give_up(o, "busy", IAX2_CAUSE_BUSY);
	} else if (ev->subclass == IAX2_CONTROL_CONGESTION) {
		give_up(o, "congestion", IAX2_CAUSE_CONGESTION);
	}
}

static bool check(struct switch_core *sw, const struct originate_goal *goal, const char **why)
{
	if (goal->app && !app_find(goal->app)) {
		*why = "there is no such application";
		return false;
	}
	if (!goal->app && !(dialplan_match(sw->pbx.dialplan, goal->context, goal->data, "") & DIALPLAN_EXISTS)) {
		*why = "there is no such extension in that context";
		return false;
	}
	return true;
}

static struct originate *originate_new(struct switch_core *sw, const char *dest, const struct originate_goal *goal)
{
	struct originate *o = calloc(1, sizeof *o);
	if (!o) {
		return NULL;
	}
	o->sw = sw;
	text_copy(o->dest, sizeof o->dest, dest);
	o->app = goal->app ? strdup(goal->app) : NULL;
	o->data = strdup(goal->data ? goal->data : "");
	o->context = strdup(goal->context ? goal->context : "");
	o->timer = timers_add(&sw->timers, core_now(sw) + ANSWER_TIMEOUT_S * IAX2_NS_PER_S, on_timeout, o);
	o->next = sw->originates;
	if (o->next) {
		o->next->prev = o;
	}
	sw->originates = o;
	if ((goal->app && !o->app) || !o->data || !o->context || !o->timer) {
		forget(o);
		return NULL;
	}
	return o;
}

int originate_start(struct switch_core *sw, const char *dest, const struct originate_goal *goal, const char **why)
{
	const char *slash = strchr(dest, '/');
	char tech[16];
	if (!slash || slash == dest || (size_t)(slash - dest) >= sizeof tech) {
		*why = "the destination must be written TECHNOLOGY/WHERE, as IAX2/office-b/300";
		return -EINVAL;
	}
	if (!check(sw, goal, why)) {
		return -ENOENT;
	}
	snprintf(tech, sizeof tech, "%.*s", (int)(slash - dest), dest);
	struct channel *ch;
	int cause = sw->pbx.ops->request(&sw->pbx, &ch, tech, slash + 1, NULL);
	if (cause) {
		*why = cause == PBX_NO_CAUSE ? "there is no such destination" : iax2_cause_text((unsigned)-cause);
		return -EHOSTUNREACH;
	}
	struct originate *o = originate_new(sw, dest, goal);
	if (!o) {
		channel_del(ch);
		*why = "out of memory";
		return -ENOMEM;
	}
	o->ch = ch;
	channel_set_listener(ch, on_event, o);
	cause = channel_call(ch);
	if (cause) {
		forget(o);
		channel_del(ch);
		*why = iax2_cause_text((unsigned)-cause);
		return -EHOSTUNREACH;
	}
	return 0;
}

void originate_fini(struct switch_core *sw)
{
	while (sw->originates) {
		struct channel *ch = sw->originates->ch;
		forget(sw->originates);
		channel_del(ch);
	}
}
