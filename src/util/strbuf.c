#include "util/strbuf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for `more` bytes and the terminator. */
static bool strbuf_reserve(struct strbuf *sb, size_t more)
{
	if (sb->failed || more > SIZE_MAX / 2 - sb->len - 1) {
		sb->failed = true;
		return false;
	}
	size_t need = sb->len + more + 1;
	if (need <= sb->cap) {
		return true;
	}
	size_t cap = sb->cap ? sb->cap : 64;
	while (cap < need) {
		cap *= 2;
	}
	char *text = realloc(sb->text, cap);
	if (!text) {
		sb->failed = true;
		return false;
	}
	sb->text = text;
	sb->cap = cap;
	return true;
}

void strbuf_fini(struct strbuf *sb)
{
	free(sb->text);
	*sb = STRBUF_EMPTY;
}

void strbuf_clear(struct strbuf *sb)
{
	sb->len = 0;
	sb->failed = false;
	if (sb->text) {
		sb->text[0] = '\0';
	}
}

void strbuf_add_bytes(struct strbuf *sb, const void *data, size_t len)
{
	if (!strbuf_reserve(sb, len)) {
		return;
	}
	if (len > 0) {
		memcpy(sb->text + sb->len, data, len);
	}
	sb->len += len;
	sb->text[sb->len] = '\0';
}

void strbuf_add(struct strbuf *sb, const char *text)
{
	strbuf_add_bytes(sb, text, strlen(text));
}

void strbuf_add_char(struct strbuf *sb, char c)
{
	strbuf_add_bytes(sb, &c, 1);
}

void strbuf_vprintf(struct strbuf *sb, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0) {
		sb->failed = true;
		return;
	}
	if (strbuf_reserve(sb, (size_t)len)) {
		vsnprintf(sb->text + sb->len, (size_t)len + 1, fmt, ap);
		sb->len += (size_t)len;
	}
}

void strbuf_printf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vprintf(sb, fmt, ap);
	va_end(ap);
}

const char *strbuf_text(const struct strbuf *sb)
{
	return sb->text ? sb->text : "";
}

char *strbuf_steal(struct strbuf *sb)
{
	strbuf_reserve(sb, 0);
	if (sb->failed) {
		strbuf_fini(sb);
		return NULL;
	}
	char *text = sb->text;
	text[sb->len] = '\0';
	*sb = STRBUF_EMPTY;
	return text;
}
