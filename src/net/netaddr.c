#include "net/netaddr.h"

#include <netinet/in.h>
#include <string.h>

socklen_t netaddr_to_sockaddr(struct sockaddr_storage *out, const struct iax2_addr *addr, int family)
{
	if (family == AF_INET && addr->family == 4) {
		struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(addr->port)};
		memcpy(&sin.sin_addr, addr->ip, 4);
		memcpy(out, &sin, sizeof(sin));
		return sizeof(sin);
	}
	if (family == AF_INET6 && (addr->family == 4 || addr->family == 6)) {
		struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_port = htons(addr->port)};
		if (addr->family == 6) {
			memcpy(&sin6.sin6_addr, addr->ip, 16);
			sin6.sin6_scope_id = addr->scope;
		} else {
			memset(sin6.sin6_addr.s6_addr + 10, 0xff, 2);
			memcpy(sin6.sin6_addr.s6_addr + 12, addr->ip, 4);
		}
		memcpy(out, &sin6, sizeof(sin6));
		return sizeof(sin6);
	}
	return 0;
}

void netaddr_from_sockaddr(struct iax2_addr *out, const struct sockaddr *sa)
{
	*out = (struct iax2_addr){0};
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in sin;
		memcpy(&sin, sa, sizeof(sin));
		out->family = 4;
		out->port = ntohs(sin.sin_port);
		memcpy(out->ip, &sin.sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 sin6;
		memcpy(&sin6, sa, sizeof(sin6));
		out->port = ntohs(sin6.sin6_port);
		if (IN6_IS_ADDR_V4MAPPED(&sin6.sin6_addr)) {
			out->family = 4;
			memcpy(out->ip, sin6.sin6_addr.s6_addr + 12, 4);
		} else {
			out->family = 6;
			out->scope = sin6.sin6_scope_id;
			memcpy(out->ip, &sin6.sin6_addr, 16);
		}
	}
}
