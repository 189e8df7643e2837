#include "media/sound.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define WAV_HEADER 44
#define WAV_RATE 8000
/* One second: what a crash may cost. */
#define WAV_BUFFER (WAV_RATE * 2)
/* The sizes in the header have 32 bits. */
#define WAV_DATA_MAX (UINT32_MAX - WAV_HEADER)

struct wav_writer {
	int fd;
	int error;          /* sticky, 0 or -errno */
	uint32_t data_len;  /* bytes in the file behind the header */
	size_t fill;        /* bytes in buf */
	uint8_t buf[WAV_BUFFER];
};

static void put_le(uint8_t *p, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (uint8_t)(value >> (8 * i));
}

static int write_at(int fd, const uint8_t *data, size_t len, off_t offset)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, data, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		data += n;
		len -= (size_t)n;
		offset += n;
	}
	return 0;
}

static int write_header(const struct wav_writer *wav)
{
	uint8_t h[WAV_HEADER] = "RIFF....WAVEfmt ....................data";

	put_le(h + 4, wav->data_len + WAV_HEADER - 8, 4);
	put_le(h + 16, 16, 4);            /* length of the format chunk */
	put_le(h + 20, 1, 2);             /* linear */
	put_le(h + 22, 1, 2);             /* channels */
	put_le(h + 24, WAV_RATE, 4);
	put_le(h + 28, WAV_RATE * 2, 4);  /* bytes per second */
	put_le(h + 32, 2, 2);             /* bytes per sample of all channels */
	put_le(h + 34, 16, 2);            /* bits */
	put_le(h + 40, wav->data_len, 4);
	return write_at(wav->fd, h, sizeof h, 0);
}

/* The samples go first: whatever happens in between, the header never promises more than there is. */
static void flush(struct wav_writer *wav)
{
	if (wav->error)
		return;
	if (wav->fill > WAV_DATA_MAX - wav->data_len) {
		wav->error = -EFBIG;
		return;
	}
	wav->error = write_at(wav->fd, wav->buf, wav->fill, (off_t)WAV_HEADER + wav->data_len);
	if (wav->error)
		return;
	wav->data_len += (uint32_t)wav->fill;
	wav->fill = 0;
	wav->error = write_header(wav);
}

int wav_create(struct wav_writer **out, const char *path)
{
	struct wav_writer *wav = calloc(1, sizeof *wav);
	int error;

	if (!wav)
		return -ENOMEM;
	wav->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	error = wav->fd < 0 ? -errno : write_header(wav);
	if (error) {
		if (wav->fd >= 0)
			close(wav->fd);
		free(wav);
		return error;
	}
	*out = wav;
	return 0;
}

int wav_write(struct wav_writer *wav, const int16_t *samples, size_t count)
{
	for (size_t i = 0; i < count && !wav->error; i++) {
		put_le(wav->buf + wav->fill, (uint16_t)samples[i], 2);
		wav->fill += 2;
		if (wav->fill == WAV_BUFFER)
			flush(wav);
	}
	return wav->error;
}

int wav_close(struct wav_writer *wav)
{
	int error;

	flush(wav);
	error = wav->error;
	if (close(wav->fd) < 0 && !error)
		error = -errno;
	free(wav);
	return error;
}
