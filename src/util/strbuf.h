/* Strbuf: text that grows.  A failed allocation is sticky: `failed` is set, the text stays what it was. */
#ifndef TANDEM_UTIL_STRBUF_H
#define TANDEM_UTIL_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct strbuf {
	char *text; /* terminated; NULL while empty and nothing was ever written: use strbuf_text() */
	size_t len;
	size_t cap;
	bool failed;
};

#define STRBUF_EMPTY ((struct strbuf){0})

void strbuf_fini(struct strbuf *sb);  /* frees; usable again as empty */
void strbuf_clear(struct strbuf *sb); /* length 0 and no failure, keeps the memory */
void strbuf_add(struct strbuf *sb, const char *text);
void strbuf_add_bytes(struct strbuf *sb, const void *data, size_t len);
void strbuf_add_char(struct strbuf *sb, char c);
void strbuf_printf(struct strbuf *sb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *sb, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
const char *strbuf_text(const struct strbuf *sb); /* never NULL */
char *strbuf_steal(struct strbuf *sb);            /* the caller frees it; NULL when out of memory */

#endif
