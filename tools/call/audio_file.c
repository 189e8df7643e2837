#include "audio.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "media/codec.h"
#include "media/sound.h"

struct audio_file {
	struct audio audio;
	struct sound *sound;       /* a reader has this, */
	struct wav_writer *wav;    /* a writer that */
};

static int file_read(struct audio *audio, int16_t out[static AUDIO_FRAME])
{
	uint8_t frame[2 * AUDIO_FRAME];
	int len = sound_read(((struct audio_file *)audio)->sound, frame, sizeof frame);

	if (len <= 0)
		return len;
	memset(out, 0, AUDIO_FRAME * sizeof *out);
	return codec_find(IAX2_FORMAT_SLIN)->decode(out, AUDIO_FRAME, frame, (size_t)len) < 0 ? -EIO : 1;
}

static int file_write(struct audio *audio, const int16_t in[static AUDIO_FRAME])
{
	return wav_write(((struct audio_file *)audio)->wav, in, AUDIO_FRAME);
}

static int file_close(struct audio *audio)
{
	struct audio_file *file = (struct audio_file *)audio;
	int error = file->wav ? wav_close(file->wav) : 0;

	sound_close(file->sound);
	free(file);
	return error;
}

static const struct audio_ops reader_ops = {.name = "file", .read = file_read, .close = file_close, .ends = true};
static const struct audio_ops writer_ops = {.name = "file", .write = file_write, .close = file_close};

int audio_file_open_reader(struct audio **out, const char *path, struct strbuf *why)
{
	struct audio_file *file = calloc(1, sizeof *file);
	int error;

	if (!file)
		return -ENOMEM;
	file->audio.ops = &reader_ops;
	error = sound_open_file(&file->sound, path, IAX2_FORMAT_SLIN, why);
	if (error) {
		free(file);
		return error;
	}
	*out = &file->audio;
	return 0;
}

int audio_file_open_writer(struct audio **out, const char *path, struct strbuf *why)
{
	struct audio_file *file = calloc(1, sizeof *file);
	int error;

	if (!file)
		return -ENOMEM;
	file->audio.ops = &writer_ops;
	error = wav_create(&file->wav, path);
	if (error) {
		strbuf_printf(why, "%s: %s", path, strerror(-error));
		free(file);
		return error;
	}
	*out = &file->audio;
	return 0;
}
