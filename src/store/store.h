/* Store: small records that survive a restart: family, key, value (registrations now).  SQLite underneath, written by a thread of
 * its own so that the switch never waits for a disk; reads happen at start only. */
#ifndef TANDEM_STORE_STORE_H
#define TANDEM_STORE_STORE_H

#include <stdint.h>

struct store;

/* Opens (makes) DIR/tandem.db, and DIR when only its last part is missing.  A damaged file is moved aside with a warning and
 * begun anew.  0 or a negative errno with *why a sentence (static, until the next call in this thread). */
int store_open(struct store **out, const char *dir, const char **why);
/* Writes what is waiting, then closes.  NULL is allowed. */
void store_close(struct store *store);
/* Queued; what can't be written is logged once per cause and retried with the next write
 * and at the end. */
void store_put(struct store *store, const char *family, const char *key, const char *value);
void store_del(struct store *store, const char *family, const char *key);
/* All records of a family as they are on disk. */
void store_each(struct store *store, const char *family, void (*fn)(const char *key, const char *value, void *arg), void *arg);

#endif
