#include "control/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/log.h"

struct control_client {
	struct control_server *server;
	struct control_client *next;
	int fd;
	struct loop_watch *watch;
	struct loop_timer *patience; /* runs while a reply waits */
	char in[CONTROL_REQUEST_MAX + 1];
	size_t in_len;
	struct strbuf out;
	size_t out_sent;
	bool last; /* to be closed when the reply is sent */
};

struct control_server {
	struct loop *loop;
	struct control_env *env;
	int fd;
	struct loop_watch *watch;
	struct control_client *clients;
	unsigned client_count;
	struct sockaddr_un addr;
	dev_t dev; /* which file is ours, so that we don't remove the socket of a successor */
	ino_t ino;
};

/* --- clients --- */

static void client_del(struct control_client *client)
{
	struct control_client **p = &client->server->clients;

	while (*p != client) {
		p = &(*p)->next;
	}
	*p = client->next;
	client->server->client_count--;
	loop_watch_del(client->watch);
	loop_timer_del(client->patience);
	close(client->fd);
	strbuf_fini(&client->out);
	free(client);
}

static void client_bored(void *arg)
{
	client_del(arg);
}

/* Sends what there is.  False: the client is gone. */
static bool client_flush(struct control_client *client)
{
	bool moved = false;

	while (client->out_sent < client->out.len) {
		ssize_t n = send(client->fd, client->out.text + client->out_sent, client->out.len - client->out_sent,
		                 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			break;
		}
		if (n < 0) {
			return false;
		}
		client->out_sent += (size_t)n;
		moved = true;
	}
	if (client->out_sent == client->out.len) {
		strbuf_fini(&client->out);
		client->out_sent = 0;
		loop_timer_set(client->patience, IAX2_NS_NEVER);
		loop_watch_set(client->watch, LOOP_READ);
		return !client->last;
	}
	if (moved || client->out_sent == 0) {
		loop_timer_set(client->patience, loop_now(client->server->loop) + CONTROL_PATIENCE_S * IAX2_NS_PER_S);
	}
	loop_watch_set(client->watch, LOOP_WRITE);
	return true;
}

static void client_reply(struct control_client *client, enum control_status status, const struct strbuf *text)
{
	static const char *const words[] = {
#define CONTROL_STATUS_WORD(name, word) [CONTROL_##name] = word,
		CONTROL_STATUSES(CONTROL_STATUS_WORD)
#undef CONTROL_STATUS_WORD
	};

	strbuf_printf(&client->out, "%s %zu\n", words[status], text->len);
	strbuf_add_bytes(&client->out, strbuf_text(text), text->len);
}

/* The text behind a verb, or NULL when the line has another one. */
static const char *after_verb(const char *line, const char *verb)
{
	size_t len = strlen(verb);

	if (strncmp(line, verb, len) != 0 || (line[len] != ' ' && line[len] != '\0')) {
		return NULL;
	}
	return line + len + (line[len] == ' ');
}

static void client_request(struct control_client *client, const char *line)
{
	struct strbuf text = STRBUF_EMPTY;
	enum control_status status = CONTROL_OK;
	const char *rest;

	if ((rest = after_verb(line, CONTROL_VERB_RUN))) {
		log_debug("console: %s", rest);
		status = command_execute(client->server->env, rest, &text);
	} else if ((rest = after_verb(line, CONTROL_VERB_COMPLETE))) {
		command_complete(client->server->env, rest, &text);
	} else {
		strbuf_add(&text, "not a request of the control protocol\n");
		status = CONTROL_FAILED;
		client->last = true;
	}
	if (text.failed) {
		strbuf_clear(&text);
		strbuf_add(&text, "out of memory\n");
		status = CONTROL_FAILED;
	}
	client_reply(client, status, &text);
	strbuf_fini(&text);
}

/* Answers the requests that are there in full, as long as the replies go out at once.  False: the client is to be closed. */
static bool client_answer(struct control_client *client)
{
	while (client->out.len == 0) {
		char *end = memchr(client->in, '\n', client->in_len);
		if (!end) {
			break;
		}
		*end = '\0';
		client_request(client, client->in);
		size_t used = (size_t)(end - client->in) + 1;
		client->in_len -= used;
		memmove(client->in, client->in + used, client->in_len);
		if (client->out.failed || !client_flush(client)) {
			return false;
		}
	}
	if (client->out.len == 0 && client->in_len == sizeof(client->in)) {
		struct strbuf text = STRBUF_EMPTY;
		strbuf_printf(&text, "the request is longer than %d bytes\n", CONTROL_REQUEST_MAX);
		client->last = true;
		client_reply(client, CONTROL_FAILED, &text);
		strbuf_fini(&text);
		return client_flush(client);
	}
	return true;
}

/* False: the client is gone. */
static bool client_read(struct control_client *client)
{
	ssize_t n = recv(client->fd, client->in + client->in_len, sizeof(client->in) - client->in_len, MSG_DONTWAIT);

	if (n < 0) {
		return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
	}
	client->in_len += (size_t)n;
	return n > 0;
}

static void client_ready(int fd, int events, void *arg)
{
	struct control_client *client = arg;
	bool alive = true;

	(void)fd;
	if (events & LOOP_WRITE) {
		alive = client_flush(client);
	} else if (events & LOOP_READ) {
		alive = client_read(client);
	}
	if (!alive || !client_answer(client)) {
		client_del(client);
	}
}

static void client_new(struct control_server *server, int fd)
{
	struct control_client *client = calloc(1, sizeof(*client));

	if (client) {
		client->server = server;
		client->fd = fd;
		client->watch = loop_watch_new(server->loop, fd, LOOP_READ, client_ready, client);
		client->patience = loop_timer_new(server->loop, client_bored, client);
	}
	if (!client || !client->watch || !client->patience) {
		if (client) {
			loop_watch_del(client->watch);
			loop_timer_del(client->patience);
		}
		free(client);
		close(fd);
		return;
	}
	client->next = server->clients;
	server->clients = client;
	server->client_count++;
}

/* Tells the client, who has not even asked, and whoever reads the log. */
static void refuse(int fd)
{
	char text[100], reply[160];

	snprintf(text, sizeof(text), "more than %d consoles are connected: leave one of them\n", CONTROL_CLIENTS_MAX);
	int len = snprintf(reply, sizeof(reply), "failed %zu\n%s", strlen(text), text);
	if (send(fd, reply, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		log_debug("console: %s", strerror(errno));
	}
	close(fd);
	log_warning("more than %d consoles at once: one refused", CONTROL_CLIENTS_MAX);
}

static void server_ready(int fd, int events, void *arg)
{
	struct control_server *server = arg;

	(void)events;
	int client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (client < 0) {
		return;
	}
	if (server->client_count >= CONTROL_CLIENTS_MAX) {
		refuse(client);
		return;
	}
	client_new(server, client);
}

/* --- the socket --- */

static int set_path(struct sockaddr_un *addr, const char *path, struct strbuf *why)
{
	*addr = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(addr->sun_path)) {
		strbuf_printf(why, "the path of the control socket is longer than %zu characters: %s; choose a shorter one with -S",
		              sizeof(addr->sun_path) - 1, path);
		return -ENAMETOOLONG;
	}
	strcpy(addr->sun_path, path);
	return 0;
}

/* -EADDRINUSE when somebody listens there; 0 when the path is free, or was and is removed now. */
static int clear_path(const struct sockaddr_un *addr, struct strbuf *why)
{
	struct stat st;
	struct ucred peer = {0};
	socklen_t len = sizeof(peer);

	if (lstat(addr->sun_path, &st) < 0) {
		return 0; /* what else is wrong with it, bind() finds */
	}
	if (!S_ISSOCK(st.st_mode)) {
		strbuf_printf(why, "%s is there and is no socket: remove it, or choose another path with -S", addr->sun_path);
		return -EEXIST;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return 0;
	}
	int result = 0;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) == 0 || errno == EAGAIN) {
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
		strbuf_printf(why, "another tandem is running on %s (pid %ld): stop it first, or choose another socket with -S",
		              addr->sun_path, (long)peer.pid);
		result = -EADDRINUSE;
	} else if (errno == ECONNREFUSED) {
		unlink(addr->sun_path); /* left behind by one that was killed */
	}
	close(fd);
	return result;
}

/* A failed system call, as a sentence. */
static int complain(struct strbuf *why, const char *path, int error)
{
	const char *advice = "choose another path with -S";

	if (error == ENOENT) {
		advice = "make the directory, or choose another path with -S";
	} else if (error == EACCES || error == EPERM || error == EROFS) {
		advice = "run tandem as a user who may write there, or choose another path with -S";
	}
	strbuf_printf(why, "the control socket %s can't be made: %s; %s", path, strerror(error), advice);
	return -error;
}

static int bind_and_listen(struct control_server *server, gid_t group, struct strbuf *why)
{
	const char *path = server->addr.sun_path;
	struct stat st;

	/* Nobody else may connect in the moment before the mode is set. */
	mode_t mask = umask(0177);
	int err = bind(server->fd, (struct sockaddr *)&server->addr, sizeof(server->addr)) < 0 ? errno : 0;
	umask(mask);
	if (err) {
		return complain(why, path, err);
	}
	if (group != (gid_t)-1 && chown(path, (uid_t)-1, group) < 0) {
		log_warning("the group of %s can't be set: %s", path, strerror(errno));
	}
	if (chmod(path, 0660) < 0 || stat(path, &st) < 0 || listen(server->fd, 16) < 0) {
		err = errno;
		unlink(path);
		return complain(why, path, err);
	}
	server->dev = st.st_dev;
	server->ino = st.st_ino;
	return 0;
}

int control_server_open(struct control_server **out, struct loop *loop, const char *path, gid_t group, struct control_env *env,
                        struct strbuf *why)
{
	struct control_server *server = calloc(1, sizeof(*server));
	int result = -ENOMEM;

	if (!server) {
		strbuf_add(why, "out of memory");
		return result;
	}
	server->loop = loop;
	server->env = env;
	server->fd = -1;
	result = set_path(&server->addr, path, why);
	if (result == 0) {
		result = clear_path(&server->addr, why);
	}
	if (result == 0) {
		server->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		result = server->fd < 0 ? complain(why, path, errno) : bind_and_listen(server, group, why);
	}
	if (result == 0) {
		server->watch = loop_watch_new(loop, server->fd, LOOP_READ, server_ready, server);
		if (!server->watch) {
			unlink(path);
			result = complain(why, path, ENOMEM);
		}
	}
	if (result < 0) {
		if (server->fd >= 0) {
			close(server->fd);
		}
		free(server);
		return result;
	}
	*out = server;
	return 0;
}

void control_server_close(struct control_server *server)
{
	struct stat st;

	if (!server) {
		return;
	}
	while (server->clients) {
		client_flush(server->clients);
		client_del(server->clients);
	}
	loop_watch_del(server->watch);
	close(server->fd);
	if (stat(server->addr.sun_path, &st) == 0 && st.st_dev == server->dev && st.st_ino == server->ino) {
		unlink(server->addr.sun_path);
	}
	free(server);
}
