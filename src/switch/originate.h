/* Originate: calls that the switch begins by itself: one leg is dialled, and when it answers it executes something. */
#ifndef TANDEM_SWITCH_ORIGINATE_H
#define TANDEM_SWITCH_ORIGINATE_H

struct switch_core;

/* What to do when it answers: `app` with `data`, or, if app is NULL, `data` at `context`. */
struct originate_goal {
	const char *app, *data, *context;
};

/* 0, or a negative errno with *why a sentence. */
int originate_start(struct switch_core *sw, const char *dest, const struct originate_goal *goal, const char **why);
/* Forgets all that wait; their channels are deleted. */
void originate_fini(struct switch_core *sw);

#endif
