#include "daemon/daemonize.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The parent: leaves when the child says so. */
static void wait_for_child(int fd)
{
	char byte;
	ssize_t n;

	do {
		n = read(fd, &byte, 1);
	} while (n < 0 && errno == EINTR);
	_exit(n == 1 ? EXIT_SUCCESS : EXIT_FAILURE); /* the child has said what was wrong */
}

int daemonize_begin(int *ready)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0) {
		return -errno;
	}
	fflush(NULL);
	pid_t pid = fork();
	if (pid < 0) {
		int error = errno;
		close(fds[0]);
		close(fds[1]);
		return -error;
	}
	if (pid > 0) {
		close(fds[1]);
		wait_for_child(fds[0]);
	}
	close(fds[0]);
	setsid();
	*ready = fds[1];
	return 0;
}

void daemonize_ready(int ready)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (chdir("/") < 0) {
		fprintf(stderr, "tandem: /: %s\n", strerror(errno));
	}
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		if (null > STDERR_FILENO) {
			close(null);
		}
	}
	ssize_t n = write(ready, "", 1);
	(void)n; /* a parent that was killed needs no answer */
	close(ready);
}

int identity_find(struct identity *id, const struct tandem_conf *conf, struct strbuf *why)
{
	*id = (struct identity){.uid = (uid_t)-1, .gid = (gid_t)-1};
	if (conf->user) {
		const struct passwd *pw = getpwnam(conf->user);
		if (!pw) {
			strbuf_printf(why, "tandem.conf: user = %s: there is no such user", conf->user);
			return -ENOENT;
		}
		id->uid = pw->pw_uid;
		id->gid = pw->pw_gid;
		id->user = conf->user;
	}
	if (conf->group) {
		const struct group *gr = getgrnam(conf->group);
		if (!gr) {
			strbuf_printf(why, "tandem.conf: group = %s: there is no such group", conf->group);
			return -ENOENT;
		}
		id->gid = gr->gr_gid;
	}
	if (geteuid() != 0) {
		if (id->uid != (uid_t)-1 && id->uid != geteuid()) {
			strbuf_printf(why, "tandem.conf: user = %s: only root can become somebody else; start tandem as root or as that user",
			              conf->user);
			return -EPERM;
		}
		*id = (struct identity){.uid = (uid_t)-1, .gid = (gid_t)-1};
	}
	return 0;
}

int identity_take(const struct identity *id, struct strbuf *why)
{
	int failed = 0;

	if (id->gid != (gid_t)-1) {
		failed = (id->user ? initgroups(id->user, id->gid) : setgroups(0, NULL)) < 0 || setgid(id->gid) < 0;
	}
	if (!failed && id->uid != (uid_t)-1) {
		failed = setuid(id->uid) < 0;
	}
	if (failed) {
		strbuf_printf(why, "can't become user %s: %s", id->user ? id->user : "of the group", strerror(errno));
		return -errno;
	}
	return 0;
}

int identity_make_dir(const struct identity *id, const char *dir)
{
	if (mkdir(dir, 0755) < 0) {
		return errno == EEXIST ? 0 : -errno;
	}
	if ((id->uid != (uid_t)-1 || id->gid != (gid_t)-1) && chown(dir, id->uid, id->gid) < 0) {
		return -errno;
	}
	return 0;
}

int identity_give_files(const struct identity *id, const char *dir, const char *const *names)
{
	for (size_t i = 0; names[i] && (id->uid != (uid_t)-1 || id->gid != (gid_t)-1); i++) {
		char *path;
		if (asprintf(&path, "%s/%s", dir, names[i]) < 0) {
			return -ENOMEM;
		}
		int result = lchown(path, id->uid, id->gid) < 0 && errno != ENOENT ? -errno : 0;
		free(path);
		if (result < 0) {
			return result;
		}
	}
	return 0;
}

int pidfile_write(const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f) {
		return -errno;
	}
	fprintf(f, "%ld\n", (long)getpid());
	return fclose(f) == 0 ? 0 : -errno;
}
