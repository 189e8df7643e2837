#include "media/sound_file.h"

/* Files without a header: nothing but the payloads of one format, one after the other. */

int sound_raw_start(struct sound_file *file, const struct sound_kind *kind, struct strbuf *why)
{
	(void)why;
	file->format = kind->format;
	file->left = file->size;
	return 0;
}
