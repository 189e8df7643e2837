#include "util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util/utf8.h"

/* A line is one write of at most this many bytes: then lines of several writers to a pipe don't mix, and a pipe that poll() calls
 * writable takes it whole. */
#define LOG_LINE_MAX PIPE_BUF
/* How long a full pipe may hold us up, once; after that, lines are dropped until it takes some again. */
#define LOG_PATIENCE_MS 100

static const char *const level_names[] = {"ERROR", "WARNING", "NOTICE", "VERBOSE", "DEBUG"};

static struct {
	pthread_mutex_t lock; /* threads of the store write, too */
	int fd;
	char *file; /* NULL: standard error */
	bool terminal;
	_Atomic int level; /* read for every message, written or not */
	unsigned long lost;
	log_sink_fn sink;
	void *sink_arg;
} log_state = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = STDERR_FILENO, .level = LOG_LEVEL_NOTICE};

/* A line being made; what does not fit is left out. */
struct log_line {
	char text[LOG_LINE_MAX];
	size_t len;
};

/* The last byte is kept for the newline. */
static void line_add(struct log_line *line, const char *text, size_t len)
{
	if (len <= sizeof(line->text) - 1 - line->len) {
		memcpy(line->text + line->len, text, len);
		line->len += len;
	}
}

static bool is_control(const char *text, size_t len)
{
	unsigned char c = (unsigned char)text[0];

	/* C1 controls, U+0080 to U+009F, are commands to some terminals. */
	return c < 0x20 || c == 0x7f || (len == 2 && c == 0xc2 && (unsigned char)text[1] < 0xa0);
}

static void line_add_escaped(struct log_line *line, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		size_t len = utf8_char_len(text, left);
		if (len > 0 && !is_control(text, len)) {
			line_add(line, text, len);
		} else {
			len = len ? len : 1;
			for (size_t i = 0; i < len; i++) {
				char hex[8];
				int n = snprintf(hex, sizeof(hex), "\\x%02x", (unsigned)(unsigned char)text[i]);
				line_add(line, hex, (size_t)n);
			}
		}
		text += len;
		left -= len;
	}
}

static void line_begin(struct log_line *line, enum log_level level, bool terminal)
{
	time_t now = time(NULL);
	struct tm tm;
	char stamp[32], head[80];

	localtime_r(&now, &tm);
	if (terminal) {
		strftime(stamp, sizeof(stamp), "%H:%M:%S", &tm);
		snprintf(head, sizeof(head), "%s %s ", stamp, level_names[level]);
	} else {
		strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", &tm);
		snprintf(head, sizeof(head), "[%s] %s[%ld] ", stamp, level_names[level], (long)getpid());
	}
	line->len = 0;
	line_add(line, head, strlen(head));
}

static void line_write(struct log_line *line)
{
	struct pollfd pfd = {.fd = log_state.fd, .events = POLLOUT};

	if (poll(&pfd, 1, log_state.lost ? 0 : LOG_PATIENCE_MS) != 1 || !(pfd.revents & POLLOUT)) {
		log_state.lost++;
		return;
	}
	line->text[line->len] = '\n';
	ssize_t n;
	do {
		n = write(log_state.fd, line->text, line->len + 1);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		log_state.lost++; /* the disk is full, the reader has gone: there is nobody to tell */
	}
}

static void write_locked(enum log_level level, const char *message)
{
	struct log_line line;

	if (log_state.lost > 0) {
		char note[64];
		unsigned long lost = log_state.lost;
		snprintf(note, sizeof(note), "%lu log lines before this one were lost", lost);
		line_begin(&line, LOG_LEVEL_WARNING, log_state.terminal);
		line_add(&line, note, strlen(note));
		line_write(&line);
		log_state.lost = log_state.lost > lost ? lost : 0;
	}
	line_begin(&line, level, log_state.terminal);
	line_add_escaped(&line, message);
	line_write(&line);
}

static void use_stderr(void)
{
	if (log_state.fd != STDERR_FILENO) {
		close(log_state.fd);
	}
	free(log_state.file);
	log_state.file = NULL;
	log_state.fd = STDERR_FILENO;
	log_state.terminal = isatty(STDERR_FILENO);
	log_state.lost = 0;
}

static int file_open(const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);

	return fd < 0 ? -errno : fd;
}

int log_open(const char *file, enum log_level level)
{
	int result = 0;

	signal(SIGPIPE, SIG_IGN);
	pthread_mutex_lock(&log_state.lock);
	use_stderr();
	log_state.level = level;
	if (file) {
		int fd = file_open(file);
		char *name = strdup(file);
		if (fd >= 0 && name) {
			log_state.fd = fd;
			log_state.file = name;
			log_state.terminal = false;
		} else {
			result = fd < 0 ? fd : -ENOMEM;
			if (fd >= 0) {
				close(fd);
			}
			free(name);
		}
	}
	pthread_mutex_unlock(&log_state.lock);
	return result;
}

int log_reopen(void)
{
	int result = 0;

	pthread_mutex_lock(&log_state.lock);
	if (log_state.file) {
		int fd = file_open(log_state.file);
		if (fd >= 0) {
			close(log_state.fd);
			log_state.fd = fd;
		} else {
			result = fd;
		}
	}
	pthread_mutex_unlock(&log_state.lock);
	return result;
}

void log_close(void)
{
	pthread_mutex_lock(&log_state.lock);
	use_stderr();
	pthread_mutex_unlock(&log_state.lock);
}

void log_set_level(enum log_level level)
{
	log_state.level = level;
}

enum log_level log_level(void)
{
	return (enum log_level)log_state.level;
}

void log_set_sink(log_sink_fn fn, void *arg)
{
	pthread_mutex_lock(&log_state.lock);
	log_state.sink = fn;
	log_state.sink_arg = arg;
	pthread_mutex_unlock(&log_state.lock);
}

void log_write(enum log_level level, const char *fmt, ...)
{
	char message[LOG_LINE_MAX];
	va_list ap;

	if ((int)level > log_state.level) {
		return;
	}
	int saved_errno = errno;
	va_start(ap, fmt);
	int len = vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	if (len > 0) {
		size_t end = strlen(message);
		if (message[end - 1] == '\n') {
			message[end - 1] = '\0';
		}
		pthread_mutex_lock(&log_state.lock);
		write_locked(level, message);
		log_sink_fn sink = log_state.sink;
		void *arg = log_state.sink_arg;
		pthread_mutex_unlock(&log_state.lock);
		if (sink) {
			sink(level, message, arg);
		}
	}
	errno = saved_errno;
}
