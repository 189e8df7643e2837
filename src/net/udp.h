/* Udp: a bound socket that receives and sends in batches (recvmmsg, sendmmsg). */
#ifndef TANDEM_NET_UDP_H
#define TANDEM_NET_UDP_H

#include "iax2/endpoint.h"
#include "iax2/types.h"

struct udp_socket;

/* Opens and binds a socket, non-blocking, with large kernel buffers.  `tos` is the whole TOS byte.  0, or -errno with *what (if
 * not NULL) set to what failed ("bind", "socket", "memory"); never touches *out on failure.  [::] takes IPv4 as well, if nobody
 * else has the port there. */
int udp_open(struct udp_socket **out, const struct iax2_addr *bind_addr, int tos, const char **what);
void udp_close(struct udp_socket *udp);
int udp_fd(const struct udp_socket *udp);
/* The address it is bound to; the port is the real one when 0 was asked for. */
const struct iax2_addr *udp_local(const struct udp_socket *udp);

typedef void (*udp_receive_fn)(const struct iax2_addr *from, const uint8_t *data, size_t len, void *arg);
/* Reads what is there, at most 256 datagrams, and gives each to fn.  Returns how many, or -errno.  `fn` must not close
 * the socket.  Mapped addresses arrive as IPv4; datagrams above 4,096 bytes are dropped and counted. */
int udp_receive(struct udp_socket *udp, udp_receive_fn fn, void *arg);

/* Sends datagrams (the `socket` of their path is not looked at).  Those that the kernel refuses now are dropped and counted. */
void udp_send(struct udp_socket *udp, const struct iax2_datagram *datagrams, size_t count);

struct udp_stats {
	uint64_t rx_datagrams, tx_datagrams, tx_dropped, rx_dropped;
}; /* rx_dropped: by the kernel (SO_RXQ_OVFL) */
void udp_stats(const struct udp_socket *udp, struct udp_stats *stats);

#endif
