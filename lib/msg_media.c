/* Voice and video: full frames, minis, and the way across a bridge (protocol reference 3, 6, 7, 17.2). */
#include <string.h>

#include "call.h"
#include "messages.h"

#define MEDIA_MAX 1200
#define MEDIA_SILENCE (30 * IAX2_NS_PER_S) /* after that the next voice frame is a full one */
#define EARLY_FRAMES_PER_VNAK 3
#define EARLY_VNAKS_MAX 15

/* ---- sending ---- */

static int media_send_full(struct iax2_call *call, bool video, iax2_format format, iax2_ts ts, bool marker, const void *data, size_t len)
{
	struct iax2_leg_tx tx = {.type = video ? IAX2_TYPE_VIDEO : IAX2_TYPE_VOICE, .marker = marker, .echo = true, .ts = (uint32_t)ts,
	                         .payload = data, .len = len};

	tx.subclass = (int64_t)format;
	return iax2_leg_send(&call->leg, &tx);
}

static int media_send_mini(struct iax2_call *call, iax2_ts ts, const void *data, size_t len)
{
	uint8_t *out = iax2_endpoint_room(call->leg.ep, &call->leg.path, IAX2_MINI_HEADER + len);

	if (!out) {
		return IAX2_ERR_NOMEM;
	}
	out[0] = (uint8_t)(call->leg.own >> 8);
	out[1] = (uint8_t)call->leg.own;
	out[2] = (uint8_t)(ts >> 8);
	out[3] = (uint8_t)ts;
	if (len) {
		memcpy(out + IAX2_MINI_HEADER, data, len);
	}
	return 0;
}

static int media_send_video_mini(struct iax2_call *call, iax2_ts ts, bool marker, const void *data, size_t len)
{
	uint8_t *out = iax2_endpoint_room(call->leg.ep, &call->leg.path, IAX2_VIDEO_MINI_HEADER + len);

	if (!out) {
		return IAX2_ERR_NOMEM;
	}
	out[0] = out[1] = 0;
	out[2] = (uint8_t)(0x80 | call->leg.own >> 8);
	out[3] = (uint8_t)call->leg.own;
	out[4] = (uint8_t)((marker ? 0x80 : 0) | (ts >> 8 & 0x7f));
	out[5] = (uint8_t)ts;
	if (len) {
		memcpy(out + IAX2_VIDEO_MINI_HEADER, data, len);
	}
	return 0;
}

static int voice_send(struct iax2_call *call, iax2_format format, iax2_ts ts, const void *data, size_t len)
{
	iax2_ns now = call->leg.ep->now;
	bool full = call->voice_full || format != call->voice_format || ts >> 15 != call->voice_ts >> 15 ||
	            now - call->voice_sent > MEDIA_SILENCE;
	int rc;

	if (full) {
		rc = media_send_full(call, false, format, ts, false, data, len);
		call->voice_full = rc < 0;
		call->voice_format = format;
	} else if (call->trunk) {
		rc = iax2_trunk_send(call->leg.assoc, call->leg.own, (uint16_t)ts, data, len);
	} else {
		rc = media_send_mini(call, ts, data, len);
	}
	call->voice_ts = ts;
	call->voice_sent = now;
	call->tx_voice += rc == 0;
	return rc;
}

static int video_send(struct iax2_call *call, iax2_format format, iax2_ts ts, bool marker, const void *data, size_t len)
{
	bool full = format != call->video_format || ts >> 15 != call->video_ts >> 15;
	int rc = full ? media_send_full(call, true, format, ts, marker, data, len) : media_send_video_mini(call, ts, marker, data, len);

	call->video_format = full && rc < 0 ? 0 : format;
	call->video_ts = ts;
	return rc;
}

/* Media flow from ACCEPT on, and never to an address that has not shown that it sees what we send (26). */
static bool media_may_flow(const struct iax2_call *call)
{
	return iax2_leg_alive(&call->leg) && iax2_leg_in(&call->leg, IAX2_IN_STARTED) && (!call->leg.incoming || call->leg.confirmed);
}

int iax2_media_send(struct iax2_call *call, bool video, iax2_format format, iax2_ts ts, bool marker, const void *data, size_t len)
{
	iax2_ns now = call->leg.ep->now;
	iax2_format kind = video ? IAX2_FORMATS_VIDEO : IAX2_FORMATS_AUDIO;

	if (!media_may_flow(call) || (!video && call->quelched)) {
		return IAX2_ERR_STATE;
	}
	if (!iax2_format_is_single(format) || !(format & kind & call->tx_formats)) {
		return IAX2_ERR_INVALID;
	}
	if (len > MEDIA_MAX) {
		return IAX2_ERR_NOSPACE;
	}
	if (video) {
		return video_send(call, format, iax2_stamp_video(&call->leg.stamp, ts, now), marker, data, len);
	}
	ts = iax2_stamp_voice(&call->leg.stamp, ts, iax2_format_duration_ms(format, data, len), now);
	return voice_send(call, format, ts, data, len);
}

int iax2_call_send_voice(struct iax2_call *call, iax2_format format, iax2_ts ts, const void *data, size_t len, iax2_ns now)
{
	iax2_endpoint_touch(call->leg.ep, now);
	return iax2_media_send(call, false, format, ts, false, data, len);
}

int iax2_call_send_video(struct iax2_call *call, iax2_format format, iax2_ts ts, bool marker, const void *data, size_t len, iax2_ns now)
{
	iax2_endpoint_touch(call->leg.ep, now);
	return iax2_media_send(call, true, format, ts, marker, data, len);
}

/* ---- receiving ---- */

/* Across the bridge, or to the owner. */
static void media_deliver(struct iax2_call *call, bool video, iax2_format format, iax2_ts ts, bool marker, const uint8_t *data, size_t len)
{
	struct iax2_event ev = {.type = video ? IAX2_EV_VIDEO : IAX2_EV_VOICE, .call = call, .path = call->leg.path, .format = format,
	                        .ts = ts, .marker = marker, .data = data, .len = len};
	struct iax2_call *other = call->bridged;

	if (other && (format & other->tx_formats) && media_may_flow(other)) {
		(void)iax2_media_send(other, video, format, ts, marker, data, len);
		return;
	}
	(void)iax2_call_event(call, &ev);
}

void iax2_call_voice_in(struct iax2_call *call, iax2_ts ts, const uint8_t *data, size_t len)
{
	uint32_t duration_ms;

	call->rx_voice++;
	if (len == 0) {
		return; /* no audio (REQ-008) */
	}
	duration_ms = iax2_format_duration_ms(call->rx_voice_format, data, len);
	call->rx_voice_next = ts + duration_ms;
	iax2_meter_frame(&call->meter, ts, duration_ms, call->leg.ep->now);
	media_deliver(call, false, call->rx_voice_format, ts, false, data, len);
}

/* A format that the other side may send us. */
static bool media_format_good(const struct iax2_call *call, int64_t subclass, iax2_format kind)
{
	iax2_format format = (iax2_format)subclass;

	return subclass != -1 && iax2_format_is_single(format) && iax2_format_name(format) && (format & kind & call->capability);
}

void iax2_receive_voice(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	iax2_ts ts = iax2_tstamp_receive(&leg->received, frame->timestamp, IAX2_TSTAMP_FULL);

	(void)ies;
	if (!media_format_good(call, frame->subclass, IAX2_FORMATS_AUDIO)) {
		leg->ep->stats.rx_unknown_format++;
		return;
	}
	call->rx_voice_format = (iax2_format)frame->subclass;
	call->rx_zero = leg->ep->now - ts * IAX2_NS_PER_MS;
	call->rx_trunk_follows = false;
	iax2_call_voice_in(call, ts, frame->payload, frame->payload_len);
}

void iax2_receive_video(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	iax2_ts ts = iax2_tstamp_receive(&leg->received, frame->timestamp, IAX2_TSTAMP_FULL);
	bool bare = frame->csub == 0 && call->rx_video_format; /* Asterisk's full frame with the marker (3.2.2) */

	(void)ies;
	if (!bare && !media_format_good(call, frame->subclass, IAX2_FORMATS_VIDEO)) {
		leg->ep->stats.rx_unknown_format++;
		return;
	}
	if (!bare) {
		call->rx_video_format = (iax2_format)frame->subclass;
	}
	media_deliver(call, true, call->rx_video_format, ts, bare || frame->marker, frame->payload, frame->payload_len);
}

bool iax2_call_takes_minis(struct iax2_call *call, bool video)
{
	if (!iax2_leg_in(&call->leg, IAX2_IN_STARTED)) {
		return false;
	}
	if (video ? call->rx_video_format : call->rx_voice_format) {
		return true;
	}
	call->leg.ep->stats.rx_early_media++;
	if (call->early_frames++ % EARLY_FRAMES_PER_VNAK == 0 && call->early_vnaks < EARLY_VNAKS_MAX) {
		call->early_vnaks++;
		iax2_leg_vnak(&call->leg);
	}
	return false;
}

void iax2_call_mini(struct iax2_call *call, const struct iax2_frame *frame)
{
	bool video = frame->kind == IAX2_KIND_VIDEO_MINI;
	iax2_ts ts;

	if (!iax2_call_takes_minis(call, video)) {
		return;
	}
	ts = iax2_tstamp_receive(&call->leg.received, frame->timestamp, video ? IAX2_TSTAMP_VIDEO : IAX2_TSTAMP_MINI);
	if (video) {
		media_deliver(call, true, call->rx_video_format, ts, frame->marker, frame->payload, frame->payload_len);
	} else {
		iax2_call_voice_in(call, ts, frame->payload, frame->payload_len);
	}
}

/* ---- QUELCH ---- */

static void quelch_set(struct iax2_leg *leg, bool quelched, const struct iax2_ies *ies)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	struct iax2_event ev = {.type = quelched ? IAX2_EV_QUELCH : IAX2_EV_UNQUELCH, .call = call, .path = leg->path};
	char music[256];

	if (quelched) {
		ev.subclass = iax2_ies_has(ies, IAX2_IE_MUSICONHOLD);
		ev.text = iax2_ies_string(ies, IAX2_IE_MUSICONHOLD, music, sizeof(music));
	} else {
		call->voice_full = true;
	}
	call->quelched = quelched;
	(void)iax2_call_event(call, &ev);
}

void iax2_receive_quelch(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	(void)frame;
	quelch_set(leg, true, ies);
}

void iax2_receive_unquelch(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_ies *ies)
{
	(void)frame;
	quelch_set(leg, false, ies);
}
