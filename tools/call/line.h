/* Line: an endpoint of libiax2 on a socket of its own. */
#ifndef IAXCALL_LINE_H
#define IAXCALL_LINE_H

#include "iax2/iax2.h"
#include "net/loop.h"

#include "console.h"

struct line;

struct line_params {
	struct loop *loop;
	struct iax2_addr bind;
	unsigned trace;             /* 0 none, 1 full frames, 2 all */
	struct console *con;        /* gets the trace */
	void (*event)(const struct iax2_event *ev, void *arg);
	void *arg;
};

/* 0, or -errno with *what set to what failed. */
int line_open(struct line **out, const struct line_params *params, const char **what);
/* Closes without telling anyone.  NULL is allowed. */
void line_close(struct line *line);
struct iax2_endpoint *line_endpoint(struct line *line);
const struct iax2_addr *line_local(const struct line *line);
/* Reads what has arrived, so that a late clock tick finds it. */
void line_receive(struct line *line);
/* Gives all events, sends all datagrams, sets the timer.  To be called at the end of every turn of the loop. */
void line_flush(struct line *line);
/* Frames wait to be acknowledged: something is still being said to the other side. */
bool line_busy(struct line *line);

#endif
