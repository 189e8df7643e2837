/* Core: the state of one switch, shared by the files of this folder and seen by nobody else. */
#ifndef TANDEM_SWITCH_CORE_H
#define TANDEM_SWITCH_CORE_H

#include "store/store.h"
#include "switch/io.h"
#include "switch/peers.h"
#include "switch/registry.h"
#include "switch/snapshot.h"
#include "switch/switch.h"
#include "switch/timers.h"
#include "switch/users.h"

struct leg;
struct registrant;
struct originate;

struct switch_core {
	struct pbx pbx; /* first, so that a pbx is its switch: core_of() */
	struct loop *loop;
	struct switch_options options;
	struct snapshot *snapshot;
	struct iax2_endpoint *ep;
	struct timers timers;
	struct io io;
	struct store *store; /* NULL: registrations are not kept */
	struct peers peers;
	struct users users;
	struct registry registry;
	struct channel *channels;       /* all that live, newest first */
	struct channel *oldest;         /* the last of them */
	struct channel *dead;           /* freed at the end of the turn */
	struct leg *legs;               /* all IAX2 calls */
	struct registrant *registrants; /* registrations waiting for their proof */
	struct originate *originates;
	unsigned last_auth_methods; /* of the last real challenge; fake ones look the same (19.7) */
	unsigned calls_processed;
	uint64_t channel_seq;
	bool no_new_calls;
	/* The stop that is under way. */
	struct pbx_timer *stop_timer;
	iax2_ns stop_deadline; /* IAX2_NS_NEVER: waiting for calls to end by themselves */
	void (*stop_done)(void *arg);
	void *stop_arg;
};

static inline struct switch_core *core_of(struct pbx *pbx)
{
	return (struct switch_core *)pbx;
}

static inline const struct iax_conf *core_conf(const struct switch_core *sw)
{
	return sw->snapshot->conf;
}

static inline iax2_ns core_now(const struct switch_core *sw)
{
	return loop_now(sw->loop);
}

#endif
