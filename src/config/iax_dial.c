#include "config/iax_conf.h"

#include <errno.h>
#include <string.h>

#include "config/iax_build.h"

/* "[key]" without its brackets, or NULL when it is none. */
static char *bracketed(char *text)
{
	size_t len = strlen(text);
	if (len < 3 || text[0] != '[' || text[len - 1] != ']') {
		return NULL;
	}
	text[len - 1] = '\0';
	return text + 1;
}

static char *or_null(char *text)
{
	return text && *text ? text : NULL;
}

/* Cuts ":port" off a host.  Only a number that a port can be will do. */
static int cut_port(char *host, uint16_t *port)
{
	unsigned long number;
	char *colon = strchr(host, ':');
	*port = 0;
	if (!colon) {
		return *host ? 0 : -EINVAL;
	}
	*colon = '\0';
	if (!*host || !iax_number(colon + 1, false, &number) || number < 1 || number > 65535) {
		return -EINVAL;
	}
	*port = (uint16_t)number;
	return 0;
}

/* user[:secret[:[key]]] or user[:[key][:secret]] */
static void split_user(struct iax_dial *dial, char *text)
{
	char *first, *second = NULL, *key;
	dial->user = or_null(strsep(&text, ":"));
	first = text;
	if (first && *first == '[' && strstr(first, "]:")) {
		second = strstr(first, "]:") + 1;
		*second++ = '\0';
	} else if (first && (second = strstr(first, ":["))) {
		*second++ = '\0';
	}
	char *parts[2] = {first, second};
	for (size_t i = 0; i < 2; i++) {
		if (parts[i] && (key = bracketed(parts[i]))) {
			dial->key = key;
		} else if (or_null(parts[i])) {
			dial->secret = parts[i];
		}
	}
}

int iax_dial_parse(struct iax_dial *dial, const char *data)
{
	size_t len = strlen(data);
	memset(dial, 0, sizeof(*dial));
	if (len >= sizeof(dial->text)) {
		return -EINVAL;
	}
	memcpy(dial->text, data, len + 1);
	char *rest = dial->text;
	char *peer = strsep(&rest, "/");
	char *exten = strsep(&rest, "/");
	dial->options = or_null(rest);
	if (exten) {
		dial->exten = or_null(strsep(&exten, "@"));
		dial->context = or_null(exten);
	}
	char *at = strrchr(peer, '@');
	if (at) {
		*at = '\0';
		split_user(dial, peer);
		peer = at + 1;
	}
	dial->peer = peer;
	return cut_port(peer, &dial->port);
}

int iax_register_parse(struct iax_register *reg, char *text)
{
	char *at = strrchr(text, '@'), *secret;
	if (!at || at == text) {
		return -EINVAL;
	}
	*at = '\0';
	reg->user = strsep(&text, ":");
	secret = or_null(text);
	reg->key = secret ? bracketed(secret) : NULL;
	reg->secret = reg->key ? NULL : secret;
	reg->host = at + 1;
	if (!*reg->user || cut_port(at + 1, &reg->port) < 0) {
		return -EINVAL;
	}
	reg->port = reg->port ? reg->port : IAX2_PORT;
	return 0;
}
