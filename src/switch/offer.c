#include "switch/offer.h"

#include <string.h>

#include "media/codec.h"

static bool in_prefs(const struct iax2_prefs *prefs, uint8_t bit)
{
	return memchr(prefs->bit, bit, prefs->count);
}

static void add_pref(struct iax2_prefs *offer, const struct iax2_prefs *allowed, size_t i)
{
	if (!in_prefs(offer, allowed->bit[i])) {
		offer->bit[offer->count] = allowed->bit[i];
		offer->ptime_ms[offer->count++] = allowed->ptime_ms[i];
	}
}

static void add_matching(struct iax2_prefs *offer, const struct iax2_prefs *allowed, iax2_format formats)
{
	for (size_t i = 0; i < allowed->count; i++) {
		if (IAX2_FORMAT(allowed->bit[i]) & formats) {
			add_pref(offer, allowed, i);
		}
	}
}

void offer_formats(struct iax2_prefs *offer, const struct iax2_prefs *allowed, const struct channel *from)
{
	*offer = (struct iax2_prefs){0};
	if (!from || !from->format) {
		*offer = *allowed;
		return;
	}
	add_matching(offer, allowed, from->format);
	if (codec_find(from->format)) {
		add_matching(offer, allowed, from->formats & codec_formats());
		add_matching(offer, allowed, codec_formats());
	}
	add_matching(offer, allowed, IAX2_FORMATS_VIDEO & from->formats);
}

void offer_default(struct iax2_prefs *prefs)
{
	iax2_format formats = codec_formats();
	*prefs = (struct iax2_prefs){0};
	for (iax2_format best; (best = iax2_format_best(formats)) && prefs->count < IAX2_PREFS_MAX; formats &= ~best) {
		prefs->bit[prefs->count++] = (uint8_t)__builtin_ctzll(best);
	}
}
