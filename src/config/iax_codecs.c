#include "config/iax_build.h"

#include <string.h>
#include <strings.h>

/* The presets of bandwidth= as sets of format numbers 0 to 15 (protocol reference 12.4). */
#define BIT(n)           IAX2_FORMAT(n)
#define BANDWIDTH_HIGH   UINT64_C(0xffff)
#define BANDWIDTH_MEDIUM (BANDWIDTH_HIGH & ~(BIT(2) | BIT(3) | BIT(6) | BIT(12) | BIT(13) | BIT(14) | BIT(15)))
#define BANDWIDTH_LOW    (BANDWIDTH_MEDIUM & ~(BIT(4) | BIT(5) | BIT(11)))

static const struct {
	const char *name;
	iax2_format formats;
} bandwidths[] = {{"high", BANDWIDTH_HIGH}, {"medium", BANDWIDTH_MEDIUM}, {"low", BANDWIDTH_LOW}};

static const struct {
	const char *name;
	enum iax2_codec_priority priority;
} priorities[] = {
    {"host", IAX2_PRIORITY_HOST},
    {"caller", IAX2_PRIORITY_CALLER},
    {"disabled", IAX2_PRIORITY_DISABLED},
    {"reqonly", IAX2_PRIORITY_REQONLY},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void apply(struct iax_build *b, bool allow, const struct conf_setting *setting)
{
	const char *bad = setting->value;
	if (iax2_prefs_apply(&b->draft->entry->prefs, allow, setting->value, &bad) < 0) {
		iax_warn(b, setting, "%s: unknown codec \"%.*s\" is ignored: expected names such as ulaw, alaw, gsm, or all",
		         setting->key, (int)strcspn(bad, ",| \t"), bad);
	}
}

void iax_set_bandwidth(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	struct iax2_prefs all = {0}, *prefs = &b->draft->entry->prefs;
	for (size_t i = 0; i < COUNT(bandwidths); i++) {
		if (strcasecmp(setting->value, bandwidths[i].name) != 0) {
			continue;
		}
		iax2_prefs_apply(&all, true, "all", NULL);
		memset(prefs, 0, sizeof(*prefs));
		for (unsigned k = 0; k < all.count; k++) {
			if (bandwidths[i].formats & IAX2_FORMAT(all.bit[k])) {
				prefs->bit[prefs->count++] = all.bit[k];
			}
		}
		return;
	}
	iax_warn(b, setting, "bandwidth=%s is ignored: expected low, medium or high", setting->value);
}

void iax_set_allow(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	apply(b, true, setting);
}

void iax_set_disallow(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	apply(b, false, setting);
}

void iax_set_codecpriority(struct iax_build *b, const struct iax_option *option, const struct conf_setting *setting)
{
	(void)option;
	for (size_t i = 0; i < COUNT(priorities); i++) {
		if (strcasecmp(setting->value, priorities[i].name) == 0) {
			b->draft->entry->codec_priority = priorities[i].priority;
			return;
		}
	}
	iax_warn(b, setting, "codecpriority=%s is ignored: expected host, caller, disabled or reqonly", setting->value);
}
