#include "report.h"

#include <inttypes.h>

#include "util/json.h"

static const int statuses[] = {
#define OUTCOME_STATUS(name, status, words) [OUTCOME_##name] = (status),
	OUTCOMES(OUTCOME_STATUS)
#undef OUTCOME_STATUS
};

static const char *const words_table[] = {
#define OUTCOME_WORDS(name, status, words) [OUTCOME_##name] = (words),
	OUTCOMES(OUTCOME_WORDS)
#undef OUTCOME_WORDS
};

int outcome_status(enum outcome outcome)
{
	return statuses[outcome];
}

const char *outcome_words(enum outcome outcome)
{
	return words_table[outcome];
}

static enum outcome outcome_of_cause(unsigned cause)
{
	switch (cause) {
	case IAX2_CAUSE_BUSY:
		return OUTCOME_BUSY;
	case 0:
	case IAX2_CAUSE_NORMAL:
	case 18: /* no user response */
	case IAX2_CAUSE_NO_ANSWER:
		return OUTCOME_NO_ANSWER;
	default:
		return OUTCOME_REFUSED;
	}
}

enum outcome outcome_of_end(enum iax2_end_reason reason, unsigned cause, bool answered)
{
	switch (reason) {
	case IAX2_END_REMOTE_HANGUP:
		return answered ? OUTCOME_ANSWERED : outcome_of_cause(cause);
	case IAX2_END_REMOTE_REJECT:
		return cause == IAX2_CAUSE_BUSY ? OUTCOME_BUSY : OUTCOME_REFUSED;
	case IAX2_END_TIMEOUT:
		return answered ? OUTCOME_LOST : OUTCOME_UNREACHABLE;
	case IAX2_END_NOMEM:
		return OUTCOME_LOCAL_ERROR;
	default:
		return answered ? OUTCOME_LOST : OUTCOME_REFUSED;
	}
}

static void print_ms(struct strbuf *out, const char *label, int32_t ms)
{
	if (ms >= 0)
		strbuf_printf(out, "%s %" PRId32 " ms", label, ms);
	else
		strbuf_printf(out, "%s not measured", label);
}

static void print_quality(struct strbuf *out, const char *label, const struct iax2_quality *quality)
{
	strbuf_printf(out, "  %-11s%" PRId32 " lost (%" PRId32 " %%), %" PRId32 " out of order, ", label, quality->lost,
	              quality->loss_percent, quality->out_of_order);
	print_ms(out, "jitter", quality->jitter_ms);
	print_ms(out, ", delay", quality->delay_ms);
	strbuf_add(out, "\n");
}

static void print_media(const struct report *report, struct strbuf *out)
{
	const struct iax2_call_info *info = &report->info;
	const char *format = iax2_format_name(info->format);

	strbuf_printf(out, "  duration   %.1f s, format %s\n", report->duration_s, format ? format : "none");
	strbuf_printf(out, "  frames     %" PRIu64 " sent, %" PRIu64 " received", info->tx_voice, info->rx_voice);
	if (report->late || report->undecodable)
		strbuf_printf(out, " (%" PRIu64 " too late, %" PRIu64 " not playable)", report->late, report->undecodable);
	strbuf_add(out, "\n");
	print_quality(out, "heard here", &info->local);
	if (info->remote.jitter_ms >= 0 || info->remote.packets > 0)
		print_quality(out, "there", &info->remote);
	print_ms(out, "  round trip", info->rtt_ms);
	strbuf_add(out, "\n");
	if (report->digits[0])
		strbuf_printf(out, "  digits     %s\n", report->digits);
}

void report_print(const struct report *report, struct strbuf *out)
{
	strbuf_printf(out, "call %u %s %s: %s", report->number, report->incoming ? "from" : "to", report->who,
	              outcome_words(report->outcome));
	/* What goes wrong here has a text, and a cause only for the other end. */
	if (report->cause && report->outcome != OUTCOME_LOCAL_ERROR)
		strbuf_printf(out, ", cause %u (%s)", report->cause, iax2_cause_text(report->cause));
	if (report->text[0])
		strbuf_printf(out, ", \"%s\"", report->text);
	strbuf_add(out, "\n");
	if (report->info.started)
		print_media(report, out);
}

static void json_quality(struct json *j, const char *name, const struct iax2_quality *quality)
{
	json_object_begin(j, name);
	json_int(j, "packets", quality->packets);
	json_int(j, "lost", quality->lost);
	json_int(j, "loss_percent", quality->loss_percent);
	json_int(j, "dropped", quality->dropped);
	json_int(j, "out_of_order", quality->out_of_order);
	json_int(j, "jitter_ms", quality->jitter_ms);
	json_int(j, "delay_ms", quality->delay_ms);
	json_object_end(j);
}

void report_json(const struct report *report, struct strbuf *out)
{
	const struct iax2_call_info *info = &report->info;
	struct json j;

	json_init(&j, out);
	json_object_begin(&j, NULL);
	json_string(&j, "event", "report");
	json_int(&j, "call", report->number);
	json_string(&j, "direction", report->incoming ? "in" : "out");
	json_string(&j, "peer", report->who);
	json_string(&j, "outcome", outcome_words(report->outcome));
	json_int(&j, "status", outcome_status(report->outcome));
	json_int(&j, "cause", report->cause);
	json_string(&j, "cause_text", report->cause ? iax2_cause_text(report->cause) : NULL);
	json_string(&j, "text", report->text);
	json_bool(&j, "answered", info->answered);
	json_double(&j, "duration_s", report->duration_s);
	json_string(&j, "format", iax2_format_name(info->format));
	json_int(&j, "tx_frames", (int64_t)info->tx_voice);
	json_int(&j, "rx_frames", (int64_t)info->rx_voice);
	json_int(&j, "late", (int64_t)report->late);
	json_int(&j, "rtt_ms", info->rtt_ms);
	json_quality(&j, "local", &info->local);
	json_quality(&j, "remote", &info->remote);
	json_string(&j, "digits", report->digits);
	json_int(&j, "texts", report->texts);
	json_object_end(&j);
	strbuf_add(out, "\n");
}

void report_live(const struct iax2_call_info *info, double seconds, struct strbuf *out)
{
	unsigned s = (unsigned)seconds;

	strbuf_printf(out, "%02u:%02u  sent %" PRIu64 "  received %" PRIu64 "  lost %" PRId32 "  ", s / 60, s % 60, info->tx_voice,
	              info->rx_voice, info->local.lost);
	print_ms(out, "jitter", info->local.jitter_ms);
	print_ms(out, "  round trip", info->rtt_ms);
}
