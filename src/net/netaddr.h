/* Netaddr: libiax2's addresses and the kernel's. */
#ifndef TANDEM_NET_NETADDR_H
#define TANDEM_NET_NETADDR_H

#include <sys/socket.h>

#include "iax2/types.h"

/* Fills *out; `family` is AF_INET, or AF_INET6 where an IPv4 address becomes an IPv4-mapped one (for a dual-stack socket).
 * Returns its length, 0 when the address can't be said in that family. */
socklen_t netaddr_to_sockaddr(struct sockaddr_storage *out, const struct iax2_addr *addr, int family);
/* The reverse; mapped addresses become IPv4.  An unknown family gives an unset address. */
void netaddr_from_sockaddr(struct iax2_addr *out, const struct sockaddr *sa);

#endif
