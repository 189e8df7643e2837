#include "daemon/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void complain(const char *path, int error)
{
	if (error == ENOENT || error == ECONNREFUSED) {
		fprintf(stderr, "tandem: no tandem is running on %s; start one with 'tandem', or name the socket of another with -S\n",
				path);
	} else if (error == EACCES || error == EPERM) {
		fprintf(stderr, "tandem: no permission to use %s; become root or a member of the group it belongs to\n", path);
	} else {
		fprintf(stderr, "tandem: %s: %s\n", path, strerror(error));
	}
}

int client_connect(const char *socket_path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};

	if (strlen(socket_path) >= sizeof(addr.sun_path)) {
		complain(socket_path, ENAMETOOLONG);
		return -ENAMETOOLONG;
	}
	strcpy(addr.sun_path, socket_path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		int error = errno;
		complain(socket_path, error);
		if (fd >= 0) {
			close(fd);
		}
		return -error;
	}
	return fd;
}

static int send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -errno;
		}
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Reads up to `len` bytes.  How many, 0 at the end of the connection, or a negative errno. */
static ssize_t receive(int fd, char *buf, size_t len)
{
	ssize_t n;

	do {
		n = recv(fd, buf, len, 0);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Reads "STATUS LENGTH\n", byte by byte, because what follows belongs to the text. */
static int read_head(int fd, enum control_status *status, size_t *len)
{
	static const char *const words[] = {
#define CONTROL_STATUS_WORD(name, word) [CONTROL_##name] = word,
		CONTROL_STATUSES(CONTROL_STATUS_WORD)
#undef CONTROL_STATUS_WORD
	};
	char head[64], word[32];
	size_t used = 0;

	do {
		ssize_t n = used < sizeof(head) - 1 ? receive(fd, head + used, 1) : 0;
		if (n <= 0) {
			return n < 0 ? (int)n : -EPIPE;
		}
	} while (head[used++] != '\n');
	head[used] = '\0';
	if (sscanf(head, "%31s %zu", word, len) == 2) {
		for (int i = 0; i < CONTROL_STATUS_COUNT; i++) {
			if (strcmp(word, words[i]) == 0) {
				*status = (enum control_status)i;
				return 0;
			}
		}
	}
	return -EPROTO;
}

int client_request(int fd, const char *verb, const char *text, enum control_status *status, struct strbuf *reply)
{
	struct strbuf line = STRBUF_EMPTY;
	size_t left = 0;

	strbuf_printf(&line, "%s %s", verb, text);
	for (size_t i = 0; i < line.len; i++) {
		if (line.text[i] == '\n' || line.text[i] == '\r') {
			line.text[i] = ' '; /* one request is one line */
		}
	}
	strbuf_add_char(&line, '\n');
	int result = line.failed ? -ENOMEM : send_all(fd, line.text, line.len);
	strbuf_fini(&line);
	if (result == 0 || result == -EPIPE) { /* one that closed the connection may have said why before */
		int head = read_head(fd, status, &left);
		result = head < 0 && result < 0 ? result : head;
	}
	strbuf_clear(reply);
	while (result == 0 && left > 0) {
		char buf[4096];
		ssize_t n = receive(fd, buf, left < sizeof(buf) ? left : sizeof(buf));
		if (n <= 0) {
			return n < 0 ? (int)n : -EPIPE;
		}
		strbuf_add_bytes(reply, buf, (size_t)n);
		left -= (size_t)n;
	}
	return result == 0 && reply->failed ? -ENOMEM : result;
}

int client_run(const char *socket_path, const char *command)
{
	struct strbuf reply = STRBUF_EMPTY;
	enum control_status status = CONTROL_FAILED;
	int fd = client_connect(socket_path);

	if (fd < 0) {
		return EXIT_FAILURE;
	}
	int result = client_request(fd, CONTROL_VERB_RUN, command, &status, &reply);
	close(fd);
	if (result < 0) {
		fprintf(stderr, "tandem: the tandem on %s went away before it answered: %s\n", socket_path, strerror(-result));
		status = CONTROL_FAILED;
	}
	fwrite(strbuf_text(&reply), 1, reply.len, stdout);
	strbuf_fini(&reply);
	if (fflush(stdout) != 0) {
		fprintf(stderr, "tandem: the answer can't be written: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	return status == CONTROL_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
