/* Utf8: what is a character and what is only bytes. */
#ifndef TANDEM_UTIL_UTF8_H
#define TANDEM_UTIL_UTF8_H

#include <stddef.h>

/* The length in bytes (1 to 4) of the well-formed character at `text`, of which `avail` bytes may be read; 0 when there is none
 * (truncated, overlong, a surrogate, beyond U+10FFFF). */
size_t utf8_char_len(const char *text, size_t avail);

#endif
