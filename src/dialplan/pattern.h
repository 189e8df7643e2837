/* Pattern: extension patterns and their order of preference, as Asterisk has them.
 *
 * A pattern begins with `_`.  X is 0-9, Z 1-9, N 2-9, [1-5a] one of a set, `.` one or more of anything, `!` nothing or more and it matches as
 * soon as no other can; anything else is itself.  Hyphens outside a set are decoration, in patterns and in numbers.
 * Among patterns that match, the one that is more specific at the first place where they differ wins. */
#ifndef TANDEM_DIALPLAN_PATTERN_H
#define TANDEM_DIALPLAN_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* Takes hyphens and spaces out of an extension or number, except in sets of a pattern; cut at cap - 1.  Both functions below want this form. */
void pattern_strip(char *out, size_t cap, const char *exten);
/* How a number stands to an extension (a pattern or a literal): DIALPLAN_EXISTS, _CAN_MATCH, _MATCH_MORE (dialplan.h), 0 for not at all.
 * CAN_MATCH is also set when it matches or could with more digits. */
int pattern_match(const char *exten, const char *number);
/* Less than 0 when `a` is preferred to `b`, 0 when they are equivalent.  Literals come before patterns. */
int pattern_compare(const char *a, const char *b);
/* What is wrong with a pattern, in English; NULL when it is in order. */
const char *pattern_check(const char *exten);

#endif
