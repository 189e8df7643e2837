/* Every IAX2 datagram that real implementations sent in the captures of tests/data/captures is decoded and encoded again, and
 * must come out the same.  Where that can't be, the table below says why and how often, exactly. */
#include <dirent.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "iax2/codec.h"
#include "iax2/frame.h"
#include "ies.h"
#include "pcap.h"
#include "wire.h"

enum oddity { SHORT, ELEMENTS, SUBCLASS, REWRITE, TRUNK, ODDITIES };
static const char *const oddity_names[ODDITIES] = {"too short", "damaged elements", "other subclass byte", "other elements",
                                                   "damaged trunk frame"};

static const struct exception {
	const char *file;
	enum oddity oddity;
	unsigned count;
	const char *why;
} exceptions[] = {
    /* From byte 4 on an encrypted frame is noise: its subclass byte is often one that nobody would send, and now and then its
     * type byte is that of a frame with elements. */
    {"10_encrypted.pcap", SUBCLASS, 7, "encrypted"},       {"10_encrypted_long.pcap", SUBCLASS, 67, "encrypted"},
    {"10_encrypted_long.pcap", ELEMENTS, 3, "encrypted"},  {"10_encrypted_rsa.pcap", SUBCLASS, 5, "encrypted"},
    {"10_encrypted_trunk.pcap", SUBCLASS, 5, "encrypted"},
};

struct counts {
	unsigned datagrams;
	unsigned odd[ODDITIES];
};

/* Writes an element again by its meaning where it has one. */
static void rewrite_element(struct iax2_ie_writer *w, const struct iax2_ie_raw *ie)
{
	const struct iax2_ie_info *info = iax2_ie_info(ie->id);
	struct iax2_addr addr;
	uint32_t number;
	uint64_t mask;

	if (info && iax2_ie_read_number(info, ie->value, &number)) {
		iax2_iew_u32(w, ie->id, number);
	} else if (info && info->kind == IAX2_IEK_FORMAT64 && iax2_ie_read_format64(ie->value, &mask)) {
		iax2_iew_format64(w, ie->id, mask);
	} else if (info && info->kind == IAX2_IEK_ADDR && iax2_ie_read_addr(&addr, ie->value)) {
		iax2_iew_addr(w, &addr);
	} else {
		iax2_iew_raw(w, ie->id, ie->value.data, ie->value.len);
	}
}

static bool elements_survive(const struct iax2_frame *frame)
{
	uint8_t buf[IAX2_RECEIVE_MAX];
	struct iax2_ie_writer w;
	struct iax2_ie_raw ie;
	size_t offset = 0;

	iax2_iew_init(&w, buf, sizeof(buf));
	while (iax2_ie_next(frame->payload, frame->payload_len, &offset, &ie) > 0) {
		rewrite_element(&w, &ie);
	}
	return !w.full && w.len == frame->payload_len && (w.len == 0 || memcmp(buf, frame->payload, w.len) == 0);
}

static bool trunk_survives(const struct iax2_frame *frame)
{
	uint8_t buf[IAX2_RECEIVE_MAX];
	struct iax2_writer w = iax2_writer_of(buf, sizeof(buf));
	struct iax2_trunk_entry entry;
	bool damaged = false;
	size_t offset = 0;

	while (iax2_trunk_next(frame, &offset, &entry, &damaged)) {
		if (entry.has_timestamp) {
			iax2_write_u16(&w, (uint16_t)entry.len);
			iax2_write_u16(&w, entry.scall);
			iax2_write_u16(&w, entry.timestamp);
		} else {
			iax2_write_u16(&w, entry.scall);
			iax2_write_u16(&w, (uint16_t)entry.len);
		}
		iax2_write_bytes(&w, entry.data, entry.len);
	}
	return !damaged && !w.full && (size_t)(w.p - buf) == frame->payload_len &&
	       memcmp(buf, frame->payload, frame->payload_len) == 0;
}

static void check_datagram(struct counts *counts, const struct pcap_datagram *datagram)
{
	uint8_t buf[IAX2_RECEIVE_MAX];
	struct iax2_frame frame;
	struct iax2_ies ies;

	counts->datagrams++;
	if (iax2_frame_decode(&frame, datagram->data, datagram->len) != 0) {
		counts->odd[SHORT]++;
		return;
	}
	if (iax2_frame_encode(&frame, buf, sizeof(buf)) != (int)datagram->len || memcmp(buf, datagram->data, datagram->len) != 0) {
		counts->odd[SUBCLASS]++;
	}
	if (frame.kind == IAX2_KIND_FULL && frame.type == IAX2_TYPE_IAX) {
		if (iax2_ies_decode(&ies, frame.payload, frame.payload_len) != 0) {
			counts->odd[ELEMENTS]++;
		} else if (!elements_survive(&frame)) {
			counts->odd[REWRITE]++;
		}
	} else if (frame.kind == IAX2_KIND_TRUNK && !trunk_survives(&frame)) {
		counts->odd[TRUNK]++;
	}
}

static const struct exception *find_exception(const char *file, enum oddity oddity)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		if (strcmp(exceptions[i].file, file) == 0 && exceptions[i].oddity == oddity) {
			return &exceptions[i];
		}
	}
	return NULL;
}

static unsigned expected(const char *file, enum oddity oddity)
{
	const struct exception *exception = find_exception(file, oddity);

	return exception ? exception->count : 0;
}

static const char *why(const char *file, enum oddity oddity)
{
	const struct exception *exception = find_exception(file, oddity);

	return exception ? exception->why : "none is known";
}

/* The number of differences from the table. */
static unsigned check_file(const char *file, unsigned *datagrams)
{
	struct counts counts = {0};
	struct pcap_datagram datagram;
	struct pcap cap;
	char path[512];
	unsigned wrong = 0;

	snprintf(path, sizeof(path), "%s/%s", CAPTURES, file);
	if (!pcap_open(&cap, path)) {
		print_error("%s: not readable\n", path);
		return 1;
	}
	while (pcap_next(&cap, &datagram)) {
		check_datagram(&counts, &datagram);
	}
	pcap_close(&cap);
	for (enum oddity oddity = 0; oddity < ODDITIES; oddity++) {
		if (counts.odd[oddity] != expected(file, oddity)) {
			print_error("%s: %s: %u, expected %u (%s)\n", file, oddity_names[oddity], counts.odd[oddity], expected(file, oddity),
			            why(file, oddity));
			wrong++;
		}
	}
	*datagrams += counts.datagrams;
	return wrong + (counts.datagrams == 0 ? 1 : 0);
}

static void test_every_datagram_survives(void **state)
{
	unsigned files = 0, datagrams = 0, wrong = 0;
	struct dirent *entry;
	DIR *dir = opendir(CAPTURES);

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (len > 5 && strcmp(entry->d_name + len - 5, ".pcap") == 0) {
			files++;
			wrong += check_file(entry->d_name, &datagrams);
		}
	}
	closedir(dir);
	print_message("%u files, %u datagrams\n", files, datagrams);
	assert_int_equal(wrong, 0);
	assert_int_equal(files, 111);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_datagram_survives)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
