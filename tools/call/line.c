#include "line.h"

#include <errno.h>
#include <stdlib.h>

#include "crypto/openssl.h"
#include "net/udp.h"

#define OUTPUT_BATCH 32
#define TRACE_MAX 4096
/* The low-delay mark of voice, as Asterisk users set it: EF. */
#define VOICE_TOS 0xb8
/* Often, so that the report of a short call has a round trip, and what the other end has heard. */
#define PING_MS 2000

struct line {
	struct line_params params;
	struct udp_socket *udp;
	struct loop_watch *watch;
	struct loop_timer *timer;
	struct iax2_endpoint *ep;
};

static void trace(struct line *line, const char *direction, const struct iax2_addr *remote, const uint8_t *data, size_t len)
{
	struct iax2_frame frame;
	char text[TRACE_MAX];

	if (!line->params.trace || iax2_frame_decode(&frame, data, len) < 0)
		return;
	if (line->params.trace < 2 && frame.kind != IAX2_KIND_FULL)
		return;
	console_trace(line->params.con, iax2_frame_describe(&frame, direction, remote, text, sizeof text));
}

static void datagram_in(const struct iax2_addr *from, const uint8_t *data, size_t len, void *arg)
{
	struct line *line = arg;
	struct iax2_path path = {.remote = *from};
	struct iax2_event ev;

	trace(line, "Rx", from, data, len);
	iax2_endpoint_input(line->ep, &path, data, len, loop_now(line->params.loop));
	while (iax2_endpoint_event(line->ep, &ev))
		line->params.event(&ev, line->params.arg);
}

static void readable(int fd, int events, void *arg)
{
	(void)fd;
	(void)events;
	line_receive(arg);
}

static void due(void *arg)
{
	struct line *line = arg;

	iax2_endpoint_tick(line->ep, loop_now(line->params.loop));
}

int line_open(struct line **out, const struct line_params *params, const char **what)
{
	struct iax2_config config = {.crypto = openssl_crypto(), .random = openssl_random, .ping_interval_ms = PING_MS};
	struct line *line = calloc(1, sizeof *line);
	int error;

	*what = "memory";
	if (!line)
		return -ENOMEM;
	line->params = *params;
	error = udp_open(&line->udp, &params->bind, VOICE_TOS, what);
	if (!error) {
		line->ep = iax2_endpoint_new(&config, loop_now(params->loop));
		line->timer = loop_timer_new(params->loop, due, line);
		line->watch = loop_watch_new(params->loop, udp_fd(line->udp), LOOP_READ, readable, line);
		if (!line->ep || !line->timer || !line->watch) {
			*what = "memory";
			error = -ENOMEM;
		}
	}
	if (error) {
		line_close(line);
		return error;
	}
	*out = line;
	return 0;
}

void line_close(struct line *line)
{
	if (!line)
		return;
	if (line->watch)
		loop_watch_del(line->watch);
	if (line->timer)
		loop_timer_del(line->timer);
	iax2_endpoint_del(line->ep);
	if (line->udp)
		udp_close(line->udp);
	free(line);
}

struct iax2_endpoint *line_endpoint(struct line *line)
{
	return line->ep;
}

const struct iax2_addr *line_local(const struct line *line)
{
	return udp_local(line->udp);
}

void line_receive(struct line *line)
{
	udp_receive(line->udp, datagram_in, line);
}

void line_flush(struct line *line)
{
	struct iax2_datagram out[OUTPUT_BATCH];
	struct iax2_event ev;
	size_t count;

	while (iax2_endpoint_event(line->ep, &ev))
		line->params.event(&ev, line->params.arg);
	while ((count = iax2_endpoint_output(line->ep, out, OUTPUT_BATCH)) > 0) {
		for (size_t i = 0; i < count; i++)
			trace(line, "Tx", &out[i].path.remote, out[i].data, out[i].len);
		udp_send(line->udp, out, count);
	}
	loop_timer_set(line->timer, iax2_endpoint_deadline(line->ep));
}

bool line_busy(struct line *line)
{
	struct iax2_stats stats;

	iax2_endpoint_stats(line->ep, &stats);
	return stats.legs > 0;
}
