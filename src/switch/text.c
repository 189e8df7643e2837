#include "switch/text.h"

#include <stdio.h>
#include <string.h>

const char *text_safe(char buf[static 80], const char *name)
{
	text_copy(buf, 80, name);
	for (char *p = buf; *p; p++) {
		if (strchr("'\"()<>", *p) || (unsigned char)*p < ' ' || *p == 0x7f) {
			*p = '?';
		}
	}
	return buf;
}

void text_copy(char *buf, size_t cap, const char *text)
{
	snprintf(buf, cap, "%s", text);
}

void text_shrink_number(char *number)
{
	if (number[strspn(number, "0123456789*#+()-. ")]) {
		return;
	}
	char *to = number;
	for (const char *from = number; *from; from++) {
		if (!strchr("()-. ", *from)) {
			*to++ = *from;
		}
	}
	*to = '\0';
}
