#include "net/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "net/netaddr.h"
#include "util/log.h"

enum {
	UDP_BATCH = 64,              /* messages per system call */
	UDP_RECEIVE_MAX = 256,       /* datagrams per call, so that one socket can't starve the others */
	UDP_DATAGRAM_MAX = 4096,     /* protocol reference 2.1 */
	UDP_KERNEL_BUFFER = 8 << 20, /* 0.2 s of 32,767 calls; the kernel gives less where its limit is lower */
};

/* One received message and what the kernel says about it. */
struct udp_slot {
	struct sockaddr_storage from;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(uint32_t))];
	struct iovec iov;
	uint8_t data[UDP_DATAGRAM_MAX];
};

struct udp_socket {
	int fd;
	int family; /* AF_INET or AF_INET6 */
	struct iax2_addr local;
	struct udp_stats stats;
	uint32_t overflow_seen; /* the kernel's count of drops when we last looked */
	struct mmsghdr rx_msgs[UDP_BATCH];
	struct udp_slot rx[UDP_BATCH];
	struct mmsghdr tx_msgs[UDP_BATCH];
	struct sockaddr_storage tx_to[UDP_BATCH];
	struct iovec tx_iov[UDP_BATCH];
};

static void set_int(int fd, int level, int name, int value)
{
	/* Each of these makes things better and none is needed: a kernel that refuses is no reason to stop. */
	(void)setsockopt(fd, level, name, &value, sizeof(value));
}

static void set_buffers(int fd)
{
	int size = UDP_KERNEL_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0) {
		set_int(fd, SOL_SOCKET, SO_RCVBUF, size);
	}
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0) {
		set_int(fd, SOL_SOCKET, SO_SNDBUF, size);
	}
}

static void set_options(struct udp_socket *udp, int tos)
{
	set_buffers(udp->fd);
	set_int(udp->fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
	if (tos) {
		/* On a dual-stack socket the first is for its IPv4 datagrams. */
		set_int(udp->fd, IPPROTO_IP, IP_TOS, tos);
		if (udp->family == AF_INET6) {
			set_int(udp->fd, IPPROTO_IPV6, IPV6_TCLASS, tos);
		}
	}
}

static void init_slots(struct udp_socket *udp)
{
	for (int i = 0; i < UDP_BATCH; i++) {
		struct udp_slot *slot = &udp->rx[i];
		slot->iov = (struct iovec){.iov_base = slot->data, .iov_len = sizeof(slot->data)};
		udp->rx_msgs[i].msg_hdr =
			(struct msghdr){.msg_name = &slot->from, .msg_iov = &slot->iov, .msg_iovlen = 1, .msg_control = slot->control};
		udp->tx_msgs[i].msg_hdr = (struct msghdr){.msg_name = &udp->tx_to[i], .msg_iov = &udp->tx_iov[i], .msg_iovlen = 1};
	}
}

static bool is_any(const struct iax2_addr *addr)
{
	static const uint8_t any[16];

	return memcmp(addr->ip, any, sizeof(any)) == 0;
}

/* [::] takes IPv4 as well, unless that has a socket of its own (bindaddr=0.0.0.0 beside bindaddr=[::]). */
static int bind_dual(struct udp_socket *udp, const struct sockaddr *sa, socklen_t len, uint16_t port)
{
	set_int(udp->fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	if (bind(udp->fd, sa, len) == 0) {
		return 0;
	}
	if (errno != EADDRINUSE) {
		return -errno;
	}
	set_int(udp->fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (bind(udp->fd, sa, len) < 0) {
		return -errno;
	}
	log_notice("[::]:%u takes IPv6 only, because another socket has the port for IPv4", (unsigned)port);
	return 0;
}

static int bind_socket(struct udp_socket *udp, const struct iax2_addr *bind_addr)
{
	struct sockaddr_storage sa;
	socklen_t len = netaddr_to_sockaddr(&sa, bind_addr, udp->family);
	int result = 0;

	if (udp->family == AF_INET6 && is_any(bind_addr)) {
		result = bind_dual(udp, (struct sockaddr *)&sa, len, bind_addr->port);
	} else if (bind(udp->fd, (struct sockaddr *)&sa, len) < 0) {
		result = -errno;
	}
	len = sizeof(sa);
	if (result == 0 && getsockname(udp->fd, (struct sockaddr *)&sa, &len) < 0) {
		result = -errno;
	}
	if (result == 0) {
		netaddr_from_sockaddr(&udp->local, (struct sockaddr *)&sa);
	}
	return result;
}

int udp_open(struct udp_socket **out, const struct iax2_addr *bind_addr, int tos, const char **what)
{
	const char *failed = "memory";
	struct udp_socket *udp = calloc(1, sizeof(*udp));
	int result = -ENOMEM;

	if (!udp) {
		goto fail;
	}
	failed = "socket";
	udp->family = bind_addr->family == 6 ? AF_INET6 : AF_INET;
	udp->fd = socket(udp->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (udp->fd < 0) {
		result = -errno;
		goto fail;
	}
	set_options(udp, tos);
	failed = "bind";
	result = bind_socket(udp, bind_addr);
	if (result < 0) {
		goto fail;
	}
	init_slots(udp);
	*out = udp;
	return 0;

fail:
	if (what) {
		*what = failed;
	}
	if (udp && udp->fd >= 0) {
		close(udp->fd);
	}
	free(udp);
	return result;
}

void udp_close(struct udp_socket *udp)
{
	if (udp) {
		close(udp->fd);
		free(udp);
	}
}

int udp_fd(const struct udp_socket *udp)
{
	return udp->fd;
}

const struct iax2_addr *udp_local(const struct udp_socket *udp)
{
	return &udp->local;
}

/* The kernel tells how many datagrams it has dropped since the socket was opened. */
static void note_overflow(struct udp_socket *udp, struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
			uint32_t total;
			memcpy(&total, CMSG_DATA(c), sizeof(total));
			udp->stats.rx_dropped += total - udp->overflow_seen; /* modulo 2^32, as the kernel counts */
			udp->overflow_seen = total;
		}
	}
}

static void deliver(struct udp_socket *udp, int i, udp_receive_fn fn, void *arg)
{
	struct mmsghdr *msg = &udp->rx_msgs[i];
	struct iax2_addr from;

	note_overflow(udp, &msg->msg_hdr);
	if (msg->msg_hdr.msg_flags & MSG_TRUNC) {
		udp->stats.rx_dropped++; /* longer than anything the protocol has */
		return;
	}
	udp->stats.rx_datagrams++;
	netaddr_from_sockaddr(&from, (const struct sockaddr *)&udp->rx[i].from);
	fn(&from, udp->rx[i].data, msg->msg_len, arg);
}

int udp_receive(struct udp_socket *udp, udp_receive_fn fn, void *arg)
{
	int total = 0;

	while (total < UDP_RECEIVE_MAX) {
		for (int i = 0; i < UDP_BATCH; i++) {
			udp->rx_msgs[i].msg_hdr.msg_namelen = sizeof(udp->rx[i].from);
			udp->rx_msgs[i].msg_hdr.msg_controllen = sizeof(udp->rx[i].control);
		}
		int n = recvmmsg(udp->fd, udp->rx_msgs, UDP_BATCH, MSG_DONTWAIT, NULL);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return total > 0 || errno == EAGAIN || errno == EWOULDBLOCK ? total : -errno;
		}
		for (int i = 0; i < n; i++) {
			deliver(udp, i, fn, arg);
		}
		total += n;
		if (n < UDP_BATCH) {
			break;
		}
	}
	return total;
}

/* Sends what stands in the first `count` slots. */
static void send_batch(struct udp_socket *udp, unsigned count)
{
	unsigned done = 0;

	while (done < count) {
		int n = sendmmsg(udp->fd, udp->tx_msgs + done, count - done, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0) {
			udp->stats.tx_datagrams += (unsigned)n;
			done += (unsigned)n;
		} else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)) {
			udp->stats.tx_dropped += count - done; /* full: the rest would fail as well */
			return;
		} else if (n == 0 || errno != EINTR) {
			udp->stats.tx_dropped++; /* this one can't be sent (no route, too long); the next may go elsewhere */
			done++;
		}
	}
}

void udp_send(struct udp_socket *udp, const struct iax2_datagram *datagrams, size_t count)
{
	unsigned used = 0;

	for (size_t i = 0; i < count; i++) {
		struct mmsghdr *msg = &udp->tx_msgs[used];
		socklen_t len = netaddr_to_sockaddr(&udp->tx_to[used], &datagrams[i].path.remote, udp->family);
		if (len == 0) {
			udp->stats.tx_dropped++;
			continue;
		}
		msg->msg_hdr.msg_namelen = len;
		udp->tx_iov[used] = (struct iovec){.iov_base = (void *)(uintptr_t)datagrams[i].data, .iov_len = datagrams[i].len};
		if (++used == UDP_BATCH) {
			send_batch(udp, used);
			used = 0;
		}
	}
	send_batch(udp, used);
}

void udp_stats(const struct udp_socket *udp, struct udp_stats *stats)
{
	*stats = udp->stats;
}
