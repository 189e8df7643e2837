#include "config/conf_lexer.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char *conf_trim(char *text)
{
	while (is_blank(*text)) {
		text++;
	}
	size_t len = strlen(text);
	while (len && is_blank(text[len - 1])) {
		len--;
	}
	text[len] = '\0';
	return text;
}

/* `;--` begins a block comment, `;---` is a line of dashes. */
static bool opens_block(const char *raw, size_t i, size_t len)
{
	return i + 2 < len && raw[i] == ';' && raw[i + 1] == '-' && raw[i + 2] == '-' && !(i + 3 < len && raw[i + 3] == '-');
}

/* `floor` is the first byte that may be part of the `--;`, so that the dashes of an opening do not count. */
static bool closes_block(const char *raw, size_t i, size_t floor)
{
	return raw[i] == ';' && i >= floor + 2 && raw[i - 1] == '-' && raw[i - 2] == '-';
}

/* Copies what is no comment from raw to lexer->buf. */
static void strip_comments(struct conf_lexer *lexer, const char *raw, size_t len)
{
	size_t out = 0, floor = 0;
	for (size_t i = 0; i < len; i++) {
		if (lexer->depth && closes_block(raw, i, floor)) {
			lexer->depth--;
			floor = i + 1;
		} else if (!lexer->depth && raw[i] == '\\' && i + 1 < len && raw[i + 1] == ';') {
			lexer->buf[out++] = raw[++i];
		} else if (opens_block(raw, i, len)) {
			if (lexer->depth++ == 0) {
				lexer->opened_line = lexer->line;
			}
			i += 2;
			floor = i + 1;
		} else if (!lexer->depth && raw[i] == ';') {
			break;
		} else if (!lexer->depth) {
			lexer->buf[out++] = raw[i];
		}
	}
	lexer->buf[out] = '\0';
}

static void take_raw_line(struct conf_lexer *lexer, const char **raw, size_t *len)
{
	const char *newline = memchr(lexer->text, '\n', lexer->len);
	*raw = lexer->text;
	*len = newline ? (size_t)(newline - lexer->text) : lexer->len;
	size_t used = *len + (newline ? 1 : 0);
	lexer->text += used;
	lexer->len -= used;
	lexer->line++;
	if (*len && (*raw)[*len - 1] == '\r') {
		--*len;
	}
}

static bool line_is_sane(const struct conf_lexer *lexer, const char *raw, size_t len)
{
	if (len > CONF_LINE_MAX) {
		diag_add(lexer->diag, DIAG_ERROR, lexer->file, lexer->line, "the line is too long: %zu bytes, at most %d are allowed",
		         len, CONF_LINE_MAX);
		return false;
	}
	if (memchr(raw, '\0', len)) {
		diag_add(lexer->diag, DIAG_ERROR, lexer->file, lexer->line, "NUL byte: expected plain text in UTF-8");
		return false;
	}
	return true;
}

void conf_lexer_init(struct conf_lexer *lexer, const char *file, const char *text, size_t len, struct diag *diag)
{
	*lexer = (struct conf_lexer){.text = text, .len = len, .file = file, .diag = diag};
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		lexer->text += 3;
		lexer->len -= 3;
	}
}

char *conf_lexer_next(struct conf_lexer *lexer)
{
	while (lexer->len) {
		const char *raw;
		size_t len;
		take_raw_line(lexer, &raw, &len);
		if (!line_is_sane(lexer, raw, len)) {
			continue;
		}
		strip_comments(lexer, raw, len);
		char *line = conf_trim(lexer->buf);
		if (*line) {
			return line;
		}
	}
	if (lexer->depth) {
		diag_add(lexer->diag, DIAG_ERROR, lexer->file, lexer->opened_line,
		         "the comment that begins here with ;-- is never closed: expected --; before the end of the file");
		lexer->depth = 0;
	}
	return NULL;
}
