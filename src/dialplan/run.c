#include "dialplan/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan/args.h"
#include "dialplan/subst.h"
#include "util/log.h"

/* Priorities executed in one turn of the loop before others get theirs, and how long they get it: 1 ms, twice as long each time, at
 * most 1 s, so that a dialplan that goes round and round costs next to nothing. */
enum { STEPS_PER_TURN = 1000, RESTS_MAX = 10 };

struct run {
	struct channel *ch;
	struct pbx *pbx;
	struct dialplan *dp;         /* the one it began in */
	const struct app *app;       /* that waits or is being called; NULL: none */
	void *state;
	struct pbx_timer *timer;
	bool busy;                   /* inside a function of the application: what happens meanwhile is noted for afterwards */
	bool resumed;                /* run_resume() was called meanwhile ... */
	enum app_result result;      /* ... with this */
	bool gone;                   /* the far end hung up */
	bool dead;                   /* past the hangup: extension h is executed */
	bool moved;                  /* run_goto() was called by the current application */
	bool single;                 /* one application only */
	bool falling;                /* the busy or congestion tone behind the last priority, or the wait for digits */
	bool warned;                 /* of a dialplan that never rests */
	unsigned rests;              /* made without an application that waited between them */
	char *single_data;
	const struct app *single_app;
	char place[300];
};

static void go(struct run *run);

/* --- the application --- */

static void timer_off(struct run *run)
{
	if (run->timer)
		run->pbx->ops->timer_del(run->pbx, run->timer);
	run->timer = NULL;
}

static void app_clear(struct run *run)
{
	timer_off(run);
	free(run->state);
	run->state = NULL;
	run->app = NULL;
	run->ch->app = NULL;
	run->ch->app_data[0] = '\0';
}

static enum app_result app_start(struct run *run, const struct app *app, const char *data)
{
	struct channel *ch = run->ch;
	if (app->state_size > 0) {
		run->state = calloc(1, app->state_size);
		if (!run->state) {
			log_error("%s: out of memory in %s", ch->name, app->name);
			return APP_HANGUP;
		}
	}
	run->app = app;
	run->moved = false;
	run->resumed = false;
	ch->app = app->name;
	snprintf(ch->app_data, sizeof ch->app_data, "%s", data);
	run->busy = true;
	enum app_result result = app->start(run, data);
	run->busy = false;
	return run->resumed ? run->result : result;
}

/* --- the end --- */

static void finish(struct run *run)
{
	struct channel *ch = run->ch;
	app_clear(run);
	ch->run = NULL;
	channel_del(ch);
	dialplan_unref(run->dp);
	free(run->single_data);
	free(run);
}

static const struct dialplan_step *step_find(struct run *run, const char *exten, int priority)
{
	return dialplan_step(run->dp, run->ch->context, exten, run->ch->caller_number, priority);
}

static void set_place(struct run *run, const char *exten, int priority)
{
	/* "h" fits always; a name that does not has been refused before. */
	snprintf(run->ch->exten, sizeof run->ch->exten, "%s", exten);
	run->ch->priority = priority;
}

/* Ends the call, then goes to extension h.  True when there is something to execute. */
static bool die(struct run *run)
{
	struct channel *ch = run->ch;
	if (run->app && run->app->stop)
		run->app->stop(run);
	app_clear(run);
	if (run->dead)
		return false;
	run->dead = true;
	channel_hangup(ch, ch->hangup_cause);
	if (run->single || !step_find(run, "h", 1))
		return false;
	set_place(run, "h", 1);
	return true;
}

static void end(struct run *run)
{
	if (die(run))
		go(run);
	else
		finish(run);
}

/* --- priorities --- */

static enum app_result execute(struct run *run, const struct dialplan_step *step)
{
	struct channel *ch = run->ch;
	snprintf(run->place, sizeof run->place, "%s:%d", step->file, step->line);
	const struct app *app = app_find(step->app);
	if (!app) {
		log_warning("%s: no application '%s' for extension (%s, %s, %d)", run->place, step->app, ch->context, ch->exten, ch->priority);
		return APP_HANGUP;
	}
	struct subst_env env = {.pbx = run->pbx, .ch = ch, .globals = &run->pbx->globals, .place = run->place};
	struct strbuf data = STRBUF_EMPTY;
	enum app_result result = APP_HANGUP;
	if (subst(&data, &env, step->data) < 0) {
		log_error("%s: out of memory", run->place);
	} else {
		log_verbose("Executing [%s@%s:%d] %s(\"%s\", \"%s\")", ch->exten, ch->context, ch->priority, app->name, ch->name, strbuf_text(&data));
		if (!run->dead || app->on_dead)
			result = app_start(run, app, strbuf_text(&data));
		else
			log_verbose("%s: %s can do nothing on a channel that is hung up; extension h ends here", run->place, app->name);
	}
	strbuf_fini(&data);
	return result;
}

/* There is no such extension: i takes it, or the call ends. */
static enum app_result invalid(struct run *run)
{
	struct channel *ch = run->ch;
	if (strcmp(ch->exten, "i") != 0 && step_find(run, "i", 1)) {
		log_verbose("Sent to invalid extension: context,exten,priority=%s,%s,%d", ch->context, ch->exten, ch->priority);
		run_set_var(run, "INVALID_EXTEN", ch->exten);
		set_place(run, "i", 1);
		run->moved = true;
		return APP_CONTINUE;
	}
	log_warning("Channel '%s' sent to invalid extension but no invalid handler: context,exten,priority=%s,%s,%d", ch->name, ch->context,
		ch->exten, ch->priority);
	return APP_HANGUP;
}

/* Behind the last priority. */
static enum app_result fall_through(struct run *run)
{
	static const struct { const char *status, *app; } tones[] = {
		{"BUSY", "Busy"}, {"CONGESTION", "Congestion"}, {"CHANUNAVAIL", "Congestion"},
	};
	if (!dialplan_autofallthrough(run->dp))
		return app_start(run, app_find("WaitExten"), "10");
	const char *status = run_get_var(run, "DIALSTATUS");
	log_verbose("Auto fallthrough, channel '%s' status is '%s'", run->ch->name, status[0] ? status : "UNKNOWN");
	for (size_t i = 0; i < sizeof tones / sizeof *tones; i++) {
		if (strcmp(status, tones[i].status) == 0)
			return app_start(run, app_find(tones[i].app), "10");
	}
	return APP_HANGUP;
}

/* One priority, or what comes where there is none. */
static enum app_result advance(struct run *run)
{
	struct channel *ch = run->ch;
	run->moved = false;
	if (run->single) {
		const struct app *app = run->single_app;
		run->single_app = NULL;
		return app ? app_start(run, app, run->single_data) : APP_HANGUP;
	}
	const struct dialplan_step *step = step_find(run, ch->exten, ch->priority);
	if (step)
		return execute(run, step);
	if (run->dead || run->falling)
		return APP_HANGUP;
	if (!(run_match(run, ch->exten) & DIALPLAN_EXISTS))
		return invalid(run);
	run->falling = true;
	return fall_through(run);
}

static void next_priority(struct run *run)
{
	app_clear(run);
	if (!run->moved)
		run->ch->priority++;
	else
		run->falling = false;
}

static void timer_fired(void *arg);

/* Lets the others have their turn; without a timer to come back by, the call can't go on. */
static bool rest(struct run *run)
{
	struct pbx *pbx = run->pbx;
	if (!run->warned)
		log_warning("%s: %d priorities without waiting on %s; is there a loop?", run->place, STEPS_PER_TURN, run->ch->name);
	run->warned = true;
	run->timer = run->dead ? NULL : pbx->ops->timer(pbx, pbx->ops->now(pbx) + (IAX2_NS_PER_MS << run->rests), timer_fired, run);
	if (run->rests < RESTS_MAX)
		run->rests++;
	return run->timer != NULL;
}

static void go(struct run *run)
{
	for (int steps = 0;; steps++) {
		enum app_result result;
		if (run->gone && !run->dead)
			result = APP_HANGUP;
		else if (steps < STEPS_PER_TURN)
			result = advance(run);
		else if (rest(run))
			return;
		else
			result = APP_HANGUP;
		if (run->gone && !run->dead)
			result = APP_HANGUP;
		if (result == APP_WAIT && run->dead)
			result = APP_HANGUP;
		if (result == APP_WAIT)
			return;
		if (result == APP_CONTINUE) {
			next_priority(run);
		} else if (!die(run)) {
			finish(run);
			return;
		}
	}
}

/* An application that waited has said how it goes on. */
static void settle(struct run *run, enum app_result result)
{
	if (run->resumed)
		result = run->result;
	run->resumed = false;
	run->rests = 0;
	if (run->gone || result == APP_HANGUP) {
		end(run);
	} else if (result == APP_CONTINUE) {
		next_priority(run);
		go(run);
	}
}

static void timer_fired(void *arg)
{
	struct run *run = arg;
	enum app_result result = APP_WAIT;
	run->timer = NULL;
	if (!run->app) {
		go(run);
		return;
	}
	if (run->app->timer) {
		run->busy = true;
		result = run->app->timer(run);
		run->busy = false;
	}
	settle(run, result);
}

static void listen(struct channel *ch, const struct channel_event *ev, void *arg)
{
	struct run *run = arg;
	(void)ch;
	if (ev->type == CHANNEL_EV_HANGUP) {
		bool first = !run->gone && !run->dead;
		run->gone = true;
		if (first && !run->busy)
			end(run);
		return;
	}
	if (run->busy || !run->app || !run->app->event)
		return;
	run->busy = true;
	enum app_result result = run->app->event(run, ev);
	run->busy = false;
	settle(run, result);
}

static int start(struct channel *ch, struct run *run)
{
	run->ch = ch;
	run->pbx = ch->pbx;
	run->timer = ch->pbx->ops->timer(ch->pbx, ch->pbx->ops->now(ch->pbx), timer_fired, run);
	if (!run->timer) {
		free(run->single_data);
		free(run);
		return -ENOMEM;
	}
	run->dp = dialplan_ref(ch->pbx->dialplan);
	ch->run = run;
	channel_set_listener(ch, listen, run);
	return 0;
}

int run_start(struct channel *ch, const char *context, const char *exten, int priority)
{
	struct run *run = calloc(1, sizeof *run);
	if (!run)
		return -ENOMEM;
	int rc = start(ch, run);
	if (rc < 0)
		return rc;
	snprintf(run->place, sizeof run->place, "%s", "extensions.conf");
	snprintf(ch->context, sizeof ch->context, "%s", context);
	set_place(run, exten && exten[0] ? exten : "s", priority);
	/* A number that is nowhere goes to s of the same context. */
	if (!step_find(run, ch->exten, priority) && step_find(run, "s", 1))
		set_place(run, "s", 1);
	return 0;
}

int run_start_app(struct channel *ch, const char *app, const char *data)
{
	struct run *run = calloc(1, sizeof *run);
	if (!run)
		return -ENOMEM;
	run->single = true;
	run->single_app = app_find(app);
	run->single_data = strdup(data ? data : "");
	snprintf(run->place, sizeof run->place, "%s", "channel originate");
	if (!run->single_app)
		log_warning("%s: there is no application %s", ch->name, app);
	if (!run->single_data) {
		free(run);
		return -ENOMEM;
	}
	return start(ch, run);
}

struct channel *run_channel(struct run *run)
{
	return run->ch;
}

struct pbx *run_pbx(struct run *run)
{
	return run->pbx;
}

void *run_state(struct run *run)
{
	return run->state;
}

const char *run_place(struct run *run)
{
	return run->place;
}

int run_match(struct run *run, const char *exten)
{
	return dialplan_match(run->dp, run->ch->context, exten, run->ch->caller_number);
}

bool run_has_next(struct run *run)
{
	return !run->single && step_find(run, run->ch->exten, run->ch->priority + 1);
}

void run_timer(struct run *run, iax2_ns deadline)
{
	timer_off(run);
	if (deadline == IAX2_NS_NEVER)
		return;
	run->timer = run->pbx->ops->timer(run->pbx, deadline, timer_fired, run);
	if (!run->timer) {
		/* Without it the application would wait for ever. */
		log_error("%s: out of memory for a timer; the call ends", run->ch->name);
		run->gone = true;
	}
}

void run_resume(struct run *run, enum app_result result)
{
	if (run->busy) {
		run->resumed = true;
		run->result = result;
		return;
	}
	if (run->app)
		settle(run, result);
}

void run_do(struct run *run, enum app_result (*fn)(struct run *run, void *arg), void *arg)
{
	bool nested = run->busy;
	run->busy = true;
	enum app_result result = fn(run, arg);
	run->busy = nested;
	if (!nested)
		settle(run, result);
	else if (result != APP_WAIT)
		run_resume(run, result);
}

/* The priority a text means at a place, or -1. */
static int priority_of(struct run *run, const char *context, const char *exten, const char *text)
{
	char *end_of_number;
	long n = strtol(text, &end_of_number, 10);
	if (end_of_number == text || *end_of_number)
		return dialplan_label(run->dp, context, exten, run->ch->caller_number, text);
	if (text[0] == '+' || text[0] == '-')
		n += run->ch->priority;
	return n >= 1 && n < 1000000000 ? (int)n : -1;
}

int run_goto(struct run *run, const char *target)
{
	struct channel *ch = run->ch;
	char copy[3 * sizeof ch->context], *part[3];
	snprintf(copy, sizeof copy, "%s", target);
	size_t count = args_split(copy, part, 3);
	const char *priority = part[count - 1];
	const char *exten = count >= 2 && part[count - 2][0] ? part[count - 2] : ch->exten;
	const char *context = count == 3 && part[0][0] ? part[0] : ch->context;
	int n = priority_of(run, context, exten, priority);
	if (n < 0 || strlen(target) >= sizeof copy || strlen(exten) >= sizeof ch->exten || strlen(context) >= sizeof ch->context) {
		log_warning("%s: can't go to '%s': there is no such place; expected: [[context,]extension,]priority or label", run->place, target);
		return -ENOENT;
	}
	if (exten != ch->exten)
		snprintf(ch->exten, sizeof ch->exten, "%s", exten);
	if (context != ch->context)
		snprintf(ch->context, sizeof ch->context, "%s", context);
	ch->priority = n;
	run->moved = true;
	return 0;
}

void run_set_var(struct run *run, const char *name, const char *value)
{
	if (vars_set(&run->ch->vars, name, value) < 0)
		log_error("%s: out of memory for variable %s", run->ch->name, name);
}

const char *run_get_var(struct run *run, const char *name)
{
	const char *value = vars_get(&run->ch->vars, name);
	if (!value)
		value = vars_get(&run->pbx->globals, name);
	return value ? value : "";
}
