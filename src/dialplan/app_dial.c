#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/app_table.h"
#include "dialplan/args.h"
#include "util/log.h"

enum { LEGS_MAX = 64, TECH_MAX = 32, CAUSE_ANSWERED_ELSEWHERE = 26 };

struct dial;

struct leg {
	struct dial *dial;
	struct channel *ch;      /* NULL: not made, or gone */
	const char *target;      /* "TECH/DATA", in the dial's text */
};

struct dial {
	struct run *run;
	char *text;              /* a copy of the arguments, taken apart */
	struct leg legs[LEGS_MAX];
	size_t count;            /* of legs */
	size_t alive;
	size_t busy, congested, unavailable;   /* legs that ended in such a way */
	iax2_ns started, answered;
	struct leg *winner;
	bool ring_only;          /* r and m: the caller hears ringing, nothing else */
	bool go_on;              /* g */
	bool starting;           /* not all legs have been called yet */
	bool rang, progressed;   /* the caller has been told */
};

/* How an ended leg counts, as Asterisk does it: a leg without a cause was not to be had. */
static void count_cause(struct dial *dial, int cause)
{
	if (cause == IAX2_CAUSE_BUSY)
		dial->busy++;
	else if (cause == IAX2_CAUSE_CONGESTION)
		dial->congested++;
	else if (cause != IAX2_CAUSE_NO_ANSWER && cause != IAX2_CAUSE_NORMAL)
		dial->unavailable++;
}

static void leg_drop(struct leg *leg, int cause)
{
	struct channel *ch = leg->ch;
	if (!ch)
		return;
	leg->ch = NULL;
	leg->dial->alive--;
	if (ch->bridged)
		ch->pbx->ops->unbridge(ch->pbx, ch);
	channel_hangup(ch, cause);
	channel_del(ch);
}

static void drop_all(struct dial *dial, const struct leg *but, int cause)
{
	for (size_t i = 0; i < dial->count; i++) {
		if (&dial->legs[i] != but)
			leg_drop(&dial->legs[i], cause);
	}
}

static void set_seconds(struct dial *dial, const char *name, iax2_ns since)
{
	char text[32];
	struct pbx *pbx = run_pbx(dial->run);
	snprintf(text, sizeof text, "%lld", (long long)((pbx->ops->now(pbx) - since) / IAX2_NS_PER_S));
	run_set_var(dial->run, name, text);
}

/* The last thing in any case: nothing of the dial is left behind. */
static enum app_result dial_end(struct dial *dial, const char *status, enum app_result result)
{
	if (dial->answered) {
		set_seconds(dial, "DIALEDTIME", dial->started);
		set_seconds(dial, "ANSWEREDTIME", dial->answered);
	}
	run_set_var(dial->run, "DIALSTATUS", status);
	free(dial->text);
	dial->text = NULL;
	return result;
}

/* Goes on when there is nobody left who might answer. */
static enum app_result nobody(struct dial *dial)
{
	if (dial->alive > 0 || dial->starting)
		return APP_WAIT;
	const char *status = "NOANSWER";
	if (dial->busy + dial->congested + dial->unavailable >= dial->count)
		status = dial->busy ? "BUSY" : dial->congested ? "CONGESTION" : "CHANUNAVAIL";
	log_verbose("Everyone is busy/congested at this time (%zu:%zu/%zu/%zu)", dial->count, dial->busy, dial->congested, dial->unavailable);
	return dial_end(dial, status, APP_CONTINUE);
}

/* A leg that ended, or said that it will: it counts as a cause, and the caller sees what the channel says (nothing, when a Local channel was busy). */
static void leg_failed(struct leg *leg, int counts_as)
{
	struct dial *dial = leg->dial;
	run_channel(dial->run)->hangup_cause = leg->ch->hangup_cause;
	leg_drop(leg, counts_as);
	count_cause(dial, counts_as);
}

static void tell_ringing(struct dial *dial)
{
	if (!dial->rang)
		channel_control(run_channel(dial->run), IAX2_CONTROL_RINGING);
	dial->rang = true;
}

/* The other end of the bridge has gone (to the caller that is a normal end, whatever its cause), or there was none to be made. */
static enum app_result bridge_over(struct dial *dial, int cause)
{
	struct channel *caller = run_channel(dial->run);
	leg_drop(dial->winner, cause);
	caller->hangup_cause = cause;
	return dial_end(dial, "ANSWER", dial->go_on ? APP_CONTINUE : APP_HANGUP);
}

static enum app_result leg_answered(struct leg *leg)
{
	struct dial *dial = leg->dial;
	struct channel *caller = run_channel(dial->run);
	struct pbx *pbx = run_pbx(dial->run);
	dial->winner = leg;
	dial->answered = pbx->ops->now(pbx);
	run_timer(dial->run, IAX2_NS_NEVER);
	drop_all(dial, leg, CAUSE_ANSWERED_ELSEWHERE);
	log_verbose("%s answered %s", leg->ch->name, caller->name);
	run_set_var(dial->run, "DIALEDPEERNAME", leg->ch->name);
	run_set_var(dial->run, "DIALEDPEERNUMBER", strchr(leg->target, '/') + 1);
	run_set_var(dial->run, "DIALSTATUS", "ANSWER");
	caller->hangup_cause = 0;
	int rc = channel_answer(caller);
	/* The leg may have gone while the caller was told. */
	if (rc == 0 && leg->ch)
		rc = pbx->ops->bridge(pbx, caller, leg->ch);
	if (rc == 0)
		return leg->ch ? APP_WAIT : bridge_over(dial, IAX2_CAUSE_NORMAL);
	log_warning("%s: can't join %s and %s: %s", run_place(dial->run), caller->name, leg->ch ? leg->ch->name : leg->target,
		rc == -ENOTSUP ? "they have no format in common" : strerror(-rc));
	dial->go_on = false;
	return bridge_over(dial, rc == -ENOTSUP ? IAX2_CAUSE_BEARER : IAX2_CAUSE_FAILURE);
}

static enum app_result leg_control(struct leg *leg, const struct channel_event *ev)
{
	struct dial *dial = leg->dial;
	bool alone = dial->count == 1 && !dial->ring_only;
	switch (ev->subclass) {
	case IAX2_CONTROL_ANSWER:
		return leg_answered(leg);
	case IAX2_CONTROL_RINGING:
		log_verbose("%s is ringing", leg->ch->name);
		tell_ringing(dial);
		return APP_WAIT;
	case IAX2_CONTROL_BUSY:
		leg_failed(leg, IAX2_CAUSE_BUSY);
		break;
	case IAX2_CONTROL_CONGESTION:
		leg_failed(leg, IAX2_CAUSE_CONGESTION);
		break;
	case IAX2_CONTROL_PROGRESS:
		if (alone && !dial->progressed)
			channel_control(run_channel(dial->run), IAX2_CONTROL_PROGRESS);
		dial->progressed |= alone;
		return APP_WAIT;
	case IAX2_CONTROL_PROCEEDING:
		if (alone)
			channel_control(run_channel(dial->run), IAX2_CONTROL_PROCEEDING);
		return APP_WAIT;
	default:
		return APP_WAIT;
	}
	return nobody(dial);
}

static enum app_result leg_heard(struct leg *leg, const struct channel_event *ev)
{
	struct dial *dial = leg->dial;
	if (ev->type == CHANNEL_EV_HANGUP) {
		if (dial->winner == leg)
			return bridge_over(dial, IAX2_CAUSE_NORMAL);
		leg_failed(leg, leg->ch->hangup_cause);
		return nobody(dial);
	}
	if (dial->winner)
		return APP_WAIT;
	if (ev->type == CHANNEL_EV_CONTROL)
		return leg_control(leg, ev);
	/* Audio before the answer, if it is clear whose. */
	if (ev->type == CHANNEL_EV_VOICE && dial->count == 1 && !dial->ring_only)
		channel_voice(run_channel(dial->run), ev->format, ev->ts, ev->data, ev->len);
	return APP_WAIT;
}

struct heard {
	struct leg *leg;
	const struct channel_event *ev;
};

static enum app_result heard(struct run *run, void *arg)
{
	const struct heard *h = arg;
	(void)run;
	return leg_heard(h->leg, h->ev);
}

static void leg_event(struct channel *ch, const struct channel_event *ev, void *arg)
{
	struct leg *leg = arg;
	(void)ch;
	if (leg->ch)
		run_do(leg->dial->run, heard, &(struct heard){leg, ev});
}

/* For display: a leg stands where the one stands who dials it. */
static void show_where(struct channel *ch, const struct channel *caller)
{
	snprintf(ch->context, sizeof ch->context, "%s", caller->context);
	snprintf(ch->exten, sizeof ch->exten, "%s", caller->exten);
	ch->priority = caller->priority;
	ch->app = "AppDial";
	snprintf(ch->app_data, sizeof ch->app_data, "(Outgoing Line)");
}

static void leg_call(struct dial *dial, struct leg *leg)
{
	struct pbx *pbx = run_pbx(dial->run);
	char tech[TECH_MAX];
	const char *slash = strchr(leg->target, '/');
	snprintf(tech, sizeof tech, "%.*s", (int)(slash - leg->target), leg->target);
	struct channel *ch = NULL;
	int rc = pbx->ops->request(pbx, &ch, tech, slash + 1, run_channel(dial->run));
	if (rc < 0) {
		log_verbose("%s: %s can't be reached (cause %d)", run_place(dial->run), leg->target, rc == PBX_NO_CAUSE ? 0 : -rc);
		if (rc != PBX_NO_CAUSE)
			run_channel(dial->run)->hangup_cause = -rc;
		count_cause(dial, rc == PBX_NO_CAUSE ? 0 : -rc);
		return;
	}
	leg->ch = ch;
	dial->alive++;
	show_where(ch, run_channel(dial->run));
	channel_set_listener(ch, leg_event, leg);
	log_verbose("Called %s", leg->target);
	rc = channel_call(ch);
	if (rc < 0 && leg->ch) {
		leg->ch->hangup_cause = -rc;
		leg_failed(leg, -rc);
	}
}

/* All of them are looked at before the first is called. */
static bool targets_valid(const struct dial *dial)
{
	for (size_t i = 0; i < dial->count; i++) {
		const char *target = dial->legs[i].target, *slash = strchr(target, '/');
		if (!slash || slash == target || !slash[1] || slash - target >= TECH_MAX) {
			log_warning("%s: '%s' can't be dialled; expected: TECHNOLOGY/DATA, as IAX2/office-b/300", run_place(dial->run), target);
			return false;
		}
	}
	return true;
}

/* The targets, joined by &; also inside the data of one there may be none. */
static void take_targets(struct dial *dial, char *targets)
{
	char *rest = targets;
	while (rest) {
		char *target = args_trim(strsep(&rest, "&"));
		if (!target[0])
			continue;
		if (dial->count == LEGS_MAX) {
			log_warning("%s: more than %d targets; the others are not dialled", run_place(dial->run), LEGS_MAX);
			return;
		}
		dial->legs[dial->count++] = (struct leg){.dial = dial, .target = target};
	}
}

/* Calls `fn` for each letter, over the arguments in parentheses that some have. */
static void each_option(const char *options, void (*fn)(char option, void *arg), void *arg)
{
	for (const char *p = options; *p; p++) {
		if (!isspace((unsigned char)*p))
			fn(*p, arg);
		if (p[1] == '(') {
			const char *close = strchr(p + 1, ')');
			if (!close)
				return;
			p = close;
		}
	}
}

static void option_set(char option, void *arg)
{
	struct dial *dial = arg;
	if (option == 'r' || option == 'm')
		dial->ring_only = true;
	else if (option == 'g')
		dial->go_on = true;
}

static enum app_result dial_start(struct run *run, const char *args)
{
	struct dial *dial = run_state(run);
	struct pbx *pbx = run_pbx(run);
	char *part[4];
	dial->run = run;
	dial->started = pbx->ops->now(pbx);
	dial->text = strdup(args);
	if (!dial->text)
		return APP_HANGUP;
	args_split(dial->text, part, 4);
	take_targets(dial, part[0]);
	each_option(part[2], option_set, dial);
	run_set_var(run, "DIALEDPEERNAME", "");
	run_set_var(run, "DIALEDPEERNUMBER", "");
	run_set_var(run, "DIALEDTIME", "");
	run_set_var(run, "ANSWEREDTIME", "");
	if (dial->count == 0) {
		log_warning("%s: Dial(%s) has nobody to dial; expected: %s", run_place(run), args, app_dial.usage);
		return dial_end(dial, "CHANUNAVAIL", APP_CONTINUE);
	}
	if (!targets_valid(dial))
		return dial_end(dial, "INVALIDARGS", dial->go_on ? APP_CONTINUE : APP_HANGUP);
	long long timeout = args_seconds_ns(part[1]);
	if (part[1][0] && timeout < 0)
		log_warning("%s: Dial: '%s' is no number of seconds; there will be no timeout", run_place(run), part[1]);
	if (dial->ring_only)
		tell_ringing(dial);
	dial->starting = true;
	for (size_t i = 0; i < dial->count && !dial->winner; i++)
		leg_call(dial, &dial->legs[i]);
	dial->starting = false;
	/* Somebody answered at once: how it goes on is known already. */
	if (dial->winner)
		return APP_WAIT;
	if (dial->alive > 0 && timeout > 0)
		run_timer(run, dial->started + timeout);
	return nobody(dial);
}

static enum app_result dial_timer(struct run *run)
{
	struct dial *dial = run_state(run);
	log_verbose("Nobody picked up in %lld ms", (long long)((run_pbx(run)->ops->now(run_pbx(run)) - dial->started) / IAX2_NS_PER_MS));
	drop_all(dial, NULL, 0);
	return dial_end(dial, "NOANSWER", APP_CONTINUE);
}

static void dial_stop(struct run *run)
{
	struct dial *dial = run_state(run);
	struct channel *caller = run_channel(run);
	bool answered = dial->winner != NULL;
	if (!dial->text)
		return;
	if (answered && !caller->hangup_cause)
		caller->hangup_cause = IAX2_CAUSE_NORMAL;
	drop_all(dial, NULL, answered ? caller->hangup_cause : IAX2_CAUSE_NORMAL);
	dial_end(dial, answered ? "ANSWER" : "CANCEL", APP_HANGUP);
}

struct option_check {
	struct diag *diag;
	const char *file;
	int line;
};

static void option_check(char option, void *arg)
{
	const struct option_check *check = arg;
	if (option == 'm')
		diag_add(check->diag, DIAG_WARNING, check->file, check->line,
			"Dial: there is no music on hold; option m gives ringing, like r");
	else if (option != 'r' && option != 'g')
		diag_add(check->diag, DIAG_WARNING, check->file, check->line, "Dial: option %c is not supported and has no effect", option);
}

static void dial_check(const char *args, struct diag *diag, const char *file, int line)
{
	char *part[4], *copy = strdup(args);
	if (!copy)
		return;
	args_split(copy, part, 4);
	if (!strchr(part[2], '$'))
		each_option(part[2], option_check, &(struct option_check){diag, file, line});
	free(copy);
}

const struct app app_dial = {
	.name = "Dial", .synopsis = "Calls somebody and joins the calls: r the caller hears ringing only, g goes on after the callee hung up",
	.usage = "Dial(TECH/DATA[&TECH/DATA...][,timeout[,options]])",
	.state_size = sizeof(struct dial), .start = dial_start, .timer = dial_timer, .stop = dial_stop, .check = dial_check,
};
