/* Pbx: the switch as the dialplan sees it: time, timers, new channels, bridges.  src/switch fills it in; tests use a fake. */
#ifndef TANDEM_DIALPLAN_PBX_H
#define TANDEM_DIALPLAN_PBX_H

#include "dialplan/channel.h"
#include "dialplan/dialplan.h"

/* A channel can't be made, and HANGUPCAUSE does not change for it: there is no such extension for Local. */
enum { PBX_NO_CAUSE = -1000 };

struct pbx_timer;
typedef void (*pbx_timer_fn)(void *arg);

struct pbx_ops {
	iax2_ns (*now)(struct pbx *pbx);        /* monotonic */
	int64_t (*wall_s)(struct pbx *pbx);     /* seconds since 1970 */
	/* A one-shot timer; NULL when out of memory.  It is gone after it fired; timer_del stops it before that. */
	struct pbx_timer *(*timer)(struct pbx *pbx, iax2_ns deadline, pbx_timer_fn fn, void *arg);
	void (*timer_del)(struct pbx *pbx, struct pbx_timer *timer);
	/* Makes an outgoing channel: tech "IAX2" or "Local", data "office-b/300".  `from` (may be NULL) is the channel for which it is made: caller
	 * identity, variables that are inherited and formats come from there.  0 and *out, owned by the caller; or a negative cause
	 * (-20: peer absent, -66: no such technology), or PBX_NO_CAUSE. */
	int (*request)(struct pbx *pbx, struct channel **out, const char *tech, const char *data, struct channel *from);
	/* Joins two channels that are up: everything that arrives on one goes to the other, their listeners only get CHANNEL_EV_HANGUP of their own
	 * channel and CHANNEL_EV_BRIDGE_END.  0; -EBUSY when one is in a bridge; -ENOTSUP when no audio format can be carried between them. */
	int (*bridge)(struct pbx *pbx, struct channel *a, struct channel *b);
	void (*unbridge)(struct pbx *pbx, struct channel *ch);   /* the other side gets no CHANNEL_EV_BRIDGE_END */
	void (*delete_channel)(struct pbx *pbx, struct channel *ch);  /* for channel_del() */
};

struct pbx {
	const struct pbx_ops *ops;
	struct dialplan *dialplan;           /* replaced on reload: never keep a pointer into it across turns; see dialplan_ref() */
	struct vars globals;
	const char *const *sound_dirs;       /* NULL-terminated */
};

#endif
