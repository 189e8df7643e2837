/* Expr: the $[ ] expressions of the dialplan.
 *
 * Weakest first: `a ? b :: c`, `|`, `&`, `= != < > <= >=`, `+ -`, `* / %`, `!` and minus as a sign, `:` and `=~` (extended regular
 * expressions, the former anchored at the start) and `~~` (joins strings), parentheses.  Words and "quoted text" are strings; digits, also with a point
 * between them, are numbers.  As in Asterisk, quotes belong to the string (so that "2" is neither 2 nor a number) except for `:`, `=~` and `~~`. */
#ifndef TANDEM_DIALPLAN_EXPR_H
#define TANDEM_DIALPLAN_EXPR_H

#include "util/strbuf.h"

enum { EXPR_MAX_DEPTH = 64 };

/* Appends the value of an expression (variables are replaced already).  0 or -ENOMEM.  When something is wrong with it, *why (if not NULL) becomes a
 * static sentence, and the value is what Asterisk makes of it: what is complete before the mistake, or 0, or nothing when it begins with one. */
int expr_eval(struct strbuf *out, const char *text, const char **why);

#endif
