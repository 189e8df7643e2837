/* Args: taking the arguments of applications and functions apart. */
#ifndef TANDEM_DIALPLAN_ARGS_H
#define TANDEM_DIALPLAN_ARGS_H

#include <stdbool.h>
#include <stddef.h>

/* Cuts blanks from both ends, in place; returns the first that is none. */
char *args_trim(char *text);
/* Splits a text at commas outside parentheses and quotes into at most `max` parts, in place; the last part keeps the rest.  Parts are trimmed, the
 * ones that are absent are "".  Returns how many there were. */
size_t args_split(char *text, char **part, size_t max);
/* What GotoIf and IF call true: anything but nothing and what begins with the whole number 0 (so 0.5 is false). */
bool args_true(const char *text);
/* Takes quotes out, and the backslashes that protect a character, in place. */
void args_unquote(char *text);
/* Seconds with a fraction, as nanoseconds; -1 when it is no number or negative.  At most ten years. */
long long args_seconds_ns(const char *text);
/* Splits "condition?yes:no", in place; `yes` and `no` are trimmed, "" when absent.  False when there is no `?`. */
bool args_choice(char *text, char **condition, char **yes, char **no);

#endif
