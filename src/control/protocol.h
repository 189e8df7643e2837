/* The control protocol: how `tandem -rx` and `tandem -r` talk to the running tandem, over a Unix stream socket.
 *
 *   request    one line:  VERB [TEXT] "\n"           at most CONTROL_REQUEST_MAX bytes
 *              run TEXT         executes a command
 *              complete TEXT    the words that may stand where the last word of TEXT stands, one per line
 *   reply      one line:  STATUS LENGTH "\n"         then LENGTH bytes of text or JSON
 *              ok | failed | unknown                 unknown: there is no such command
 *
 * Any number of requests may follow each other on a connection; each is answered before the next is read, so that the replies
 * that wait are never more than one.  A client that takes nothing of its reply for CONTROL_PATIENCE_S seconds is dropped.  A line
 * that is too long or has no known verb is answered with "failed" and the connection is closed; so is one connection too many,
 * before it has asked anything. */
#ifndef TANDEM_CONTROL_PROTOCOL_H
#define TANDEM_CONTROL_PROTOCOL_H

#define CONTROL_REQUEST_MAX 4096
#define CONTROL_PATIENCE_S  30
#define CONTROL_CLIENTS_MAX 128

/* status, its word */
#define CONTROL_STATUSES(X)                                                                                                      \
	X(OK, "ok")                                                                                                                  \
	X(FAILED, "failed")                                                                                                          \
	X(UNKNOWN, "unknown")

enum control_status {
#define CONTROL_STATUS_ENUM(name, word) CONTROL_##name,
	CONTROL_STATUSES(CONTROL_STATUS_ENUM)
#undef CONTROL_STATUS_ENUM
		CONTROL_STATUS_COUNT
};

#define CONTROL_VERB_RUN      "run"
#define CONTROL_VERB_COMPLETE "complete"

#endif
