/* How it works: what is to be written waits in a table of its own, keyed like the records, so that a key that changes twice is
 * written once and a disk that is full for a day costs no more memory than there are keys.  The writer thread takes the whole
 * table, writes it in one transaction and puts back what it could not write. */
#include "store/store.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/log.h"

enum { STORE_BUCKETS = 1024, STORE_SCHEMA = 1, STORE_BUSY_MS = 2000, STORE_RETRY_S = 5 };

/* One record to be written; value NULL: to be deleted. */
struct change {
	struct change *next;
	char *value;
	const char *key; /* behind family, in the same memory */
	char family[];
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *put, *del; /* OWNER: the writer */
	char *path;
	int last_error; /* OWNER: the writer: what was logged last, SQLITE_OK when all is well */
	pthread_t writer;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool closing;                          /* LOCK: lock */
	bool dirty;                            /* LOCK: lock: something has come since the writer last looked */
	struct change *pending[STORE_BUCKETS]; /* LOCK: lock */
};

static _Thread_local char why_text[512];

/* --- the table of changes --- */

static size_t bucket_of(const char *family, const char *key)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (const char *p = family; *p; p++) {
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	}
	for (const char *p = key; *p; p++) {
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	}
	return hash % STORE_BUCKETS;
}

static struct change *change_find(struct change *list, const char *family, const char *key)
{
	while (list && (strcmp(list->family, family) != 0 || strcmp(list->key, key) != 0)) {
		list = list->next;
	}
	return list;
}

static struct change *change_new(const char *family, const char *key, char *value)
{
	size_t family_size = strlen(family) + 1, key_size = strlen(key) + 1;
	struct change *change = malloc(sizeof(*change) + family_size + key_size);

	if (change) {
		change->value = value;
		memcpy(change->family, family, family_size);
		memcpy(change->family + family_size, key, key_size);
		change->key = change->family + family_size;
	}
	return change;
}

static void change_del(struct change *change)
{
	free(change->value);
	free(change);
}

static void queue(struct store *store, const char *family, const char *key, const char *value)
{
	char *copy = value ? strdup(value) : NULL;
	struct change **bucket = &store->pending[bucket_of(family, key)];

	pthread_mutex_lock(&store->lock);
	struct change *change = value && !copy ? NULL : change_find(*bucket, family, key);
	if (change) {
		free(change->value);
		change->value = copy;
	} else if (!value || copy) {
		change = change_new(family, key, copy);
		if (change) {
			change->next = *bucket;
			*bucket = change;
		}
	}
	store->dirty = true;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->lock);
	if (!change) {
		free(copy);
		log_error("out of memory: %s/%s is not kept for the next start", family, key);
	}
}

/* --- the writer --- */

static void log_failure(struct store *store, int error)
{
	if (error == store->last_error) {
		return;
	}
	if (error == SQLITE_OK) {
		log_notice("%s can be written again", store->path);
	} else {
		log_warning("%s can't be written: %s; what is to be kept there waits in memory", store->path, sqlite3_errstr(error));
	}
	store->last_error = error;
}

static int write_change(struct store *store, const struct change *change)
{
	sqlite3_stmt *stmt = change->value ? store->put : store->del;

	sqlite3_bind_text(stmt, 1, change->family, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, change->key, -1, SQLITE_STATIC);
	if (change->value) {
		sqlite3_bind_text(stmt, 3, change->value, -1, SQLITE_STATIC);
	}
	sqlite3_step(stmt);
	return sqlite3_reset(stmt);
}

/* All or nothing.  SQLITE_OK, or what went wrong. */
static int write_changes(struct store *store, struct change *const *table)
{
	int error = sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	for (size_t i = 0; i < STORE_BUCKETS; i++) {
		for (const struct change *c = table[i]; c && error == SQLITE_OK; c = c->next) {
			error = write_change(store, c);
		}
	}
	if (error == SQLITE_OK) {
		error = sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
	}
	if (error != SQLITE_OK && !sqlite3_get_autocommit(store->db)) {
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	}
	return error;
}

/* Frees the changes, or, when they were not written, puts those back that nobody has replaced in the meantime. */
static void settle_changes(struct store *store, struct change **table, bool written)
{
	pthread_mutex_lock(&store->lock);
	for (size_t i = 0; i < STORE_BUCKETS; i++) {
		while (table[i]) {
			struct change *change = table[i];
			table[i] = change->next;
			if (written || change_find(store->pending[i], change->family, change->key)) {
				change_del(change);
			} else {
				change->next = store->pending[i];
				store->pending[i] = change;
			}
		}
	}
	pthread_mutex_unlock(&store->lock);
}

/* Until there is something to do: something new, or another try with what could not be written.  The lock is held. */
static void wait_for_work(struct store *store)
{
	struct timespec retry;
	int error = 0;

	clock_gettime(CLOCK_REALTIME, &retry);
	retry.tv_sec += STORE_RETRY_S;
	while (!store->dirty && !store->closing && error != ETIMEDOUT) {
		error = store->last_error == SQLITE_OK ? pthread_cond_wait(&store->wake, &store->lock)
		                                       : pthread_cond_timedwait(&store->wake, &store->lock, &retry);
	}
}

static void *writer_main(void *arg)
{
	struct store *store = arg;
	struct change *table[STORE_BUCKETS];
	bool closing = false;

	while (!closing) {
		pthread_mutex_lock(&store->lock);
		wait_for_work(store);
		closing = store->closing;
		store->dirty = false;
		memcpy(table, store->pending, sizeof(table));
		memset(store->pending, 0, sizeof(store->pending));
		pthread_mutex_unlock(&store->lock);

		int error = write_changes(store, table);
		log_failure(store, error);
		settle_changes(store, table, error == SQLITE_OK);
	}
	return NULL;
}

/* --- opening --- */

static bool is_damaged(int error)
{
	return error == SQLITE_CORRUPT || error == SQLITE_NOTADB;
}

static int check_row(void *arg, int count, char **values, char **names)
{
	(void)names;
	*(bool *)arg = count == 1 && values[0] && strcmp(values[0], "ok") == 0;
	return 0;
}

static int version_row(void *arg, int count, char **values, char **names)
{
	(void)names;
	*(long *)arg = count == 1 && values[0] ? atol(values[0]) : 0;
	return 0;
}

/* Opens the file and makes it ours.  SQLITE_OK, or what went wrong (SQLITE_MISMATCH: of a later release). */
static int open_database(struct store *store)
{
	bool sound = false;
	long version = 0;
	char schema[256];

	int error =
		sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, NULL);
	if (error != SQLITE_OK) {
		return error;
	}
	sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
	error = sqlite3_exec(store->db, "PRAGMA quick_check(1)", check_row, &sound, NULL);
	if (error != SQLITE_OK || !sound) {
		return error != SQLITE_OK ? error : SQLITE_CORRUPT;
	}
	error = sqlite3_exec(store->db, "PRAGMA user_version", version_row, &version, NULL);
	if (error != SQLITE_OK || version > STORE_SCHEMA) {
		return error != SQLITE_OK ? error : SQLITE_MISMATCH;
	}
	snprintf(schema, sizeof(schema),
	         "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA user_version=%d;"
	         "CREATE TABLE IF NOT EXISTS record(family TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,"
	         " PRIMARY KEY(family, key)) WITHOUT ROWID",
	         STORE_SCHEMA);
	error = sqlite3_exec(store->db, schema, NULL, NULL, NULL);
	if (error == SQLITE_OK) {
		error = sqlite3_prepare_v2(store->db, "INSERT OR REPLACE INTO record VALUES(?, ?, ?)", -1, &store->put, NULL);
	}
	if (error == SQLITE_OK) {
		error = sqlite3_prepare_v2(store->db, "DELETE FROM record WHERE family = ? AND key = ?", -1, &store->del, NULL);
	}
	return error;
}

static void close_database(struct store *store)
{
	sqlite3_finalize(store->put);
	sqlite3_finalize(store->del);
	sqlite3_close(store->db);
	store->put = store->del = NULL;
	store->db = NULL;
}

/* Moves a damaged file out of the way, for whoever wants to look at it. */
static int move_aside(const struct store *store)
{
	static const char *const companions[] = {"-wal", "-shm"};
	char from[4200], to[4200], stamp[32];
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	snprintf(to, sizeof(to), "%s.damaged-%s", store->path, stamp);
	if (rename(store->path, to) < 0) {
		return -errno;
	}
	for (size_t i = 0; i < sizeof(companions) / sizeof(companions[0]); i++) {
		snprintf(from, sizeof(from), "%s%s", store->path, companions[i]);
		unlink(from);
	}
	log_warning("%s is damaged; it is %s now, and a new one is begun: peers are known again when they register", store->path, to);
	return 0;
}

/* The errno that comes nearest to an SQLite error. */
static int to_errno(int error)
{
	switch (error & 0xff) {
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_READONLY:
		return -EACCES;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_FULL:
		return -ENOSPC;
	default:
		return -EIO;
	}
}

static int open_or_begin_anew(struct store *store)
{
	int error = open_database(store);

	if (is_damaged(error)) {
		close_database(store);
		int result = move_aside(store);
		if (result < 0) {
			snprintf(why_text, sizeof(why_text), "%s is damaged and can't be moved aside: %s", store->path, strerror(-result));
			return result;
		}
		error = open_database(store);
	}
	if (error == SQLITE_OK) {
		return 0;
	}
	if (error == SQLITE_MISMATCH) {
		snprintf(why_text, sizeof(why_text), "%s was written by a later release of tandem", store->path);
		return -EINVAL;
	}
	snprintf(why_text, sizeof(why_text), "%s can't be opened: %s", store->path, sqlite3_errstr(error));
	return to_errno(error);
}

static int start_writer(struct store *store)
{
	pthread_mutex_init(&store->lock, NULL);
	pthread_cond_init(&store->wake, NULL);
	int err = pthread_create(&store->writer, NULL, writer_main, store);
	if (err != 0) {
		snprintf(why_text, sizeof(why_text), "no thread to write %s: %s", store->path, strerror(err));
	}
	return -err;
}

int store_open(struct store **out, const char *dir, const char **why)
{
	struct store *store = calloc(1, sizeof(*store));
	int result = -ENOMEM;

	*why = why_text;
	snprintf(why_text, sizeof(why_text), "out of memory");
	if (!store || asprintf(&store->path, "%s/tandem.db", dir) < 0) {
		free(store);
		return result;
	}
	if (mkdir(dir, 0750) < 0 && errno != EEXIST) {
		result = -errno;
		snprintf(why_text, sizeof(why_text), "the state directory %s can't be made: %s", dir, strerror(errno));
	} else {
		result = open_or_begin_anew(store);
	}
	if (result == 0) {
		result = start_writer(store);
	}
	if (result < 0) {
		close_database(store);
		free(store->path);
		free(store);
		return result;
	}
	*out = store;
	return 0;
}

/* --- use --- */

void store_close(struct store *store)
{
	size_t lost = 0;

	if (!store) {
		return;
	}
	pthread_mutex_lock(&store->lock);
	store->closing = true;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->lock);
	pthread_join(store->writer, NULL);
	for (size_t i = 0; i < STORE_BUCKETS; i++) {
		while (store->pending[i]) {
			struct change *change = store->pending[i];
			store->pending[i] = change->next;
			change_del(change);
			lost++;
		}
	}
	if (lost > 0) {
		log_error("%zu records could not be written to %s and are lost", lost, store->path);
	}
	pthread_mutex_destroy(&store->lock);
	pthread_cond_destroy(&store->wake);
	close_database(store);
	free(store->path);
	free(store);
}

void store_put(struct store *store, const char *family, const char *key, const char *value)
{
	queue(store, family, key, value);
}

void store_del(struct store *store, const char *family, const char *key)
{
	queue(store, family, key, NULL);
}

void store_each(struct store *store, const char *family, void (*fn)(const char *key, const char *value, void *arg), void *arg)
{
	sqlite3_stmt *stmt = NULL;
	int error = sqlite3_prepare_v2(store->db, "SELECT key, value FROM record WHERE family = ? ORDER BY key", -1, &stmt, NULL);

	if (error == SQLITE_OK) {
		sqlite3_bind_text(stmt, 1, family, -1, SQLITE_STATIC);
		while ((error = sqlite3_step(stmt)) == SQLITE_ROW) {
			const char *key = (const char *)sqlite3_column_text(stmt, 0), *value = (const char *)sqlite3_column_text(stmt, 1);
			if (key && value) {
				fn(key, value, arg);
			}
		}
	}
	sqlite3_finalize(stmt);
	if (error != SQLITE_DONE) {
		log_warning("%s can't be read: %s", store->path, sqlite3_errstr(error));
	}
}
