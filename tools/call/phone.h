/* Phone: the whole of iaxcall between the command line and the exit status. */
#ifndef IAXCALL_PHONE_H
#define IAXCALL_PHONE_H

#include "args.h"
#include "console.h"

/* Calls, or takes calls, until there is nothing more to do.  Returns how it ended. */
enum outcome phone_run(const struct args *args, struct console *con);

#endif
