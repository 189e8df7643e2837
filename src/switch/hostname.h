/* Hostname: keeps looking up a host name, off the loop, for as long as it lives.
 *
 * A failure is never final: it is tried again after 1 s, 2 s, 4 s ... up to 60 s.  A name that was found is looked up again every
 * 5 minutes, and when somebody doubts it. */
#ifndef TANDEM_SWITCH_HOSTNAME_H
#define TANDEM_SWITCH_HOSTNAME_H

#include "iax2/types.h"
#include "net/loop.h"
#include "switch/timers.h"

struct hostname;

/* Told the first address and every other one that follows it. */
typedef void (*hostname_fn)(const struct iax2_addr *addr, void *arg);

/* `host` is copied.  NULL: out of memory.  fn is called in a later turn. */
struct hostname *hostname_new(struct loop *loop, struct timers *timers, const char *host, uint16_t port, hostname_fn fn,
                              void *arg);
/* The address seems to be dead: looks it up anew, at most every 10 s. */
void hostname_doubt(struct hostname *hostname);
void hostname_del(struct hostname *hostname); /* NULL is allowed */

/* How long to wait after the n-th failure in a row (n from 1), in milliseconds. */
unsigned hostname_backoff_ms(unsigned failures);

#endif
