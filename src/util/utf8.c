#include "util/utf8.h"

#include <stdint.h>

/* The rows of table 3-7 of the Unicode standard: the second byte has limits of its own, all later ones are 80 to BF. */
static const struct {
	uint8_t first_min, first_max, second_min, second_max, len;
} utf8_rows[] = {
	{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
	{0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

size_t utf8_char_len(const char *text, size_t avail)
{
	const uint8_t *p = (const uint8_t *)text;

	if (avail == 0) {
		return 0;
	}
	if (p[0] < 0x80) {
		return 1;
	}
	for (size_t i = 0; i < sizeof(utf8_rows) / sizeof(utf8_rows[0]); i++) {
		if (p[0] < utf8_rows[i].first_min || p[0] > utf8_rows[i].first_max) {
			continue;
		}
		if (avail < utf8_rows[i].len || p[1] < utf8_rows[i].second_min || p[1] > utf8_rows[i].second_max) {
			return 0;
		}
		for (size_t k = 2; k < utf8_rows[i].len; k++) {
			if ((p[k] & 0xc0) != 0x80) {
				return 0;
			}
		}
		return utf8_rows[i].len;
	}
	return 0;
}
