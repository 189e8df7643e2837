#include "talk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/codec.h"

#define MS(n) ((iax2_ns)(n) * IAX2_NS_PER_MS)
#define FRAME_NS MS(AUDIO_FRAME_MS)
/* After the end of what we say, for hearing the rest of what the other end says. */
#define TAIL_NS MS(1000)
/* What is heard through a loudspeaker should be fresh, a recording should be whole. */
#define PLAYOUT_LIVE_MS 60
#define PLAYOUT_RECORD_MS 200
/* Behind by more than this we don't catch up: the machine slept. */
#define CATCH_UP_NS MS(1000)
#define DIGIT_DOWN_NS MS(100)
#define DIGIT_GAP_NS MS(100)
#define DIGIT_PAUSE_NS MS(500)
#define LIVE_NS MS(1000)
#define PAYLOAD_SAMPLES_MAX 4096

/* Text of the other side goes to terminals and logs: no control characters. */
static void copy_text(char *out, size_t cap, const char *text)
{
	snprintf(out, cap, "%s", text);
	for (; *out; out++) {
		if ((unsigned char)*out < ' ' || *out == 0x7f)
			*out = '?';
	}
}

static double seconds(iax2_ns ns)
{
	return (double)ns / (double)IAX2_NS_PER_S;
}

/* FILE.wav of the first call, FILE-2.wav of the second, and so on. */
static void record_path(struct strbuf *out, const char *path, unsigned number)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');

	if (!dot)
		dot = path + strlen(path);
	if (number > 1)
		strbuf_printf(out, "%.*s-%u%s", (int)(dot - path), path, number, dot);
	else
		strbuf_add(out, path);
}

static const char *device_of(const struct args *args)
{
	if (args->audio)
		return args->audio;
	return args->send || args->record || args->echo || !audio_has_cards() ? "null" : AUDIO_DEVICE_DEFAULT;
}

static const char *source_of(const struct args *args)
{
	if (args->send)
		return args->send;
	return strcmp(device_of(args), "null") == 0 ? "silence" : "mic";
}

static int open_record(struct talk *talk, struct strbuf *why)
{
	struct strbuf path = STRBUF_EMPTY;
	int error;

	record_path(&path, talk->args->record, talk->report.number);
	error = audio_file_open_writer(&talk->record, strbuf_text(&path), why);
	strbuf_fini(&path);
	return error;
}

static void start_media_clock(struct talk *talk, iax2_ns now)
{
	if (!talk->next_frame)
		talk->next_frame = now;
}

static void play_frame(struct talk *talk)
{
	int16_t samples[AUDIO_FRAME];

	playout_get(&talk->playout, samples, AUDIO_FRAME);
	if (talk->speaker)
		talk->speaker->ops->write(talk->speaker, samples);
	if (talk->record && talk->record->ops->write(talk->record, samples) < 0) {
		console_event(talk->con, talk->report.number, "record-error",
		              "the recording can't be written any more (is the disk full?)");
		talk->report.outcome = OUTCOME_LOCAL_ERROR;
		audio_close(talk->record);
		talk->record = NULL;
	}
}

static void send_frame(struct talk *talk, iax2_ns now)
{
	const struct codec *codec = codec_find(talk->format);
	int16_t samples[AUDIO_FRAME] = {0};
	uint8_t payload[2 * AUDIO_FRAME];
	int len;

	if (!talk->answered || talk->args->echo || !codec)
		return;
	if (!talk->source_ended && talk->source->ops->read(talk->source, samples) <= 0) {
		memset(samples, 0, sizeof samples);
		talk->source_ended = now;
		if (talk->source->ops->ends)
			console_event(talk->con, talk->report.number, "sent", "%s has been sent", talk->args->send);
		else
			console_event(talk->con, talk->report.number, "source-error", "the microphone has stopped working");
	}
	len = codec->encode(payload, sizeof payload, samples, AUDIO_FRAME);
	/* What can't be sent now (the other side has asked for silence) is not sent later. */
	if (len > 0)
		iax2_call_send_voice(talk->call, talk->format, IAX2_TS_AUTO, payload, (size_t)len, now);
}

static void run_media(struct talk *talk, iax2_ns now)
{
	if (!talk->next_frame)
		return;
	if (now - talk->next_frame > CATCH_UP_NS)
		talk->next_frame = now;
	for (; talk->next_frame <= now; talk->next_frame += FRAME_NS) {
		play_frame(talk);
		send_frame(talk, now);
	}
}

static void run_digits(struct talk *talk, iax2_ns now)
{
	char digit = talk->digits ? *talk->digits : '\0';

	if (!talk->answered || !digit || now < talk->next_digit)
		return;
	if (digit == 'w' || digit == 'W') {
		talk->next_digit += DIGIT_PAUSE_NS;
		talk->digits++;
	} else if (!talk->digit_down) {
		iax2_call_dtmf_begin(talk->call, digit, now);
		talk->digit_down = true;
		talk->next_digit += DIGIT_DOWN_NS;
	} else {
		iax2_call_dtmf_end(talk->call, digit, now);
		talk->digit_down = false;
		talk->next_digit += DIGIT_GAP_NS;
		talk->digits++;
	}
}

static void show_live(struct talk *talk, iax2_ns now)
{
	struct strbuf line = STRBUF_EMPTY;
	struct iax2_call_info info;

	if (!talk->answered || now < talk->next_live)
		return;
	talk->next_live = now + LIVE_NS;
	iax2_call_info(talk->call, &info);
	report_live(&info, seconds(now - talk->answered), &line);
	console_live(talk->con, strbuf_text(&line));
	strbuf_fini(&line);
}

static void answered(struct talk *talk, iax2_ns now)
{
	const char *name = iax2_format_name(talk->format);

	if (talk->answered)
		return;
	talk->answered = now;
	talk->next_digit = now + DIGIT_GAP_NS;
	start_media_clock(talk, now);
	console_event(talk->con, talk->report.number, "answered", "answered (%s)", name ? name : "?");
	if (talk->args->text)
		iax2_call_text(talk->call, talk->args->text, strlen(talk->args->text), now);
}

/* We take the call. */
static void answer(struct talk *talk, iax2_ns now)
{
	iax2_call_control(talk->call, IAX2_CONTROL_ANSWER, NULL, 0, now);
	answered(talk, now);
}

static void be_busy(struct talk *talk, iax2_ns now)
{
	iax2_call_control(talk->call, IAX2_CONTROL_BUSY, NULL, 0, now);
	talk_hangup(talk, OUTCOME_BUSY, IAX2_CAUSE_BUSY, now);
}

static void on_ready(struct talk *talk, iax2_ns now)
{
	struct strbuf why = STRBUF_EMPTY;

	talk->ready = now;
	if (talk->args->busy) {
		be_busy(talk, now);
	} else if (talk_open_audio(talk, &why) < 0) {
		console_event(talk->con, talk->report.number, "error", "%s", strbuf_text(&why));
		talk_hangup(talk, OUTCOME_LOCAL_ERROR, IAX2_CAUSE_FAILURE, now);
	} else {
		iax2_call_control(talk->call, IAX2_CONTROL_RINGING, NULL, 0, now);
		if (talk->args->ring_s > 0)
			console_event(talk->con, talk->report.number, "ringing", "ringing");
		else
			answer(talk, now);
	}
	strbuf_fini(&why);
}

static void on_control(struct talk *talk, int64_t control, iax2_ns now)
{
	unsigned number = talk->report.number;

	switch (control) {
	case IAX2_CONTROL_RINGING:
		console_event(talk->con, number, "ringing", "ringing");
		break;
	case IAX2_CONTROL_ANSWER:
		answered(talk, now);
		break;
	case IAX2_CONTROL_BUSY:
		talk_hangup(talk, talk->answered ? OUTCOME_ANSWERED : OUTCOME_BUSY, IAX2_CAUSE_BUSY, now);
		break;
	case IAX2_CONTROL_CONGESTION:
		talk_hangup(talk, talk->answered ? OUTCOME_ANSWERED : OUTCOME_REFUSED, IAX2_CAUSE_CONGESTION, now);
		break;
	case IAX2_CONTROL_HANGUP:
		talk_hangup(talk, talk->answered ? OUTCOME_ANSWERED : OUTCOME_NO_ANSWER, IAX2_CAUSE_NORMAL, now);
		break;
	case IAX2_CONTROL_HOLD:
	case IAX2_CONTROL_UNHOLD:
	case IAX2_CONTROL_PROGRESS:
	case IAX2_CONTROL_PROCEEDING:
		console_event(talk->con, number, "control", "%s", iax2_control_name(control));
		break;
	default:
		break;
	}
}

static void on_voice(struct talk *talk, const struct iax2_event *ev, iax2_ns now)
{
	const struct codec *codec = codec_find(ev->format);
	int16_t samples[PAYLOAD_SAMPLES_MAX];
	int count = codec ? codec->decode(samples, PAYLOAD_SAMPLES_MAX, ev->data, ev->len) : -1;

	if (count < 0) {
		talk->report.undecodable++;
		return;
	}
	playout_put(&talk->playout, ev->ts, samples, (size_t)count);
	start_media_clock(talk, now);
	if (talk->args->echo && talk->answered)
		iax2_call_send_voice(talk->call, ev->format, ev->ts, ev->data, ev->len, now);
}

static void on_digit(struct talk *talk, const struct iax2_event *ev)
{
	size_t len = strlen(talk->report.digits);
	char digit[2] = {(char)ev->subclass, '\0'};

	if (len + 1 < sizeof talk->report.digits) {
		talk->report.digits[len] = (char)ev->subclass;
		talk->report.digits[len + 1] = '\0';
	}
	console_event_value(talk->con, talk->report.number, "digit", "digit", digit, "digit %s (%" PRIu32 " ms)", digit,
	                    ev->duration_ms);
}

static void on_text(struct talk *talk, const char *text)
{
	talk->report.texts++;
	console_event_value(talk->con, talk->report.number, "text", "text", text, "text \"%s\"", text);
}

static void on_accepted(struct talk *talk, const struct iax2_event *ev, iax2_ns now)
{
	talk->ready = now;
	talk->format = ev->format;
	console_event(talk->con, talk->report.number, "accepted", "the call is accepted");
}

/* What the other end has said, or what the reason means to whoever sits here. */
static const char *end_text(const struct talk *talk, const struct iax2_event *ev)
{
	const char *secret = talk->args->call.secret;

	if (*ev->text || ev->reason == IAX2_END_REMOTE_HANGUP)
		return ev->text;
	if (ev->reason == IAX2_END_NO_AUTH && !(secret && *secret))
		return "a secret is wanted: give it in the address, with --secret-file or in IAXCALL_SECRET";
	return iax2_end_reason_text(ev->reason);
}

struct talk *talk_new(const struct args *args, struct console *con, unsigned number, bool incoming, const char *who, iax2_ns now)
{
	struct talk *talk = calloc(1, sizeof *talk);

	if (!talk)
		return NULL;
	talk->args = args;
	talk->con = con;
	talk->created = now;
	talk->digits = args->dtmf;
	talk->report.number = number;
	talk->report.incoming = incoming;
	copy_text(talk->report.who, sizeof talk->report.who, who);
	playout_init(&talk->playout, strcmp(device_of(args), "null") == 0 ? PLAYOUT_RECORD_MS : PLAYOUT_LIVE_MS);
	return talk;
}

void talk_del(struct talk *talk)
{
	audio_close(talk->source);
	audio_close(talk->speaker);
	audio_close(talk->record);
	free(talk);
}

int talk_open_audio(struct talk *talk, struct strbuf *why)
{
	const char *device = device_of(talk->args);
	int error = audio_open_source(&talk->source, source_of(talk->args), device, why);

	if (!error)
		error = audio_open_speaker(&talk->speaker, device, why);
	if (!error && talk->args->record)
		error = open_record(talk, why);
	return error;
}

void talk_event(struct talk *talk, const struct iax2_event *ev, iax2_ns now)
{
	switch (ev->type) {
	case IAX2_EV_ACCEPTED:
		on_accepted(talk, ev, now);
		break;
	case IAX2_EV_READY:
		on_ready(talk, now);
		break;
	case IAX2_EV_CONTROL:
		on_control(talk, ev->subclass, now);
		break;
	case IAX2_EV_VOICE:
		on_voice(talk, ev, now);
		break;
	case IAX2_EV_DTMF_END:
		on_digit(talk, ev);
		break;
	case IAX2_EV_TEXT:
		on_text(talk, (const char *)ev->data);
		break;
	case IAX2_EV_ENDED:
		talk_end(talk, outcome_of_end(ev->reason, ev->cause, talk->answered != 0), ev->cause, end_text(talk, ev), now);
		break;
	default:
		break;
	}
}

/* The reasons to end a call that lie in time. */
static void check_clock(struct talk *talk, iax2_ns now)
{
	const struct args *args = talk->args;

	if (!talk->answered) {
		if (!talk->report.incoming && seconds(now - talk->created) >= args->timeout_s)
			talk_hangup(talk, talk->ready ? OUTCOME_NO_ANSWER : OUTCOME_UNREACHABLE, IAX2_CAUSE_NO_ANSWER, now);
		else if (talk->report.incoming && talk->ready && seconds(now - talk->ready) >= args->ring_s)
			answer(talk, now);
	} else if (args->duration_s > 0) {
		if (seconds(now - talk->answered) >= args->duration_s)
			talk_hangup(talk, OUTCOME_ANSWERED, IAX2_CAUSE_NORMAL, now);
	} else if (!talk->report.incoming && talk->source_ended && now - talk->source_ended >= TAIL_NS &&
	           (!talk->digits || !*talk->digits)) {
		talk_hangup(talk, OUTCOME_ANSWERED, IAX2_CAUSE_NORMAL, now);
	}
}

void talk_tick(struct talk *talk, iax2_ns now)
{
	if (talk->over)
		return;
	run_media(talk, now);
	run_digits(talk, now);
	show_live(talk, now);
	check_clock(talk, now);
}

void talk_hangup(struct talk *talk, enum outcome outcome, unsigned cause, iax2_ns now)
{
	struct iax2_call *call = talk->call;

	if (talk->over)
		return;
	talk_end(talk, outcome, cause, "", now);
	if (call)
		iax2_call_hangup(call, cause, NULL, now);
}

void talk_end(struct talk *talk, enum outcome outcome, unsigned cause, const char *text, iax2_ns now)
{
	struct report *report = &talk->report;

	if (talk->call)
		iax2_call_info(talk->call, &report->info);
	talk->call = NULL;
	talk->over = true;
	while (talk->record && playout_stock(&talk->playout) > 0)
		play_frame(talk);
	if (audio_close(talk->record) < 0)
		report->outcome = OUTCOME_LOCAL_ERROR;
	talk->record = NULL;
	if (report->outcome != OUTCOME_LOCAL_ERROR)
		report->outcome = outcome;
	report->cause = cause;
	copy_text(report->text, sizeof report->text, text);
	/* The call has ended, but the report is about how far it came. */
	report->info.started = talk->ready != 0;
	report->info.answered = talk->answered != 0;
	report->duration_s = talk->answered ? seconds(now - talk->answered) : 0;
	report->late = talk->playout.late;
	console_report(talk->con, report);
}
