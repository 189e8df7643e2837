/* Conf_lexer: takes the lines out of a configuration file: comments away, escapes resolved, blanks trimmed. */
#ifndef TANDEM_CONFIG_CONF_LEXER_H
#define TANDEM_CONFIG_CONF_LEXER_H

#include <stddef.h>

#include "config/diag.h"

#define CONF_LINE_MAX 8191 /* bytes, as Asterisk has it */

struct conf_lexer {
	const char *text; /* what is left; not owned */
	size_t len;
	const char *file; /* its name in messages */
	int line;         /* of the line given last, from 1 */
	struct diag *diag;
	unsigned depth;   /* of block comments */
	int opened_line;  /* where the outermost one began */
	char buf[CONF_LINE_MAX + 1];
};

void conf_lexer_init(struct conf_lexer *lexer, const char *file, const char *text, size_t len, struct diag *diag);
/* The next line that has something in it; it stays valid (and may be written to) until the next call.  NULL at the end.  What
 * is wrong (a line too long, a NUL byte, an open comment) is reported as an error and left out. */
char *conf_lexer_next(struct conf_lexer *lexer);
/* Cuts blanks off both ends, in place. */
char *conf_trim(char *text);

#endif
