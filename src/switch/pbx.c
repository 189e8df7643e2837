#include "switch/pbx.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "switch/bridge.h"
#include "switch/chan_iax2.h"
#include "switch/chan_local.h"
#include "switch/core.h"
#include "switch/text.h"
#include "switch/when.h"

/* The technologies that can make calls. */
static const struct {
	const char *name;
	int (*request)(struct switch_core *sw, struct channel **out, const char *data, struct channel *from);
} techs[] = {
	{"IAX2", chan_iax2_request},
	{"Local", chan_local_request},
};

static iax2_ns op_now(struct pbx *pbx)
{
	return core_now(core_of(pbx));
}

static int64_t op_wall_s(struct pbx *pbx)
{
	(void)pbx;
	return when_s();
}

static struct pbx_timer *op_timer(struct pbx *pbx, iax2_ns deadline, pbx_timer_fn fn, void *arg)
{
	return timers_add(&core_of(pbx)->timers, deadline, fn, arg);
}

static void op_timer_del(struct pbx *pbx, struct pbx_timer *timer)
{
	timers_del(&core_of(pbx)->timers, timer);
}

static int op_request(struct pbx *pbx, struct channel **out, const char *tech, const char *data, struct channel *from)
{
	struct switch_core *sw = core_of(pbx);
	if (sw->stop_done && sw->stop_deadline != IAX2_NS_NEVER) {
		return -IAX2_CAUSE_CONGESTION;
	}
	for (size_t i = 0; i < sizeof techs / sizeof techs[0]; i++) {
		if (strcasecmp(techs[i].name, tech) == 0) {
			return techs[i].request(sw, out, data, from);
		}
	}
	return -IAX2_CAUSE_CHANNEL_TYPE;
}

static void op_delete(struct pbx *pbx, struct channel *ch)
{
	struct switch_core *sw = core_of(pbx);
	ch->listener = NULL;
	*(ch->prev ? &ch->prev->next : &sw->channels) = ch->next;
	*(ch->next ? &ch->next->prev : &sw->oldest) = ch->prev;
	ch->prev = NULL;
	ch->next = sw->dead;
	sw->dead = ch;
}

const struct pbx_ops switch_pbx_ops = {
	.now = op_now,
	.wall_s = op_wall_s,
	.timer = op_timer,
	.timer_del = op_timer_del,
	.request = op_request,
	.bridge = bridge_join,
	.unbridge = bridge_part,
	.delete_channel = op_delete,
};

struct channel *pbx_channel_new(struct switch_core *sw, const struct channel_tech *tech)
{
	struct channel *ch = calloc(1, sizeof *ch);
	if (!ch) {
		return NULL;
	}
	ch->tech = tech;
	ch->pbx = &sw->pbx;
	ch->created = core_now(sw);
	ch->caller_pres = 0x43;
	text_copy(ch->language, sizeof ch->language, "en");
	vars_init(&ch->vars);
	snprintf(ch->uniqueid, sizeof ch->uniqueid, "%" PRId64 ".%" PRIu64, when_s(), ++sw->channel_seq);
	ch->next = sw->channels;
	*(ch->next ? &ch->next->prev : &sw->oldest) = ch;
	sw->channels = ch;
	return ch;
}

int pbx_channel_inherit(struct channel *to, const struct channel *from)
{
	text_copy(to->caller_number, sizeof to->caller_number, from->caller_number);
	text_copy(to->caller_name, sizeof to->caller_name, from->caller_name);
	text_copy(to->caller_ani, sizeof to->caller_ani, from->caller_ani);
	to->caller_pres = from->caller_pres;
	text_copy(to->dnid, sizeof to->dnid, from->dnid);
	text_copy(to->rdnis, sizeof to->rdnis, from->rdnis);
	text_copy(to->language, sizeof to->language, from->language);
	text_copy(to->accountcode, sizeof to->accountcode, from->accountcode);
	return vars_inherit(&to->vars, &from->vars);
}

void pbx_channel_drop(struct channel *ch, int cause)
{
	if (ch->state == CHANNEL_HUNGUP) {
		return;
	}
	ch->tech->hangup(ch, cause);
	bridge_gone(ch, cause);
}

bool pbx_free_dead(struct switch_core *sw)
{
	bool any = sw->dead;
	while (sw->dead) {
		struct channel *ch = sw->dead;
		sw->dead = ch->next;
		vars_fini(&ch->vars);
		local_family_unref(ch->family);
		free(ch);
	}
	return any;
}
