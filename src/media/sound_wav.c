#include "media/sound_file.h"

#include <errno.h>
#include <string.h>

/* RIFF WAVE: "RIFF" size "WAVE", then chunks of an id, a 32-bit length and data padded to an even length.
 *
 * Read generously, as such files come from everywhere: chunks that don't matter are skipped, a data chunk that claims more than
 * the file holds (a recorder that crashed, a stream with length 0 or 0xffffffff) is taken to the end of the file.  What can't be
 * guessed (another rate, stereo, no format) is refused with words. */

#define RIFF_HEADER (4 + 4 + 4)
#define CHUNK_HEADER (4 + 4)
#define FORMAT_CHUNK_MIN 16
/* WAVE_FORMAT_EXTENSIBLE keeps the real format at the start of its GUID. */
#define FORMAT_EXTENSIBLE 0xfffe
#define FORMAT_EXTENSIBLE_AT 24
#define FORMAT_CHUNK_READ (FORMAT_EXTENSIBLE_AT + 2)

struct wave_format {
	unsigned tag, channels, rate, bits;
};

struct wave_encoding {
	unsigned tag, bits;
	iax2_format format;
};

static const struct wave_encoding encodings[] = {
	{1, 16, IAX2_FORMAT_SLIN},
	{6, 8, IAX2_FORMAT_ALAW},
	{7, 8, IAX2_FORMAT_ULAW},
};

static unsigned get_le(const uint8_t *p, int bytes)
{
	unsigned value = 0;

	for (int i = bytes; i-- > 0;)
		value = value << 8 | p[i];
	return value;
}

static int read_format(struct sound_file *file, uint32_t len, struct wave_format *format, struct strbuf *why)
{
	uint8_t chunk[FORMAT_CHUNK_READ];
	size_t want = len < sizeof chunk ? len : sizeof chunk;

	if (want < FORMAT_CHUNK_MIN || fread(chunk, 1, want, file->stream) != want) {
		strbuf_printf(why, "its format chunk is cut short");
		return -EINVAL;
	}
	format->tag = get_le(chunk, 2);
	format->channels = get_le(chunk + 2, 2);
	format->rate = get_le(chunk + 4, 4);
	format->bits = get_le(chunk + 14, 2);
	if (format->tag == FORMAT_EXTENSIBLE && want == FORMAT_CHUNK_READ)
		format->tag = get_le(chunk + FORMAT_EXTENSIBLE_AT, 2);
	return 0;
}

static int check_format(const struct wave_format *format, iax2_format *encoding, struct strbuf *why)
{
	for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
		if (encodings[i].tag == format->tag && encodings[i].bits == format->bits)
			*encoding = encodings[i].format;
	}
	if (*encoding && format->rate == 8000 && format->channels == 1)
		return 0;
	strbuf_printf(why,
	              "it has %u Hz, %u channel%s, %u bits (format %u); needed are 8000 Hz, 1 channel, 16 bits linear, u-law or "
	              "A-law: convert it with \"sox IN.wav -r 8000 -c 1 -b 16 OUT.wav\"",
	              format->rate, format->channels, format->channels == 1 ? "" : "s", format->bits, format->tag);
	return -EINVAL;
}

/* Takes the length of the data chunk for what it is worth. */
static void set_data(struct sound_file *file, uint64_t at, uint32_t len)
{
	uint64_t rest = file->size - at;

	file->left = len == 0 || len > rest ? rest : len;
}

static int read_chunks(struct sound_file *file, struct strbuf *why)
{
	struct wave_format format = {0};
	uint64_t at = RIFF_HEADER;
	uint8_t head[CHUNK_HEADER];

	while (at <= file->size && fseeko(file->stream, (off_t)at, SEEK_SET) == 0 &&
	       fread(head, 1, sizeof head, file->stream) == sizeof head) {
		uint32_t len = get_le(head + 4, 4);

		at += CHUNK_HEADER;
		if (memcmp(head, "fmt ", 4) == 0) {
			if (read_format(file, len, &format, why) < 0 || check_format(&format, &file->format, why) < 0)
				return -EINVAL;
		} else if (memcmp(head, "data", 4) == 0) {
			if (!file->format) {
				strbuf_printf(why, "its sound comes before its format");
				return -EINVAL;
			}
			set_data(file, at, len);
			return 0;
		}
		at += (uint64_t)len + (len & 1);
	}
	strbuf_printf(why, "it ends before its sound begins (no data chunk)");
	return -EINVAL;
}

int sound_wav_start(struct sound_file *file, const struct sound_kind *kind, struct strbuf *why)
{
	uint8_t head[RIFF_HEADER];

	(void)kind;
	if (fread(head, 1, sizeof head, file->stream) != sizeof head || memcmp(head, "RIFF", 4) != 0 ||
	    memcmp(head + 8, "WAVE", 4) != 0) {
		strbuf_printf(why, "it is no WAV file (no RIFF header)");
		return -EINVAL;
	}
	return read_chunks(file, why);
}
