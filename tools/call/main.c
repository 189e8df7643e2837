/* iaxcall: a phone for scripts and terminals. */
#include <stdio.h>

#include "args.h"
#include "console.h"
#include "iax2/iax2.h"
#include "phone.h"
#include "util/stdfds.h"
#include "util/strbuf.h"

static enum outcome run(const struct args *args)
{
	struct console con;

	if (args->help) {
		args_help(stdout);
		return OUTCOME_ANSWERED;
	}
	if (args->version) {
		printf("iaxcall %s\n", iax2_version());
		return OUTCOME_ANSWERED;
	}
	console_init(&con, args->json, args->trace > 0);
	return phone_run(args, &con);
}

int main(int argc, char **argv)
{
	struct strbuf why = STRBUF_EMPTY;
	enum outcome outcome = OUTCOME_USAGE;
	struct args args;

	stdfds_open();
	if (args_parse(&args, argc, argv, &why) == 0)
		outcome = run(&args);
	else
		fprintf(stderr, "iaxcall: %s\nTry iaxcall --help.\n", strbuf_text(&why));
	args_fini(&args);
	strbuf_fini(&why);
	return outcome_status(outcome);
}
