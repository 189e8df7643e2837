/* Run: the dialplan being executed on a channel: a machine that starts an application, sleeps, and is resumed by an event or a timer.
 *
 * No thread and no stack per call.  A run owns its channel and deletes it at its end. */
#ifndef TANDEM_DIALPLAN_RUN_H
#define TANDEM_DIALPLAN_RUN_H

#include "dialplan/pbx.h"

struct run;

/* Starts the dialplan on a channel at (context, exten, priority) and takes ownership of it.  0 or -ENOMEM (ownership stays). */
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
/* Sets where APP_CONTINUE goes: "[[context,]exten,]priority-or-label"; 0, or -ENOENT when there is no such place (a warning was logged). */
int run_goto(struct run *run, const char *target);
void run_set_var(struct run *run, const char *name, const char *value);
const char *run_get_var(struct run *run, const char *name);   /* channel variable, then global; never NULL */

#endif
