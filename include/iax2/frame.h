/* libiax2: the frames on the wire (RFC 5456 section 8.1): full, mini, video mini and trunk frames.
 *
 * These functions need no endpoint: a capture analyser decodes with them alone. */
#ifndef IAX2_FRAME_H
#define IAX2_FRAME_H

#include "types.h"

#define IAX2_FULL_HEADER (2 + 2 + 4 + 1 + 1 + 1 + 1)  /* numbers, time stamp, OSeqno, ISeqno, type, subclass */
#define IAX2_MINI_HEADER (2 + 2)                      /* number, time stamp */
#define IAX2_VIDEO_MINI_HEADER (2 + 2 + 2)            /* zero, number, time stamp */
#define IAX2_TRUNK_HEADER (2 + 1 + 1 + 4)             /* zero, command, command data, time stamp */
#define IAX2_TRUNK_ENTRY (2 + 2)                      /* number, length */
#define IAX2_TRUNK_ENTRY_TS (2 + 2 + 2)               /* length, number, time stamp */

/* No datagram of ours is longer; longer ones are accepted (REQ-009). */
#define IAX2_SEND_MAX 1400
#define IAX2_RECEIVE_MAX 4096

/* Call numbers: 0 unknown, 1 stateless answers, 2..32767 calls. */
#define IAX2_CALLNO_MAX 0x7fff

enum iax2_frame_kind { IAX2_KIND_FULL, IAX2_KIND_MINI, IAX2_KIND_VIDEO_MINI, IAX2_KIND_TRUNK, IAX2_KIND_META_OTHER };

enum iax2_frame_type { /* RFC 5456 section 8.2 */
	IAX2_TYPE_DTMF_END = 0x01, IAX2_TYPE_VOICE = 0x02, IAX2_TYPE_VIDEO = 0x03, IAX2_TYPE_CONTROL = 0x04,
	IAX2_TYPE_NULL = 0x05, IAX2_TYPE_IAX = 0x06, IAX2_TYPE_TEXT = 0x07, IAX2_TYPE_IMAGE = 0x08,
	IAX2_TYPE_HTML = 0x09, IAX2_TYPE_CNG = 0x0a, IAX2_TYPE_MODEM = 0x0b, IAX2_TYPE_DTMF_BEGIN = 0x0c,
};

enum iax2_command { /* subclasses of type IAX, RFC 5456 section 8.4 */
	IAX2_CMD_NEW = 1, IAX2_CMD_PING, IAX2_CMD_PONG, IAX2_CMD_ACK, IAX2_CMD_HANGUP, IAX2_CMD_REJECT,
	IAX2_CMD_ACCEPT, IAX2_CMD_AUTHREQ, IAX2_CMD_AUTHREP, IAX2_CMD_INVAL, IAX2_CMD_LAGRQ, IAX2_CMD_LAGRP,
	IAX2_CMD_REGREQ, IAX2_CMD_REGAUTH, IAX2_CMD_REGACK, IAX2_CMD_REGREJ, IAX2_CMD_REGREL, IAX2_CMD_VNAK,
	IAX2_CMD_DPREQ, IAX2_CMD_DPREP, IAX2_CMD_DIAL, IAX2_CMD_TXREQ, IAX2_CMD_TXCNT, IAX2_CMD_TXACC,
	IAX2_CMD_TXREADY, IAX2_CMD_TXREL, IAX2_CMD_TXREJ, IAX2_CMD_QUELCH, IAX2_CMD_UNQUELCH, IAX2_CMD_POKE,
	IAX2_CMD_PAGE, IAX2_CMD_MWI, IAX2_CMD_UNSUPPORT, IAX2_CMD_TRANSFER, IAX2_CMD_PROVISION, IAX2_CMD_FWDOWNL,
	IAX2_CMD_FWDATA, IAX2_CMD_TXMEDIA, IAX2_CMD_RTKEY, IAX2_CMD_CALLTOKEN,
};

enum iax2_control { /* subclasses of type CONTROL, RFC 5456 section 8.3 */
	IAX2_CONTROL_STOP_SOUNDS = -1,
	IAX2_CONTROL_HANGUP = 1, IAX2_CONTROL_RING = 2, IAX2_CONTROL_RINGING = 3, IAX2_CONTROL_ANSWER = 4,
	IAX2_CONTROL_BUSY = 5, IAX2_CONTROL_CONGESTION = 8, IAX2_CONTROL_FLASH = 9, IAX2_CONTROL_OPTION = 11,
	IAX2_CONTROL_RADIO_KEY = 12, IAX2_CONTROL_RADIO_UNKEY = 13, IAX2_CONTROL_PROGRESS = 14,
	IAX2_CONTROL_PROCEEDING = 15, IAX2_CONTROL_HOLD = 16, IAX2_CONTROL_UNHOLD = 17,
};

/* A decoded frame.  `payload` points into the datagram and is never copied. */
struct iax2_frame {
	enum iax2_frame_kind kind;
	uint16_t scall;      /* sender's call number (not TRUNK) */
	uint16_t dcall;      /* FULL: receiver's call number, 0 when not yet known */
	bool retransmitted;  /* FULL: the R bit */
	uint8_t oseqno;      /* FULL */
	uint8_t iseqno;      /* FULL */
	uint8_t type;        /* FULL: enum iax2_frame_type, or a value we do not know */
	uint8_t csub;        /* FULL: subclass byte as on the wire */
	int64_t subclass;    /* FULL: its value (REQ-011 to REQ-014), without the marker for video */
	bool marker;         /* video: last packet of a picture */
	uint32_t timestamp;  /* FULL, TRUNK: 32 bits, MINI: 16, VIDEO_MINI: 15 */
	uint8_t meta_command;/* TRUNK, META_OTHER */
	uint8_t meta_data;   /* TRUNK: bit 0 set when entries carry time stamps */
	const uint8_t *payload;
	size_t payload_len;
};

/* Decodes one datagram.  0, or IAX2_ERR_MALFORMED when it is too short for what it claims to be (protocol reference
 * 2.2).  The payload of type IAX is not looked into: see iax2_ies_decode(). */
IAX2_API int iax2_frame_decode(struct iax2_frame *frame, const uint8_t *data, size_t len);

/* Encodes a frame; `csub` is not read but made from `subclass` and `marker`; of `timestamp` the low bits that the kind has are sent.
 * `payload` may lie in `buf`, at the place where it belongs.  Returns the length, or IAX2_ERR_NOSPACE when it does not
 * fit `cap`, or IAX2_ERR_INVALID for a subclass that cannot be expressed or a number above 15 bits. */
IAX2_API int iax2_frame_encode(const struct iax2_frame *frame, uint8_t *buf, size_t cap);

/* The subclass byte for a value, or IAX2_ERR_INVALID (REQ-011 to REQ-013). */
IAX2_API int iax2_subclass_encode(int64_t value);
/* The value of a subclass byte; 2^63 comes out as INT64_MIN. */
IAX2_API int64_t iax2_subclass_decode(uint8_t byte);

/* One entry of a trunk frame. */
struct iax2_trunk_entry {
	uint16_t scall;
	bool has_timestamp;
	uint16_t timestamp;
	const uint8_t *data;
	size_t len;
};

/* Walks the entries of a decoded TRUNK frame: *offset starts at 0 and is the walk's only state.  True with *entry filled,
 * false at the end; a damaged tail ends the walk and, if `damaged` is not NULL, sets it (REQ-025). */
IAX2_API bool iax2_trunk_next(const struct iax2_frame *frame, size_t *offset, struct iax2_trunk_entry *entry, bool *damaged);

/* Names as the RFC has them, "?" for an unknown number. */
IAX2_API const char *iax2_type_name(uint8_t type);
IAX2_API const char *iax2_command_name(int64_t command);
IAX2_API const char *iax2_control_name(int64_t control);
IAX2_API const char *iax2_cause_text(unsigned cause);
/* The name of a frame's subclass whatever its type ("NEW", "RINGING", "ulaw", "5"); written to buf if it is not a constant. */
IAX2_API const char *iax2_frame_subclass_name(const struct iax2_frame *frame, char buf[static 24]);

/* Writes the frame as Asterisk's `iax2 set debug on` prints it (protocol reference 23.8), elements included, to buf, always
 * terminated, cut where it does not fit.  `direction` is "Tx" or "Rx".  Secrets are masked.  Returns buf. */
IAX2_API const char *iax2_frame_describe(const struct iax2_frame *frame, const char *direction,
                                         const struct iax2_addr *remote, char *buf, size_t cap);

#endif
