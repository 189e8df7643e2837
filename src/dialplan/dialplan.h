/* Dialplan: contexts, extensions and priorities, read from extensions.conf; once loaded only the extensions of registered peers come and go. */
#ifndef TANDEM_DIALPLAN_DIALPLAN_H
#define TANDEM_DIALPLAN_DIALPLAN_H

#include <stdbool.h>

#include "config/diag.h"
#include "dialplan/vars.h"
#include "util/json.h"
#include "util/strbuf.h"

struct dialplan;

/* Reads DIR/extensions.conf.  0 and *out; -ENOENT, -EINVAL (diag has the errors, *out is untouched), -ENOMEM.  `more` (NULL: none) names contexts, joined by
 * &, that exist even if they are not in the file. */
int dialplan_load(struct dialplan **out, const char *dir, const char *more, struct diag *diag);
/* Counted, because calls go on in the dialplan in which they began after a reload. */
struct dialplan *dialplan_ref(struct dialplan *dp);
void dialplan_unref(struct dialplan *dp);

/* [globals], in file order. */
void dialplan_globals(const struct dialplan *dp, void (*fn)(const char *name, const char *value, void *arg), void *arg);
bool dialplan_has_context(const struct dialplan *dp, const char *context);
/* [general]: what happens behind the last priority: end the call (yes, the default), or wait for digits. */
bool dialplan_autofallthrough(const struct dialplan *dp);
/* [general]: whether a reload forgets global variables that are no longer in the file. */
bool dialplan_clearglobalvars(const struct dialplan *dp);
/* Whether dial tone goes on after these digits (ignorepat). */
bool dialplan_ignores(const struct dialplan *dp, const char *context, const char *exten);

/* How much of a number is there (Asterisk's order of preference among patterns; includes are followed). */
enum { DIALPLAN_EXISTS = 1, DIALPLAN_CAN_MATCH = 2, DIALPLAN_MATCH_MORE = 4 };
int dialplan_match(const struct dialplan *dp, const char *context, const char *exten, const char *callerid);

/* An extension that comes and goes, with one priority: NoOp(text).  0 (also when it is there already); -ENOENT: no such context; -EINVAL: a pattern;
 * -ENOMEM.  Removing does nothing when there is none with that text. */
int dialplan_add_noop(struct dialplan *dp, const char *context, const char *exten, const char *text);
void dialplan_remove_noop(struct dialplan *dp, const char *context, const char *exten, const char *text);

/* One priority of an extension. */
struct dialplan_step {
	const char *app;       /* "Dial" */
	const char *data;      /* arguments, not substituted */
	const char *label;     /* NULL: none */
	const char *file;
	int line;
	int priority;          /* DIALPLAN_HINT: the extension's hint, in `app` */
};
enum { DIALPLAN_HINT = -1 };
/* The step that (context, exten, priority) leads to, or NULL. */
const struct dialplan_step *dialplan_step(const struct dialplan *dp, const char *context, const char *exten, const char *callerid, int priority);
/* The priority that has the label, or -1. */
int dialplan_label(const struct dialplan *dp, const char *context, const char *exten, const char *callerid, const char *label);

/* `dialplan show [CONTEXT]` in Asterisk's layout; -ENOENT when there is no such context. */
int dialplan_show(const struct dialplan *dp, const char *context, struct strbuf *out);
/* The same of what takes a number in a context and those it includes; -ENOENT: no such context, -ESRCH: nothing there takes it. */
int dialplan_show_exten(const struct dialplan *dp, const char *context, const char *exten, struct strbuf *out);
int dialplan_show_json(const struct dialplan *dp, const char *context, struct json *out);

#endif
