#include "dialplan/args.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

char *args_trim(char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	size_t len = strlen(text);
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	return text;
}

/* The first of `stop` outside parentheses and quotes, or NULL. */
static char *find_outside(char *text, char stop)
{
	int depth = 0;
	bool quoted = false;
	for (char *p = text; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted && *p == '(')
			depth++;
		else if (!quoted && *p == ')' && depth > 0)
			depth--;
		else if (!quoted && depth == 0 && *p == stop)
			return p;
	}
	return NULL;
}

size_t args_split(char *text, char **part, size_t max)
{
	static char nothing[1];
	size_t count = 0;
	for (size_t i = 0; i < max; i++)
		part[i] = nothing;
	for (char *at = text; at && count < max; count++) {
		char *comma = count + 1 < max ? find_outside(at, ',') : NULL;
		if (comma)
			*comma++ = '\0';
		part[count] = args_trim(at);
		at = comma;
	}
	return count;
}

bool args_true(const char *text)
{
	char *end;
	if (!text[0])
		return false;
	long n = strtol(text, &end, 10);
	return end == text || n != 0;
}

void args_unquote(char *text)
{
	char *out = text;
	for (; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		else if (*text == '"')
			continue;
		*out++ = *text;
	}
	*out = '\0';
}

long long args_seconds_ns(const char *text)
{
	char *end;
	if (!isdigit((unsigned char)text[0]) && text[0] != '.')
		return -1;
	double s = strtod(text, &end);
	if (end == text || *end || !(s >= 0))
		return -1;
	const double limit = 10.0 * 365 * 86400;
	return (long long)((s < limit ? s : limit) * 1e9 + 0.5);
}

bool args_choice(char *text, char **condition, char **yes, char **no)
{
	static char nothing[1];
	char *q = find_outside(text, '?');
	if (!q)
		q = strchr(text, '?');
	if (!q)
		return false;
	*q++ = '\0';
	char *colon = find_outside(q, ':');
	if (colon)
		*colon++ = '\0';
	*condition = args_trim(text);
	*yes = args_trim(q);
	*no = colon ? args_trim(colon) : nothing;
	return true;
}
