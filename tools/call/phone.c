#include "phone.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "net/loop.h"
#include "talk.h"

#define MS(n) ((iax2_ns)(n) * IAX2_NS_PER_MS)
#define TICK_NS MS(AUDIO_FRAME_MS)
/* Without any answer to the very first frame for so long nobody is there. */
#define SETUP_TIMEOUT_MS 10000
/* How long our last words (HANGUP, the release of a registration) may take to be acknowledged. */
#define FAREWELL_NS MS(2000)

struct phone {
	const struct args *args;
	struct console *con;
	struct loop *loop;
	struct line *line;               /* opened when the address family is known */
	struct loop_timer *clock;
	iax2_ns next_tick;
	struct loop_signal *signals[2];
	struct loop_lookup *call_lookup, *registrar_lookup;
	struct iax2_registration *registration;
	enum iax2_registration_state registration_state;
	struct talk *talks;
	unsigned numbers;                /* calls so far */
	unsigned done;                   /* calls that count for --calls */
	bool stopping;
	iax2_ns stop_at;
	enum outcome outcome;
};

static iax2_ns now_of(const struct phone *phone)
{
	return loop_now(phone->loop);
}

static enum outcome outcome_when_stopped(const struct talk *talk, enum outcome outcome)
{
	if (talk->answered)
		return OUTCOME_ANSWERED;
	return outcome == OUTCOME_ANSWERED ? OUTCOME_INTERRUPTED : outcome;
}

/* Says goodbye to everybody; the loop ends when that has been heard. */
static void stop(struct phone *phone, enum outcome outcome)
{
	iax2_ns now = now_of(phone);

	if (phone->stopping)
		return;
	phone->stopping = true;
	phone->outcome = outcome;
	phone->stop_at = now + FAREWELL_NS;
	for (struct talk *talk = phone->talks; talk; talk = talk->next)
		talk_hangup(talk, outcome_when_stopped(talk, outcome), IAX2_CAUSE_NORMAL, now);
	if (phone->registration)
		iax2_registration_stop(phone->registration, true, now);
	phone->registration = NULL;
	if (phone->call_lookup)
		loop_lookup_cancel(phone->call_lookup);
	if (phone->registrar_lookup)
		loop_lookup_cancel(phone->registrar_lookup);
	phone->call_lookup = phone->registrar_lookup = NULL;
	phone->next_tick = now;
	loop_timer_set(phone->clock, now);
}

static void fail(struct phone *phone, enum outcome outcome, const char *event, const char *text)
{
	console_event(phone->con, 0, event, "%s", text);
	stop(phone, outcome);
}

static struct talk *add_talk(struct phone *phone, bool incoming, const char *who)
{
	struct talk *talk = talk_new(phone->args, phone->con, phone->numbers + 1, incoming, who, now_of(phone));

	if (!talk)
		return NULL;
	phone->numbers++;
	talk->next = phone->talks;
	phone->talks = talk;
	phone->next_tick = now_of(phone);
	loop_timer_set(phone->clock, phone->next_tick);
	return talk;
}

static unsigned count_talks(const struct phone *phone)
{
	unsigned count = 0;

	for (const struct talk *talk = phone->talks; talk; talk = talk->next)
		count++;
	return count;
}

/* ---- calls that come in ---- */

static void describe_caller(const struct iax2_event *ev, char *out, size_t cap)
{
	char addr[IAX2_ADDR_TEXT], number[256], name[256], exten[256];

	iax2_ies_string(ev->ies, IAX2_IE_CALLING_NUMBER, number, sizeof number);
	iax2_ies_string(ev->ies, IAX2_IE_CALLING_NAME, name, sizeof name);
	iax2_ies_string(ev->ies, IAX2_IE_CALLED_NUMBER, exten, sizeof exten);
	snprintf(out, cap, "%.60s%s<%.40s> at %s for %.40s", name, *name ? " " : "", *number ? number : "unknown",
	         iax2_addr_format(&ev->path.remote, addr), *exten ? exten : "s");
}

static iax2_format choose_format(const struct phone *phone, const struct iax2_ies *ies)
{
	struct iax2_prefs theirs = {0};

	if (iax2_ies_has(ies, IAX2_IE_CODEC_PREFS)) {
		const struct iax2_view *view = &ies->value[IAX2_IE_CODEC_PREFS].view;

		iax2_prefs_decode(&theirs, (const char *)view->data, view->len);
	}
	return iax2_negotiate(IAX2_PRIORITY_HOST, iax2_ies_format(ies), iax2_ies_capability(ies), &theirs, &phone->args->formats);
}

static void refuse(struct phone *phone, const struct iax2_event *ev, unsigned cause, const char *text, const char *who)
{
	console_event(phone->con, 0, "refused", "call from %s refused: %s", who, text);
	iax2_call_reject(ev->call, cause, text, now_of(phone));
}

static void on_new(struct phone *phone, const struct iax2_event *ev)
{
	const struct args *args = phone->args;
	iax2_format format = choose_format(phone, ev->ies);
	struct talk *talk;
	char who[200];

	describe_caller(ev, who, sizeof who);
	if (args->reject_cause) {
		refuse(phone, ev, args->reject_cause, iax2_cause_text(args->reject_cause), who);
		phone->done++;
	} else if (!args->answer || phone->stopping) {
		refuse(phone, ev, IAX2_CAUSE_REJECTED, "this phone takes no calls", who);
	} else if (count_talks(phone) >= args->max_calls || (args->calls && phone->done >= args->calls)) {
		refuse(phone, ev, IAX2_CAUSE_BUSY, "User busy", who);
	} else if (!format) {
		refuse(phone, ev, IAX2_CAUSE_BEARER, "Unable to negotiate codec", who);
	} else if (!(talk = add_talk(phone, true, who))) {
		refuse(phone, ev, IAX2_CAUSE_CONGESTION, "out of memory", who);
	} else {
		console_event(phone->con, talk->report.number, "incoming", "call from %s", talk->report.who);
		talk->call = ev->call;
		talk->format = format;
		iax2_call_set_user(ev->call, talk);
		iax2_call_accept(ev->call, format, iax2_prefs_mask(&args->formats), now_of(phone));
	}
}

/* ---- registration ---- */

static void on_registration(struct phone *phone)
{
	struct iax2_registration_info info;
	char addr[IAX2_ADDR_TEXT];
	bool good;

	iax2_registration_info(phone->registration, &info);
	good = info.state == IAX2_REG_REGISTERED;
	if (info.state == phone->registration_state)
		return;
	phone->registration_state = info.state;
	if (info.state == IAX2_REG_REQUEST_SENT || info.state == IAX2_REG_AUTH_SENT || info.state == IAX2_REG_UNREGISTERED)
		return;
	if (good)
		console_event(phone->con, 0, "registered", "registered at %s for %u s", iax2_addr_format(&info.path.remote, addr),
		              info.refresh_s);
	else
		console_event(phone->con, 0, "unregistered", "registration at %s: %s%s%s", iax2_addr_format(&info.path.remote, addr),
		              iax2_registration_state_text(info.state), *info.text ? ": " : "", info.text);
	/* With nothing else to do, to be registered or not was the question. */
	if (!phone->args->answer && !phone->args->call.host)
		stop(phone, good ? OUTCOME_ANSWERED : info.state == IAX2_REG_TIMEOUT ? OUTCOME_UNREACHABLE : OUTCOME_REFUSED);
}

static void on_event(const struct iax2_event *ev, void *arg)
{
	struct phone *phone = arg;

	if (ev->type == IAX2_EV_NEW)
		on_new(phone, ev);
	else if (ev->type == IAX2_EV_REGREQ)
		iax2_regreq_refuse(ev->regreq, now_of(phone));
	else if (ev->type == IAX2_EV_REGISTRATION && phone->registration)
		on_registration(phone);
	else if (ev->call && ev->user)
		talk_event(ev->user, ev, now_of(phone));
}

/* ---- the line ---- */

static bool need_line(struct phone *phone, uint8_t family)
{
	struct line_params params = {.loop = phone->loop, .bind = phone->args->bind, .trace = phone->args->trace, .con = phone->con,
	                             .event = on_event, .arg = phone};
	char addr[IAX2_ADDR_TEXT], text[256];
	const char *what;
	int error;

	if (phone->line)
		return true;
	if (!params.bind.family)
		params.bind = (struct iax2_addr){.family = family, .port = args_default_port(phone->args)};
	error = line_open(&phone->line, &params, &what);
	if (error) {
		snprintf(text, sizeof text, "%s on %s: %s%s", what, iax2_addr_format(&params.bind, addr), strerror(-error),
		         error == -EADDRINUSE ? " (is another phone or server using that port? choose one with --bind ADDR:PORT)" : "");
		fail(phone, OUTCOME_LOCAL_ERROR, "error", text);
		return false;
	}
	if (phone->args->answer)
		console_event(phone->con, 0, "listening", "taking calls on %s", iax2_addr_format(line_local(phone->line), addr));
	return true;
}

/* ---- calls that go out ---- */

static int place_call(struct phone *phone, struct talk *talk, const struct iax2_addr *addr)
{
	const struct args *args = phone->args;
	struct iax2_path path = {.remote = *addr};
	struct iax2_call_params params = {
		.called_number = args->call.exten,
		.called_context = args->call.context,
		.username = args->call.user,
		.secret = args->call.secret,
		.calling_number = args->caller_number,
		.calling_name = args->caller_name,
		.dnid = args->call.exten,
		.prefs = args->formats,
		.setup_timeout_ms = SETUP_TIMEOUT_MS,
		.user = talk,
	};

	if (!args->caller_number && !args->caller_name)
		params.calling_pres = 0x43;
	return iax2_call_new(line_endpoint(phone->line), &talk->call, &path, &params, now_of(phone));
}

static void call_found(const struct iax2_addr *addr, const char *error, void *arg)
{
	struct phone *phone = arg;
	struct talk *talk = phone->talks;
	char text[IAX2_ADDR_TEXT];
	int result;

	phone->call_lookup = NULL;
	if (error) {
		console_event(phone->con, talk->report.number, "lookup-failed", "%s: %s", phone->args->call.host, error);
		talk_end(talk, OUTCOME_UNREACHABLE, 0, error, now_of(phone));
		return;
	}
	if (!need_line(phone, addr->family)) {
		talk_end(talk, OUTCOME_LOCAL_ERROR, 0, "no socket", now_of(phone));
		return;
	}
	console_event(phone->con, talk->report.number, "calling", "calling %s at %s",
	              phone->args->call.exten ? phone->args->call.exten : "s", iax2_addr_format(addr, text));
	result = place_call(phone, talk, addr);
	if (result < 0)
		talk_end(talk, OUTCOME_LOCAL_ERROR, 0, iax2_strerror(result), now_of(phone));
}

static void registrar_found(const struct iax2_addr *addr, const char *error, void *arg)
{
	struct phone *phone = arg;
	const struct url *url = &phone->args->registrar;
	struct iax2_registration_params params = {.username = url->user, .secret = url->secret};
	struct iax2_path path;
	char text[256];

	phone->registrar_lookup = NULL;
	if (error) {
		snprintf(text, sizeof text, "registrar %s: %s", url->host, error);
		fail(phone, OUTCOME_UNREACHABLE, "lookup-failed", text);
		return;
	}
	if (!need_line(phone, addr->family))
		return;
	path = (struct iax2_path){.remote = *addr};
	if (iax2_registration_new(line_endpoint(phone->line), &phone->registration, &path, &params, now_of(phone)) < 0)
		fail(phone, OUTCOME_LOCAL_ERROR, "error", "the registration can't be begun: out of memory");
}

static struct loop_lookup *look_up(struct phone *phone, const struct url *url, loop_lookup_fn fn)
{
	struct loop_lookup *lookup = loop_lookup_new(phone->loop, url->host, url->port, fn, phone);

	if (!lookup)
		fail(phone, OUTCOME_LOCAL_ERROR, "error", "out of memory");
	return lookup;
}

static void start_call(struct phone *phone)
{
	struct strbuf why = STRBUF_EMPTY;
	struct talk *talk;
	char who[200];

	snprintf(who, sizeof who, "%.60s at %.100s", phone->args->call.exten ? phone->args->call.exten : "s", phone->args->call.host);
	talk = add_talk(phone, false, who);
	if (!talk) {
		fail(phone, OUTCOME_LOCAL_ERROR, "error", "out of memory");
	} else if (talk_open_audio(talk, &why) < 0) {
		fail(phone, OUTCOME_LOCAL_ERROR, "error", why.len ? strbuf_text(&why) : "out of memory");
		phone->talks = NULL;
		talk_del(talk);
	} else {
		phone->call_lookup = look_up(phone, &phone->args->call, call_found);
	}
	strbuf_fini(&why);
}

/* ---- the loop ---- */

static void set_clock(struct phone *phone, iax2_ns now)
{
	if (!phone->talks && !phone->stopping) {
		loop_timer_set(phone->clock, IAX2_NS_NEVER);
		return;
	}
	/* Absolute, so that lateness does not add up; talks catch up by themselves. */
	while (phone->next_tick <= now)
		phone->next_tick += TICK_NS;
	loop_timer_set(phone->clock, phone->next_tick);
}

static void on_tick(void *arg)
{
	struct phone *phone = arg;

	/* When we are late, what is to be heard lies in the socket already. */
	if (phone->line)
		line_receive(phone->line);
	for (struct talk *talk = phone->talks; talk; talk = talk->next)
		talk_tick(talk, now_of(phone));
	set_clock(phone, now_of(phone));
}

static void talk_is_over(struct phone *phone, const struct talk *talk)
{
	const struct report *report = &talk->report;

	if (phone->args->call.host) {
		stop(phone, report->outcome);
	} else if (report->outcome == OUTCOME_LOCAL_ERROR) {
		stop(phone, OUTCOME_LOCAL_ERROR);
	} else if (report->info.answered || phone->args->busy) {
		phone->done++;
	}
}

static void reap(struct phone *phone)
{
	for (struct talk **at = &phone->talks, *talk; (talk = *at);) {
		if (!talk->over) {
			at = &talk->next;
			continue;
		}
		*at = talk->next;
		talk_is_over(phone, talk);
		talk_del(talk);
	}
}

static void on_turn(void *arg)
{
	struct phone *phone = arg;
	const struct args *args = phone->args;

	if (phone->line)
		line_flush(phone->line);
	reap(phone);
	if (args->answer && args->calls && phone->done >= args->calls && !phone->talks)
		stop(phone, OUTCOME_ANSWERED);
	if (phone->line)
		line_flush(phone->line);
	if (phone->stopping && !phone->talks && (!phone->line || !line_busy(phone->line) || now_of(phone) >= phone->stop_at))
		loop_stop(phone->loop);
}

static void on_signal(int signo, void *arg)
{
	struct phone *phone = arg;

	(void)signo;
	if (phone->stopping) {   /* the second time: at once */
		phone->stop_at = 0;
		return;
	}
	stop(phone, phone->args->answer || (phone->talks && phone->talks->answered) ? OUTCOME_ANSWERED : OUTCOME_INTERRUPTED);
}

static bool open_loop(struct phone *phone)
{
	static const int signos[2] = {SIGINT, SIGTERM};
	bool ok;

	phone->loop = loop_new();
	if (!phone->loop)
		return false;
	phone->clock = loop_timer_new(phone->loop, on_tick, phone);
	ok = phone->clock != NULL;
	for (int i = 0; i < 2; i++) {
		phone->signals[i] = loop_signal_new(phone->loop, signos[i], on_signal, phone);
		ok = ok && phone->signals[i];
	}
	loop_set_turn(phone->loop, on_turn, phone);
	return ok;
}

static void close_loop(struct phone *phone)
{
	line_close(phone->line);
	for (int i = 0; i < 2; i++) {
		if (phone->signals[i])
			loop_signal_del(phone->signals[i]);
	}
	if (phone->clock)
		loop_timer_del(phone->clock);
	if (phone->loop)
		loop_del(phone->loop);
}

static void start(struct phone *phone)
{
	const struct args *args = phone->args;

	if (args->call.host)
		start_call(phone);
	if (args->registrar.host && !phone->stopping)
		phone->registrar_lookup = look_up(phone, &args->registrar, registrar_found);
	if (args->answer && !args->registrar.host)
		need_line(phone, 4);
}

enum outcome phone_run(const struct args *args, struct console *con)
{
	struct phone phone = {.args = args, .con = con, .outcome = OUTCOME_LOCAL_ERROR};

	if (open_loop(&phone)) {
		start(&phone);
		on_turn(&phone);
		loop_run(phone.loop);
	} else {
		console_event(con, 0, "error", "no event loop: out of memory or file descriptors");
	}
	close_loop(&phone);
	return phone.outcome;
}
