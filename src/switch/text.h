/* Text: bits of text that several files of the switch make. */
#ifndef TANDEM_SWITCH_TEXT_H
#define TANDEM_SWITCH_TEXT_H

#include <stddef.h>

/* A name from the network for a log line that other programs parse (fail2ban): quotes become '?', so that nobody can
 * write a second address into it.  Returns buf. */
const char *text_safe(char buf[static 80], const char *name);
/* snprintf of a string: copies, cuts where it does not fit, always terminates. */
void text_copy(char *buf, size_t cap, const char *text);
/* Removes "()-. " from a number that is made of digits, "*#+" and these only (shrinkcallerid). */
void text_shrink_number(char *number);

#endif
