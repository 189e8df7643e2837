/* How it works: a query is shared by its thread and the loop.  The thread looks up, puts the query on the list of answers and
 * pokes the eventfd; the loop takes it from there.  A cancelled query stays alive until its thread comes back.  The mailbox
 * (list, lock, eventfd) is counted: the resolver holds it, and each thread that is under way. */
#include "net/resolver.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/netaddr.h"

/* What getaddrinfo() and the name service modules need is far below the 8 MB that a thread would get. */
#define RESOLVER_STACK (256 * 1024)

struct mailbox {
	pthread_mutex_t lock;
	int fd;
	unsigned refs;                  /* LOCK: lock */
	struct resolver_query *answers; /* LOCK: lock; newest last */
	struct resolver_query **answers_end;
};

struct resolver_query {
	struct mailbox *box;
	struct resolver_query *next;
	resolver_fn fn; /* OWNER: the loop; NULL when cancelled */
	void *arg;
	struct iax2_addr addr;
	char error[128]; /* "" : none */
	uint16_t port;
	char host[];
};

struct resolver {
	struct mailbox *box;
};

static void mailbox_unref(struct mailbox *box)
{
	pthread_mutex_lock(&box->lock);
	unsigned left = --box->refs;
	pthread_mutex_unlock(&box->lock);
	if (left > 0) {
		return;
	}
	while (box->answers) {
		struct resolver_query *query = box->answers;
		box->answers = query->next;
		free(query);
	}
	pthread_mutex_destroy(&box->lock);
	close(box->fd);
	free(box);
}

static void mailbox_post(struct mailbox *box, struct resolver_query *query)
{
	uint64_t one = 1;

	pthread_mutex_lock(&box->lock);
	query->next = NULL;
	*box->answers_end = query;
	box->answers_end = &query->next;
	/* Inside the lock: after it the mailbox may be gone.  It never blocks: the counter can't get near its limit. */
	ssize_t n = write(box->fd, &one, sizeof(one));
	(void)n;
	pthread_mutex_unlock(&box->lock);
}

/* Takes the first IPv4 address if there is one, because bindaddr= is IPv4 unless somebody says otherwise; else the first at all.
 */
static void take_address(struct resolver_query *query, const struct addrinfo *list)
{
	const struct addrinfo *best = NULL;

	for (const struct addrinfo *ai = list; ai; ai = ai->ai_next) {
		if (ai->ai_family == AF_INET || (ai->ai_family == AF_INET6 && !best)) {
			best = ai;
		}
		if (best && best->ai_family == AF_INET) {
			break;
		}
	}
	if (!best) {
		snprintf(query->error, sizeof(query->error), "the name has no IPv4 or IPv6 address");
		return;
	}
	netaddr_from_sockaddr(&query->addr, best->ai_addr);
	query->addr.port = query->port;
}

/* Fills in the answer.  False: `flags` asked for a number and it is none. */
static bool look_up(struct resolver_query *query, int flags)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM, .ai_flags = flags};
	struct addrinfo *list = NULL;
	int err = getaddrinfo(query->host, NULL, &hints, &list);

	if (err == 0) {
		take_address(query, list);
		freeaddrinfo(list);
		return true;
	}
	if (err == EAI_NONAME && (flags & AI_NUMERICHOST)) {
		return false;
	}
	snprintf(query->error, sizeof(query->error), "%s", err == EAI_SYSTEM ? strerror(errno) : gai_strerror(err));
	return true;
}

static void *query_thread(void *arg)
{
	struct resolver_query *query = arg;
	struct mailbox *box = query->box;

	look_up(query, AI_ADDRCONFIG);
	mailbox_post(box, query);
	mailbox_unref(box);
	return NULL;
}

static int start_thread(struct resolver_query *query)
{
	pthread_attr_t attr;
	pthread_t thread;

	if (pthread_attr_init(&attr) != 0) {
		return -ENOMEM;
	}
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, RESOLVER_STACK);
	pthread_mutex_lock(&query->box->lock);
	query->box->refs++;
	pthread_mutex_unlock(&query->box->lock);
	int err = pthread_create(&thread, &attr, query_thread, query);
	pthread_attr_destroy(&attr);
	if (err != 0) {
		mailbox_unref(query->box);
	}
	return -err;
}

struct resolver *resolver_new(void)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	struct mailbox *box = calloc(1, sizeof(*box));
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	if (!resolver || !box || fd < 0 || pthread_mutex_init(&box->lock, NULL) != 0) {
		if (fd >= 0) {
			close(fd);
		}
		free(box);
		free(resolver);
		return NULL;
	}
	box->fd = fd;
	box->refs = 1;
	box->answers_end = &box->answers;
	resolver->box = box;
	return resolver;
}

void resolver_del(struct resolver *resolver)
{
	mailbox_unref(resolver->box);
	free(resolver);
}

int resolver_fd(const struct resolver *resolver)
{
	return resolver->box->fd;
}

void resolver_dispatch(struct resolver *resolver)
{
	struct mailbox *box = resolver->box;
	uint64_t count;

	pthread_mutex_lock(&box->lock);
	ssize_t n = read(box->fd, &count, sizeof(count));
	(void)n;
	struct resolver_query *query = box->answers;
	box->answers = NULL;
	box->answers_end = &box->answers;
	pthread_mutex_unlock(&box->lock);
	while (query) {
		/* An answer may lead to the cancelling of the next. */
		struct resolver_query *next = query->next;
		if (query->fn) {
			query->fn(query->error[0] ? NULL : &query->addr, query->error[0] ? query->error : NULL, query->arg);
		}
		free(query);
		query = next;
	}
}

struct resolver_query *resolver_query(struct resolver *resolver, const char *host, uint16_t port, resolver_fn fn, void *arg)
{
	size_t len = strlen(host);
	struct resolver_query *query = calloc(1, sizeof(*query) + len + 1);

	if (!query) {
		return NULL;
	}
	query->box = resolver->box;
	query->fn = fn;
	query->arg = arg;
	query->port = port;
	memcpy(query->host, host, len + 1);
	if (len == 0) {
		snprintf(query->error, sizeof(query->error), "no host name given");
		mailbox_post(query->box, query);
	} else if (look_up(query, AI_NUMERICHOST)) {
		mailbox_post(query->box, query);
	} else {
		int err = start_thread(query);
		if (err < 0) {
			snprintf(query->error, sizeof(query->error), "no thread for the lookup: %s", strerror(-err));
			mailbox_post(query->box, query);
		}
	}
	return query;
}

void resolver_cancel(struct resolver_query *query)
{
	query->fn = NULL;
}
