#include "util/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "util/utf8.h"

static void json_text(struct strbuf *out, const char *text)
{
	static const char short_from[] = "\"\\\b\f\n\r\t", short_to[] = "\"\\bfnrt";
	size_t left = strlen(text);

	strbuf_add_char(out, '"');
	while (left > 0) {
		const char *shorthand = strchr(short_from, *text);
		size_t len = utf8_char_len(text, left);
		if (shorthand) {
			strbuf_add_char(out, '\\');
			strbuf_add_char(out, short_to[shorthand - short_from]);
		} else if (len == 0) {
			strbuf_add(out, "\xef\xbf\xbd");
			len = 1;
		} else if ((unsigned char)*text < 0x20 || *text == 0x7f) {
			strbuf_printf(out, "\\u%04x", (unsigned)(unsigned char)*text);
		} else {
			strbuf_add_bytes(out, text, len);
		}
		text += len;
		left -= len;
	}
	strbuf_add_char(out, '"');
}

/* What stands before every value. */
static void json_lead(struct json *j, const char *name)
{
	if (j->comma) {
		strbuf_add_char(j->out, ',');
	}
	j->comma = true;
	if (name) {
		json_text(j->out, name);
		strbuf_add_char(j->out, ':');
	}
}

static void json_open(struct json *j, const char *name, char bracket)
{
	json_lead(j, name);
	strbuf_add_char(j->out, bracket);
	j->comma = false;
}

static void json_close(struct json *j, char bracket)
{
	strbuf_add_char(j->out, bracket);
	j->comma = true;
}

void json_init(struct json *j, struct strbuf *out)
{
	*j = (struct json){.out = out};
}

void json_object_begin(struct json *j, const char *name)
{
	json_open(j, name, '{');
}

void json_object_end(struct json *j)
{
	json_close(j, '}');
}

void json_array_begin(struct json *j, const char *name)
{
	json_open(j, name, '[');
}

void json_array_end(struct json *j)
{
	json_close(j, ']');
}

void json_null(struct json *j, const char *name)
{
	json_lead(j, name);
	strbuf_add(j->out, "null");
}

void json_string(struct json *j, const char *name, const char *value)
{
	if (!value) {
		json_null(j, name);
		return;
	}
	json_lead(j, name);
	json_text(j->out, value);
}

void json_int(struct json *j, const char *name, int64_t value)
{
	json_lead(j, name);
	strbuf_printf(j->out, "%" PRId64, value);
}

void json_double(struct json *j, const char *name, double value)
{
	char text[40];

	if (!isfinite(value)) {
		json_null(j, name);
		return;
	}
	json_lead(j, name);
	/* The programs run in the C locale for numbers, so that the point is a point. */
	snprintf(text, sizeof(text), "%.10g", value);
	strbuf_add(j->out, text);
}

void json_bool(struct json *j, const char *name, bool value)
{
	json_lead(j, name);
	strbuf_add(j->out, value ? "true" : "false");
}
