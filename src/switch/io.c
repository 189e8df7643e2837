#include "switch/io.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "switch/chan_iax2.h"
#include "switch/core.h"
#include "switch/registrar.h"
#include "switch/text.h"
#include "util/log.h"

#define BATCH            64
#define TRACE_SIZE       4096
#define REFUSED_INTERVAL IAX2_NS_PER_S /* a flood of refused requests makes one line a second */

/* The log keeps one event per line: so each line of a trace is an event. */
static void trace_lines(char *text)
{
	for (char *line = strtok_r(text, "\n", &text); line; line = strtok_r(NULL, "\n", &text)) {
		log_notice("%s", line);
	}
}

static bool traced(const struct switch_core *sw, const struct iax2_addr *remote)
{
	const struct io *io = &sw->io;
	if (!io->debug || !io->debug_peer[0]) {
		return io->debug;
	}
	const struct peer *peer = peers_find(&sw->peers, io->debug_peer);
	return peer && iax2_addr_equal(&peer->path.remote, remote);
}

static void trace(const struct switch_core *sw, const char *direction, const struct iax2_addr *remote, const uint8_t *data,
                  size_t len)
{
	struct iax2_frame frame;
	char text[TRACE_SIZE], addr[IAX2_ADDR_TEXT];
	if (!traced(sw, remote)) {
		return;
	}
	if (iax2_frame_decode(&frame, data, len)) {
		log_notice("%s-Datagram of %zu bytes, not IAX2: %s", direction, len, iax2_addr_format(remote, addr));
		return;
	}
	/* As in Asterisk, only full frames: media would drown everything. */
	if (frame.kind == IAX2_KIND_FULL) {
		iax2_frame_describe(&frame, direction, remote, text, sizeof text);
		trace_lines(text);
	}
}

static void on_datagram(const struct iax2_addr *from, const uint8_t *data, size_t len, void *arg)
{
	struct io_socket *socket = arg;
	struct iax2_path path = {.remote = *from, .socket = socket->index};
	iax2_addr_normalize(&path.remote);
	trace(socket->sw, "Rx", &path.remote, data, len);
	iax2_endpoint_input(socket->sw->ep, &path, data, len, core_now(socket->sw));
}

static void on_readable(int fd, int events, void *arg)
{
	(void)fd;
	(void)events;
	struct io_socket *socket = arg;
	int n = udp_receive(socket->udp, on_datagram, socket);
	if (n < 0 && n != -EAGAIN) {
		log_debug("Receiving: %s", strerror(-n));
	}
}

static void on_deadline(void *arg)
{
	struct switch_core *sw = arg;
	iax2_endpoint_tick(sw->ep, core_now(sw));
}

/* The text must not look like a failed authentication: these addresses are not proven, and who can make us log an address could
 * make fail2ban shut out whom he likes. */
static void on_refused(struct switch_core *sw, const struct iax2_event *ev)
{
	struct io *io = &sw->io;
	iax2_ns now = core_now(sw);
	char addr[IAX2_ADDR_TEXT], safe[80], more[64] = "";
	if (io->refused_logged && now - io->refused_logged < REFUSED_INTERVAL) {
		io->refused_hidden++;
		return;
	}
	if (io->refused_hidden) {
		snprintf(more, sizeof more, " (and %u others since the last such line)", io->refused_hidden);
	}
	log_notice(
	    "%s of '%s' from %s refused: %s%s%s", iax2_command_name(ev->subclass), text_safe(safe, ev->text),
	    iax2_addr_format(&ev->path.remote, addr), iax2_end_reason_text(ev->reason),
	    ev->reason == IAX2_END_TOKEN ? "; for an old client set requirecalltoken=no or add its address to calltokenoptional" : "",
	    more);
	io->refused_logged = now;
	io->refused_hidden = 0;
}

static void on_trunk_full(const struct iax2_event *ev)
{
	char addr[IAX2_ADDR_TEXT];
	log_warning("The trunk queue to %s is full, voice is being dropped: raise trunkmaxsize in iax.conf or use more bandwidth",
	            iax2_addr_format(&ev->path.remote, addr));
}

static void dispatch(struct switch_core *sw, const struct iax2_event *ev)
{
	switch (ev->type) {
	case IAX2_EV_REGREQ:
	case IAX2_EV_REGREQ_AUTHENTICATED:
	case IAX2_EV_REGREQ_FAILED:
		registrar_on_event(sw, ev);
		break;
	case IAX2_EV_REGISTRATION:
		registry_on_event(ev);
		break;
	case IAX2_EV_QUALIFY:
		peers_on_qualify(ev);
		break;
	case IAX2_EV_REFUSED:
		on_refused(sw, ev);
		break;
	case IAX2_EV_TRUNK_FULL:
		on_trunk_full(ev);
		break;
	default:
		chan_iax2_on_event(sw, ev);
		break;
	}
}

/* Sends a batch: neighbours of one socket together. */
static void send_batch(const struct io *io, const struct iax2_datagram *out, size_t count)
{
	for (size_t i = 0, end; i < count; i = end) {
		uint32_t socket = out[i].path.socket;
		for (end = i + 1; end < count && out[end].path.socket == socket; end++) {
		}
		if (socket < io->count) {
			udp_send(io->sockets[socket].udp, out + i, end - i);
		}
	}
}

static bool output(struct switch_core *sw)
{
	struct iax2_datagram out[BATCH];
	size_t count = iax2_endpoint_output(sw->ep, out, BATCH);
	for (size_t i = 0; sw->io.debug && i < count; i++) {
		trace(sw, "Tx", &out[i].path.remote, out[i].data, out[i].len);
	}
	send_batch(&sw->io, out, count);
	return count;
}

void io_flush(struct switch_core *sw)
{
	struct iax2_event ev;
	while (iax2_endpoint_event(sw->ep, &ev)) {
		dispatch(sw, &ev);
	}
	while (output(sw)) {
	}
	loop_timer_set(sw->io.timer, iax2_endpoint_deadline(sw->ep));
}

static int open_one(struct switch_core *sw, size_t i, const struct iax_general *general, struct diag *diag)
{
	struct io_socket *socket = &sw->io.sockets[i];
	char addr[IAX2_ADDR_TEXT];
	const char *what = "open";
	*socket = (struct io_socket){.sw = sw, .index = (uint32_t)i};
	int rc = udp_open(&socket->udp, &general->bind[i], general->tos, &what);
	if (rc) {
		iax2_addr_format(&general->bind[i], addr);
		diag_add(diag, DIAG_ERROR, "iax.conf", 0, "cannot %s UDP %s: %s%s", what, addr, strerror(-rc),
		         rc == -EADDRINUSE ? "; is another tandem or Asterisk running? Stop it or set another bindaddr or bindport" : "");
		return rc;
	}
	socket->watch = loop_watch_new(sw->loop, udp_fd(socket->udp), LOOP_READ, on_readable, socket);
	if (!socket->watch) {
		udp_close(socket->udp);
		return -ENOMEM;
	}
	sw->io.count++;
	log_notice("Listening on UDP %s", iax2_addr_format(udp_local(socket->udp), addr));
	return 0;
}

int io_open(struct switch_core *sw, const struct iax_general *general, struct diag *diag)
{
	sw->io.timer = loop_timer_new(sw->loop, on_deadline, sw);
	sw->io.sockets = calloc(general->bind_count, sizeof *sw->io.sockets);
	int rc = sw->io.timer && sw->io.sockets ? 0 : -ENOMEM;
	for (size_t i = 0; rc == 0 && i < general->bind_count; i++) {
		rc = open_one(sw, i, general, diag);
	}
	if (rc) {
		io_close(sw);
	}
	return rc;
}

void io_close(struct switch_core *sw)
{
	struct io *io = &sw->io;
	for (size_t i = 0; i < io->count; i++) {
		loop_watch_del(io->sockets[i].watch);
		udp_close(io->sockets[i].udp);
	}
	free(io->sockets);
	loop_timer_del(io->timer);
	*io = (struct io){0};
}

/* How well a socket suits: 2 bound to `source`, 1 of the right family, 0 not at all. */
static int suits(const struct io_socket *socket, const struct iax2_addr *remote, const struct iax2_addr *source)
{
	const struct iax2_addr *local = udp_local(socket->udp);
	if (source->family && iax2_addr_same_host(local, source) && (!source->port || source->port == local->port)) {
		return 2;
	}
	return local->family == remote->family;
}

struct iax2_path io_path(const struct switch_core *sw, const struct iax2_addr *remote, const char *source_text)
{
	struct iax2_path path = {.remote = *remote};
	struct iax2_addr source = {0};
	int best = 0;
	if (source_text && iax2_addr_parse(&source, source_text, 0)) {
		log_warning("sourceaddress=%s is no address; it is not used", source_text);
	}
	for (size_t i = 0; i < sw->io.count; i++) {
		int suit = suits(&sw->io.sockets[i], remote, &source);
		if (suit > best) {
			best = suit;
			path.socket = (uint32_t)i;
		}
	}
	return path;
}
