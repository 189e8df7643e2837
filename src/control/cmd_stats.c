#include "control/cmd.h"

#include <inttypes.h>

static const struct {
	const char *name, *text;
	size_t offset;
} counters[] = {
#define COUNTER_ROW(name, text) {#name, text, offsetof(struct iax2_stats, name)},
	IAX2_COUNTERS(COUNTER_ROW)
#undef COUNTER_ROW
};

static uint64_t counter(const struct iax2_stats *stats, size_t i)
{
	return *(const uint64_t *)((const char *)stats + counters[i].offset);
}

static void stats_json(struct json *j, const struct iax2_stats *stats)
{
	json_object_begin(j, NULL);
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		json_int(j, counters[i].name, (int64_t)counter(stats, i));
	}
	json_int(j, "legs", stats->legs);
	json_int(j, "associations", stats->associations);
	json_int(j, "unacked", stats->unacked);
	json_int(j, "unvalidated", stats->unvalidated);
	json_object_end(j);
}

static void stats_text(struct strbuf *out, const struct iax2_stats *stats)
{
	strbuf_add(out, "    IAX Statistics\n---------------------\n");
	strbuf_printf(out, "Outstanding frames: %u (0 ingress, %u egress)\n", stats->unacked, stats->unacked);
	strbuf_printf(out, "%" PRIu64 " timed and 0 untimed transmits\n", stats->tx_trunk_frames);
	strbuf_printf(out, "Packets in transmit queue: 0 dead, 0 final, %u total\n\n", stats->unacked);
	strbuf_printf(out, "%12" PRIu32 "  calls, registrations and polls in being\n", stats->legs);
	strbuf_printf(out, "%12" PRIu32 "  of them begun by others without a call token\n", stats->unvalidated);
	strbuf_printf(out, "%12" PRIu32 "  remote addresses known\n", stats->associations);
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		strbuf_printf(out, "%12" PRIu64 "  %s\n", counter(stats, i), counters[i].text);
	}
}

static enum command_result show_stats(struct command_call *call)
{
	struct iax2_stats stats = {0};

	if (call->argc > 0) {
		return COMMAND_USAGE;
	}
	switch_stats(call->env->sw, &stats);
	if (call->json) {
		stats_json(call->json, &stats);
	} else {
		stats_text(call->out, &stats);
	}
	return COMMAND_DONE;
}

const struct command cmd_iax2_show_stats = {
	.words = "iax2 show stats",
	.summary = "Display IAX statistics",
	.usage = "iax2 show stats\n       Shows what is under way, and all counters since the start.\n",
	.run = show_stats,
};
