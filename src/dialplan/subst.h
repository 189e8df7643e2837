/* Subst: ${VARIABLE}, ${VARIABLE:offset:length}, ${FUNCTION(args)} and $[expression] in a dialplan text.
 *
 * Variables are looked for among the built-in ones, then the channel's, then the global ones.  A result is at most SUBST_MAX bytes, and braces may be
 * nested SUBST_DEPTH deep; what goes beyond is cut off with a warning, as is anything else that is wrong. */
#ifndef TANDEM_DIALPLAN_SUBST_H
#define TANDEM_DIALPLAN_SUBST_H

#include "dialplan/pbx.h"
#include "util/strbuf.h"

enum { SUBST_MAX = 4096, SUBST_DEPTH = 16 };

/* What a text is read against.  Everything is borrowed. */
struct subst_env {
	struct pbx *pbx;              /* NULL while a dialplan is loaded */
	struct channel *ch;           /* NULL: no channel */
	const struct vars *globals;   /* NULL: none */
	const char *place;            /* "extensions.conf:12", for warnings */
};

/* Appends the text with everything replaced.  0 or -ENOMEM. */
int subst(struct strbuf *out, const struct subst_env *env, const char *text);
/* The value of a variable that needs no braces inside, appended; nothing when it is not set. */
void subst_variable(struct strbuf *out, const struct subst_env *env, const char *name);

#endif
