/* Args: what the command line asks for. */
#ifndef IAXCALL_ARGS_H
#define IAXCALL_ARGS_H

#include <stdbool.h>
#include <stdio.h>

#include "iax2/codec.h"
#include "iax2/types.h"
#include "url.h"
#include "util/strbuf.h"

#define ARGS_CAUSE_REJECTED 21

struct args {
	struct url call;              /* host NULL: no call is placed */
	struct url registrar;         /* host NULL: no registration */
	const char *send, *record, *audio, *dtmf, *text;   /* NULL: not given */
	const char *secret_file, *bind_text;
	char *caller_number, *caller_name;
	double duration_s;            /* 0: until somebody hangs up */
	double timeout_s;
	double ring_s;
	struct iax2_prefs formats;
	struct iax2_addr bind;        /* family 0: not given */
	unsigned calls;               /* answered calls after which a phone ends; 0: never */
	unsigned max_calls;
	unsigned reject_cause;        /* 0: calls are not refused */
	bool answer, busy, echo, json, help, version;
	unsigned trace;               /* 1: full frames, 2: all */
};

/* Reads the command line and the environment, and wipes secrets from argv.  0, or -1 with what is wrong in *why.  Strings stay in
 * argv; args_fini() is needed in both cases. */
int args_parse(struct args *args, int argc, char **argv, struct strbuf *why);
void args_fini(struct args *args);
/* The port we use when none is given: IAX2's own where strangers must find us, otherwise any. */
uint16_t args_default_port(const struct args *args);
void args_help(FILE *out);

#endif
