/* Cmd: the commands themselves, as command.c and its tests see them. */
#ifndef TANDEM_CONTROL_CMD_H
#define TANDEM_CONTROL_CMD_H

#include "control/command.h"

#define X(name) extern const struct command cmd_##name;
#include "control/command_table.def"
#undef X

#endif
