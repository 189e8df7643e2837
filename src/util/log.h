/* Log: one event per line, levelled, control characters escaped.  The one thing that is global to the process. */
#ifndef TANDEM_UTIL_LOG_H
#define TANDEM_UTIL_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* Asterisk's levels, the most important first. */
enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_VERBOSE, LOG_LEVEL_DEBUG };

/* Opens the log.  `file` NULL: standard error.  Lines above `level` are not written.  0, or -errno (and the log goes on to
 * standard error).  May be called again.  SIGPIPE is ignored from then on.  Before the first call, lines up to NOTICE go to
 * standard error. A file, or standard error that is no terminal, gets "[2026-11-21 07:16:44] NOTICE[pid] text", a terminal
 * "07:16:44 NOTICE text". A reader that does not read holds nobody up: lines are dropped, and their number is told when it reads
 * again. */
int log_open(const char *file, enum log_level level);
/* Opens the file anew under its name (after rotation); no harm on standard error. */
int log_reopen(void);
void log_close(void);
void log_set_level(enum log_level level);
enum log_level log_level(void);

/* One line; a newline at the end is added, others and control characters inside are written as \xNN, so that nothing that came
 * from the network can forge a line; the same goes for bytes that are not UTF-8.  A line has at most 4096 bytes, the rest is
 * cut off.  Any thread. */
void log_write(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)  log_write(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_verbose(...) log_write(LOG_LEVEL_VERBOSE, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* Every line that is written is also given to the sink (a console that wants to see them); NULL takes it away.  It gets the
 * message alone, not escaped, in the thread that wrote it. */
typedef void (*log_sink_fn)(enum log_level level, const char *line, void *arg);
void log_set_sink(log_sink_fn fn, void *arg);

#endif
