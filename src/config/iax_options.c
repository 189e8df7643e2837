#include "config/iax_options.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "config/iax_conf.h"

#define NAME_MAX_LEN 40 /* longer than any option */

#define G               IAX_IN_GENERAL
#define U               IAX_IN_USER
#define P               IAX_IN_PEER
#define NOWHERE         IAX_TARGET_NOWHERE, 0
#define GENERAL(member) IAX_TARGET_GENERAL, offsetof(struct iax_general, member)
#define ENTRY(member)   IAX_TARGET_ENTRY, offsetof(struct iax_entry, member)
#define IAX_OPTION(name, where, type, member, min, max, default_text, unit, support, harmless, help)                             \
	{name, where, IAX_TYPE_##type, member, min, max, default_text, unit, IAX_OPTION_##support, harmless, help},

const struct iax_option iax_options[] = {
#include "config/iax_options.def"
};
const size_t iax_option_count = sizeof(iax_options) / sizeof(iax_options[0]);

/* How many letters must be changed, added, left out or swapped with their neighbour to get from a to b. */
static size_t distance(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	size_t rows[3][NAME_MAX_LEN + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	for (size_t j = 0; j <= b_len; j++) {
		last[j] = j;
	}
	for (size_t i = 1; i <= a_len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t best = last[j - 1] + (tolower((unsigned char)a[i - 1]) != b[j - 1]);
			best = last[j] + 1 < best ? last[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best) {
				best = before[j - 2] + 1;
			}
			row[j] = best;
		}
		size_t *oldest = before;
		before = last;
		last = row;
		row = oldest;
	}
	return last[b_len];
}

const struct iax_option *iax_option_find(const char *name, unsigned where)
{
	for (size_t i = 0; i < iax_option_count; i++) {
		if ((iax_options[i].where & where) && strcasecmp(iax_options[i].name, name) == 0) {
			return &iax_options[i];
		}
	}
	return NULL;
}

const char *iax_option_nearest(const char *name, unsigned where)
{
	size_t len = strlen(name);
	size_t best = len < 3 ? 0 : len < 6 ? 1 : 2;
	const char *nearest = NULL;
	if (len > NAME_MAX_LEN) {
		return NULL;
	}
	for (size_t i = 0; i < iax_option_count; i++) {
		const struct iax_option *option = &iax_options[i];
		size_t other = strlen(option->name);
		if (!(option->where & where) || option->support == IAX_OPTION_DEAD || other > len + best || len > other + best) {
			continue;
		}
		size_t d = distance(name, option->name);
		if (d <= best && (!nearest || d < best)) {
			nearest = option->name;
			best = d;
		}
	}
	return nearest;
}
