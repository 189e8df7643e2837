/* Bytes written in hexadecimal, for the tests. */
#ifndef TEST_HEX_H
#define TEST_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The number of bytes; stops at the end of the text or of the room. */
static inline size_t unhex_text(uint8_t *out, size_t cap, const char *text)
{
	size_t n = 0;
	unsigned byte;

	for (; n < cap && strlen(text) >= 2 && sscanf(text, "%2x", &byte) == 1; text += 2) {
		out[n++] = (uint8_t)byte;
	}
	return n;
}

#endif
