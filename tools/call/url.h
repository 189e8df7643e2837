/* Url: whom to call and where to register, "iax2:[user[:secret]@]host[:port][/exten[@context]]" (RFC 5456 section 4, and a
 * secret). */
#ifndef IAXCALL_URL_H
#define IAXCALL_URL_H

#include <stdint.h>

#include "util/strbuf.h"

struct url {
	char *user, *secret, *host, *exten, *context;   /* NULL: not given, but `host` always is */
	uint16_t port;
};

/* Parses a URL; any part may contain %XX.  The RFC's "?context" is taken as well as Asterisk's "@context".  0, or -1 with what
 * was expected in *why.  url_fini() is needed on success only. */
int url_parse(struct url *url, const char *text, struct strbuf *why);
void url_fini(struct url *url);
/* Overwrites the secret inside the text itself with `x`, so that the process list does not show it. */
void url_hide_secret(char *text);

#endif
