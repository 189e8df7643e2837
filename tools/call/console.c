#include "console.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/json.h"

static double seconds_since_start(const struct console *con)
{
	return (double)(clock_monotonic_ns() - con->started) / 1e9;
}

static void clear_live(struct console *con)
{
	if (con->live_shown)
		fputs("\r\033[K", stderr);
	con->live_shown = false;
}

/* What comes from the network must not command the terminal. */
static void put_safely(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
}

static void put_json_event(struct console *con, unsigned call, const char *event, const char *name, const char *value,
                           const char *detail)
{
	struct strbuf line = STRBUF_EMPTY;
	struct json j;

	json_init(&j, &line);
	json_object_begin(&j, NULL);
	json_string(&j, "event", event);
	json_double(&j, "time_s", seconds_since_start(con));
	if (call)
		json_int(&j, "call", call);
	if (name)
		json_string(&j, name, value);
	json_string(&j, "detail", detail);
	json_object_end(&j);
	printf("%s\n", strbuf_text(&line));
	fflush(stdout);
	strbuf_fini(&line);
}

__attribute__((format(printf, 6, 0)))
static void put_event(struct console *con, unsigned call, const char *event, const char *name, const char *value,
                      const char *fmt, va_list ap)
{
	struct strbuf detail = STRBUF_EMPTY;

	strbuf_vprintf(&detail, fmt, ap);
	if (con->json) {
		put_json_event(con, call, event, name, value, strbuf_text(&detail));
	} else {
		clear_live(con);
		fprintf(stderr, "%8.3f  ", seconds_since_start(con));
		if (call)
			fprintf(stderr, "call %u: ", call);
		put_safely(stderr, strbuf_text(&detail));
		fputc('\n', stderr);
	}
	strbuf_fini(&detail);
}

void console_init(struct console *con, bool json, bool trace)
{
	*con = (struct console){.json = json, .started = clock_monotonic_ns()};
	con->terminal = !json && !trace && isatty(STDERR_FILENO);
}

void console_event(struct console *con, unsigned call, const char *event, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_event(con, call, event, NULL, NULL, fmt, ap);
	va_end(ap);
}

void console_event_value(struct console *con, unsigned call, const char *event, const char *name, const char *value,
                         const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_event(con, call, event, name, value, fmt, ap);
	va_end(ap);
}

void console_live(struct console *con, const char *text)
{
	if (!con->terminal)
		return;
	fprintf(stderr, "\r\033[K%s", text);
	con->live_shown = true;
}

void console_report(struct console *con, const struct report *report)
{
	struct strbuf text = STRBUF_EMPTY;

	clear_live(con);
	if (con->json)
		report_json(report, &text);
	else
		report_print(report, &text);
	fputs(strbuf_text(&text), stdout);
	fflush(stdout);
	strbuf_fini(&text);
}

void console_trace(struct console *con, const char *text)
{
	size_t len = strlen(text);

	clear_live(con);
	fprintf(stderr, "%s%s", text, len && text[len - 1] == '\n' ? "" : "\n");
}
