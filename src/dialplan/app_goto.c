#include "dialplan/app_table.h"

static enum app_result goto_start(struct run *run, const char *args)
{
	return run_goto(run, args) < 0 ? APP_HANGUP : APP_CONTINUE;
}

const struct app app_goto = {
	.name = "Goto", .synopsis = "Goes on somewhere else", .usage = "Goto([[context,]extension,]priority-or-label)",
	.start = goto_start, .on_dead = true,
};
