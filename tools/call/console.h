/* Console: what iaxcall tells while it works and at the end.
 *
 * For people, progress goes to standard error and reports to standard output; as JSON, each is one line on standard output. */
#ifndef IAXCALL_CONSOLE_H
#define IAXCALL_CONSOLE_H

#include <stdbool.h>

#include "report.h"

struct console {
	bool json;
	bool terminal;     /* standard error is one, and a live line makes sense */
	bool live_shown;
	int64_t started;   /* clock_monotonic_ns() */
};

void console_init(struct console *con, bool json, bool trace);
/* Something happened: `event` is one word for programs, the rest text for people.  `call` 0: not about a call. */
void console_event(struct console *con, unsigned call, const char *event, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same, with a value of its own for programs. */
void console_event_value(struct console *con, unsigned call, const char *event, const char *name, const char *value,
                         const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* Replaces the live line; nothing where there is no terminal. */
void console_live(struct console *con, const char *text);
void console_report(struct console *con, const struct report *report);
/* A frame of the trace. */
void console_trace(struct console *con, const char *text);

#endif
