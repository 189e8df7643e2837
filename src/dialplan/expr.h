/* Expr: the $[ ] expressions of the dialplan.
 *
 * Weakest first: `a ? b :: c`, `|`, `&`, `= != < > <= >=`, `+ -`, `* / %`, `!` and minus as a sign, `:` and `=~` (extended regular
 * expressions, the former anchored at the start) and `~~` (joins strings), parentheses.  Words and "quoted text" are strings; digits with at most one point are numbers. */
#ifndef TANDEM_DIALPLAN_EXPR_H
#define TANDEM_DIALPLAN_EXPR_H

#include "util/strbuf.h"

enum { EXPR_MAX_DEPTH = 64 };

/* Appends the value of an expression (variables are replaced already).  0, -ENOMEM, or -EINVAL with nothing appended; then *why (if not NULL)
 * is a static sentence.  An operation on something that is no number, or a division by zero, gives 0 as value and sets *why too. */
int expr_eval(struct strbuf *out, const char *text, const char **why);

#endif
