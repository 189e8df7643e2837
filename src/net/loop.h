/* Loop: the event loop of a program, one thread.  The adapter around libuv: nobody else sees its header. */
#ifndef TANDEM_NET_LOOP_H
#define TANDEM_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "iax2/types.h"

struct loop;
struct loop_timer;
struct loop_watch;
struct loop_signal;
struct loop_lookup;

struct loop *loop_new(void);      /* NULL: out of memory or descriptors */
void loop_del(struct loop *loop); /* all timers, watches, signals and lookups must be gone */
void loop_run(struct loop *loop); /* until loop_stop(); never ends by itself */
void loop_stop(struct loop *loop);
iax2_ns loop_now(struct loop *loop); /* monotonic, read anew at each call */

/* Called at the end of each turn of the loop, after all other callbacks of it: the place to send what has piled up. */
typedef void (*loop_turn_fn)(void *arg);
void loop_set_turn(struct loop *loop, loop_turn_fn fn, void *arg);

/* A one-shot timer.  Fires at or up to a millisecond after `deadline` (nanosecond timerfd underneath); a deadline in the past
 * fires in the next turn.  Timers fire in the order of their deadlines.  May be set and deleted from its own callback. */
typedef void (*loop_timer_fn)(void *arg);
struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn fn, void *arg);
void loop_timer_set(struct loop_timer *timer, iax2_ns deadline); /* replaces an earlier one; IAX2_NS_NEVER: off */
void loop_timer_del(struct loop_timer *timer);

enum { LOOP_READ = 1, LOOP_WRITE = 2 };
typedef void (*loop_watch_fn)(int fd, int events, void *arg);
/* Watches a descriptor, which stays the caller's and becomes non-blocking; close it after loop_watch_del() only.  NULL: out of
 * memory, or a descriptor that can't be watched (a regular file).  An error on it is told as the events that are watched.  May be
 * deleted from its own callback. */
struct loop_watch *loop_watch_new(struct loop *loop, int fd, int events, loop_watch_fn fn, void *arg);
void loop_watch_set(struct loop_watch *watch, int events);
void loop_watch_del(struct loop_watch *watch);

typedef void (*loop_signal_fn)(int signo, void *arg);
struct loop_signal *loop_signal_new(struct loop *loop, int signo, loop_signal_fn fn, void *arg);
void loop_signal_del(struct loop_signal *signal);

/* Looks up a host name off the loop (numbers answer in the next turn).  `error` NULL: `addr` has the first address with `port`;
 * otherwise the reason in English.  IPv4 goes before IPv6 where a name has both.  The lookup is gone after its answer; after
 * loop_lookup_cancel() nothing is called.  NULL: out of memory. */
typedef void (*loop_lookup_fn)(const struct iax2_addr *addr, const char *error, void *arg);
struct loop_lookup *loop_lookup_new(struct loop *loop, const char *host, uint16_t port, loop_lookup_fn fn, void *arg);
void loop_lookup_cancel(struct loop_lookup *lookup);

#endif
