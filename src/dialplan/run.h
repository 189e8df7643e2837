/* Run: the dialplan being executed on a channel: a machine that starts an application, sleeps, and is resumed by an event or a timer.
 *
 * No thread and no stack per call.  A run owns its channel and deletes it at its end. */
#ifndef TANDEM_DIALPLAN_RUN_H
#define TANDEM_DIALPLAN_RUN_H

#include "config/diag.h"
#include "dialplan/pbx.h"

struct run;

/* Starts the dialplan on a channel at (context, exten, priority) and takes ownership of it.  0 or -ENOMEM (ownership stays).
 * The first application is executed in a later turn of the loop, by a timer, so that calls that call calls do not nest. */
int run_start(struct channel *ch, const char *context, const char *exten, int priority);
/* Executes one application on a channel, as `channel originate ... application` does, then hangs up.  Takes ownership on success. */
int run_start_app(struct channel *ch, const char *app, const char *data);

/* What an application is.  One file each (app_*.c), all in the table of app.c. */
enum app_result {
	APP_CONTINUE,   /* done: go to the next priority (or where run_goto() said) */
	APP_WAIT,       /* resumed later by run_resume(), an event or its timer */
	APP_HANGUP,     /* done: end the call with channel->hangup_cause, or 16 if that is 0 */
};

struct app {
	const char *name, *synopsis, *usage;   /* usage: "Dial(TECH/DATA[&...][,timeout[,options]])" */
	size_t state_size;                     /* bytes of state kept while it waits, zeroed before start */
	enum app_result (*start)(struct run *run, const char *args);
	/* An event of the run's channel (not HANGUP, which ends the application by `stop`).  NULL: events are ignored. */
	enum app_result (*event)(struct run *run, const struct channel_event *ev);
	enum app_result (*timer)(struct run *run);   /* the timer set by run_timer() fired */
	void (*stop)(struct run *run);         /* the caller has gone while it waited: let go of everything; NULL: nothing to do */
	/* Looks at arguments when the dialplan is loaded (variables are not replaced yet) and reports what will not work; or NULL. */
	void (*check)(const char *args, struct diag *diag, const char *file, int line);
	bool on_dead;                          /* makes sense on a channel that is gone (extension h); it must not wait then */
};
extern const struct app *const app_table[];    /* NULL at the end */
const struct app *app_find(const char *name);  /* any case */

/* For applications. */
struct channel *run_channel(struct run *run);
struct pbx *run_pbx(struct run *run);
void *run_state(struct run *run);
void run_timer(struct run *run, iax2_ns deadline);       /* one per run; IAX2_NS_NEVER: off */
/* Goes on after something else than an event or the timer happened (a dialled channel answered).  Only while waiting. */
void run_resume(struct run *run, enum app_result result);
/* Calls `fn` as a function of the waiting application, for events of other channels that belong to it: should the run's own channel go
 * meanwhile, that takes effect afterwards, so that the application's state stays.  Then the run goes on as `fn` says. */
void run_do(struct run *run, enum app_result (*fn)(struct run *run, void *arg), void *arg);
/* Sets where APP_CONTINUE goes: "[[context,]exten,]priority-or-label" ("+2", "-1": relative); 0, or -ENOENT when there is no such label (a
 * warning was logged).  An extension that does not exist is no error here: the run then goes to extension i, or ends the call. */
int run_goto(struct run *run, const char *target);
void run_set_var(struct run *run, const char *name, const char *value);
const char *run_place(struct run *run);                   /* "extensions.conf:12", for log lines */
/* How a number stands in the run's context and dialplan: DIALPLAN_ bits as dialplan_match() gives them. */
int run_match(struct run *run, const char *exten);
/* Whether there is a priority behind the one that is executed. */
bool run_has_next(struct run *run);
const char *run_get_var(struct run *run, const char *name);   /* channel variable, then global; never NULL */

#endif
