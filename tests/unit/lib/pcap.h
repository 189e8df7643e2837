/* A reader for classic pcap files with Ethernet, IPv4 or IPv6 and UDP, as large as the tests need. */
#ifndef TEST_PCAP_H
#define TEST_PCAP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iax2/types.h"

struct pcap {
	uint8_t *bytes;
	size_t size;
	size_t at;
};

struct pcap_datagram {
	struct iax2_addr from, to;
	uint64_t usec;
	const uint8_t *data;
	size_t len;
};

static inline uint32_t pcap_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint16_t pcap_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* False when it can't be read or is no little-endian classic pcap of Ethernet frames. */
static inline bool pcap_open(struct pcap *cap, const char *path)
{
	FILE *file = fopen(path, "rb");
	long size = -1;

	memset(cap, 0, sizeof(*cap));
	if (!file) {
		return false;
	}
	if (fseek(file, 0, SEEK_END) == 0) {
		size = ftell(file);
	}
	if (size >= 24 && fseek(file, 0, SEEK_SET) == 0) {
		cap->bytes = malloc((size_t)size);
		cap->size = cap->bytes ? fread(cap->bytes, 1, (size_t)size, file) : 0;
	}
	fclose(file);
	cap->at = 24;
	return cap->size == (size_t)size && pcap_le32(cap->bytes) == 0xa1b2c3d4 && pcap_le32(cap->bytes + 20) == 1;
}

static inline void pcap_close(struct pcap *cap)
{
	free(cap->bytes);
	cap->bytes = NULL;
}

/* The UDP part of an Ethernet frame; NULL for everything else (ARP, ICMP, neighbour discovery). */
static inline const uint8_t *pcap_udp(const uint8_t *p, size_t len, struct pcap_datagram *out)
{
	size_t ip;

	if (len < 14 + 20) {
		return NULL;
	}
	if (pcap_be16(p + 12) == 0x0800 && p[14 + 9] == 17) {
		ip = (size_t)(p[14] & 15) * 4;
		out->from.family = out->to.family = 4;
		memcpy(out->from.ip, p + 14 + 12, 4);
		memcpy(out->to.ip, p + 14 + 16, 4);
	} else if (pcap_be16(p + 12) == 0x86dd && len >= 14 + 40 && p[14 + 6] == 17) {
		ip = 40;
		out->from.family = out->to.family = 6;
		memcpy(out->from.ip, p + 14 + 8, 16);
		memcpy(out->to.ip, p + 14 + 24, 16);
	} else {
		return NULL;
	}
	return len >= 14 + ip + 8 ? p + 14 + ip : NULL;
}

/* The next UDP datagram; false at the end of the file. */
static inline bool pcap_next(struct pcap *cap, struct pcap_datagram *out)
{
	while (cap->size - cap->at >= 16) {
		const uint8_t *header = cap->bytes + cap->at, *udp;
		size_t len = pcap_le32(header + 8);

		if (len > cap->size - cap->at - 16) {
			return false;
		}
		cap->at += 16 + len;
		memset(out, 0, sizeof(*out));
		udp = pcap_udp(header + 16, len, out);
		if (udp && pcap_be16(udp + 4) >= 8 && pcap_be16(udp + 4) <= (size_t)(header + 16 + len - udp)) {
			out->usec = (uint64_t)pcap_le32(header) * 1000000 + pcap_le32(header + 4);
			out->from.port = pcap_be16(udp);
			out->to.port = pcap_be16(udp + 2);
			out->data = udp + 8;
			out->len = (size_t)pcap_be16(udp + 4) - 8;
			return true;
		}
	}
	return false;
}

#endif
