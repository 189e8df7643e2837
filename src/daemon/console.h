/* Console: `tandem -r`, lines typed by hand, with history and completion. */
#ifndef TANDEM_DAEMON_CONSOLE_H
#define TANDEM_DAEMON_CONSOLE_H

/* Until "exit", "quit" or the end of the input.  The exit status of the program. */
int console_run(const char *socket_path);

#endif
