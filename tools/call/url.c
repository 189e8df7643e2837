#include "url.h"

#include <stdlib.h>
#include <string.h>

#include "iax2/types.h"

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The text from begin to end with its %XX undone; NULL for a % without two hex digits, %00, or out of memory. */
static char *decode(const char *begin, const char *end)
{
	char *out = malloc((size_t)(end - begin) + 1), *p = out;

	while (out && begin < end) {
		if (*begin != '%') {
			*p++ = *begin++;
			continue;
		}
		if (end - begin < 3 || hex_digit(begin[1]) < 0 || hex_digit(begin[2]) < 0 || (begin[1] == '0' && begin[2] == '0')) {
			free(out);
			return NULL;
		}
		*p++ = (char)(hex_digit(begin[1]) << 4 | hex_digit(begin[2]));
		begin += 3;
	}
	if (out)
		*p = '\0';
	return out;
}

/* What follows the scheme, or NULL. */
static const char *after_scheme(const char *text)
{
	static const char *const schemes[] = {"iax2:", "iax:"};

	for (int i = 0; i < 2; i++) {
		size_t len = strlen(schemes[i]);

		if (strncasecmp(text, schemes[i], len) == 0)
			return strncmp(text + len, "//", 2) == 0 ? text + len + 2 : text + len;
	}
	return NULL;
}

/* The end of user and host, where "/exten" begins. */
static const char *authority_end(const char *authority)
{
	return authority + strcspn(authority, "/");
}

/* The @ between user and host: the last one, as secrets have them too. */
static const char *user_end(const char *authority)
{
	return memrchr(authority, '@', (size_t)(authority_end(authority) - authority));
}

static int parse_port(uint16_t *port, const char *text, const char *end)
{
	unsigned long value = 0;

	if (text == end)
		return -1;
	for (; text < end; text++) {
		if (*text < '0' || *text > '9' || value > 65535)
			return -1;
		value = value * 10 + (unsigned long)(*text - '0');
	}
	*port = (uint16_t)value;
	return value >= 1 && value <= 65535 ? 0 : -1;
}

static int parse_user(struct url *url, const char *begin, const char *end)
{
	const char *colon = memchr(begin, ':', (size_t)(end - begin));

	url->user = decode(begin, colon ? colon : end);
	if (colon)
		url->secret = decode(colon + 1, end);
	return url->user && *url->user && (!colon || url->secret) ? 0 : -1;
}

static int parse_host(struct url *url, const char *begin, const char *end)
{
	const char *colon;

	url->port = IAX2_PORT;
	if (*begin == '[') {
		const char *close = memchr(begin, ']', (size_t)(end - begin));

		if (!close || (close + 1 < end && close[1] != ':'))
			return -1;
		url->host = decode(begin + 1, close);
		colon = close + 1 < end ? close + 1 : NULL;
	} else {
		colon = memchr(begin, ':', (size_t)(end - begin));
		url->host = decode(begin, colon ? colon : end);
	}
	if (!url->host || !*url->host)
		return -1;
	return colon ? parse_port(&url->port, colon + 1, end) : 0;
}

static int parse_exten(struct url *url, const char *text)
{
	const char *end = text + strlen(text), *at = strpbrk(text, "@?");

	url->exten = decode(text, at ? at : end);
	if (at)
		url->context = decode(at + 1, end);
	return url->exten && (!at || (url->context && *url->context)) ? 0 : -1;
}

int url_parse(struct url *url, const char *text, struct strbuf *why)
{
	const char *authority = after_scheme(text), *at, *end;

	*url = (struct url){0};
	if (!authority) {
		strbuf_printf(why, "\"%s\" does not begin with iax2:", text);
		return -1;
	}
	end = authority_end(authority);
	at = user_end(authority);
	if (at && parse_user(url, authority, at) < 0)
		strbuf_add(why, "the user before @ is empty or has a % that is not followed by two hex digits");
	else if (parse_host(url, at ? at + 1 : authority, end) < 0)
		strbuf_add(why, "host or port is not understood; expected is iax2:[user[:secret]@]host[:port]/exten[@context]");
	else if (*end == '/' && parse_exten(url, end + 1) < 0)
		strbuf_add(why, "the extension is not understood; expected after the host is /exten or /exten@context");
	else
		return 0;
	url_fini(url);
	return -1;
}

void url_fini(struct url *url)
{
	if (url->secret)
		explicit_bzero(url->secret, strlen(url->secret));
	free(url->user);
	free(url->secret);
	free(url->host);
	free(url->exten);
	free(url->context);
	*url = (struct url){0};
}

void url_hide_secret(char *text)
{
	const char *authority = after_scheme(text), *at = authority ? user_end(authority) : NULL;
	char *colon = at ? memchr(authority, ':', (size_t)(at - authority)) : NULL;

	if (colon)
		memset(colon + 1, 'x', (size_t)(at - colon - 1));
}
