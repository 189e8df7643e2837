#include "media/sound.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/codec.h"
#include "media/sound_file.h"

#define FRAME_SAMPLES 160
#define FRAME_BYTES_MAX (2 * FRAME_SAMPLES)

/* In order of preference where nothing is in the wanted format: what loses least comes first. */
static const struct sound_kind kinds[] = {
	{"sln", IAX2_FORMAT_SLIN, sound_raw_start},
	{"wav", 0, sound_wav_start},
	{"raw", IAX2_FORMAT_SLIN, sound_raw_start},
	{"ulaw", IAX2_FORMAT_ULAW, sound_raw_start},
	{"ul", IAX2_FORMAT_ULAW, sound_raw_start},
	{"pcm", IAX2_FORMAT_ULAW, sound_raw_start},
	{"alaw", IAX2_FORMAT_ALAW, sound_raw_start},
	{"al", IAX2_FORMAT_ALAW, sound_raw_start},
	{"gsm", IAX2_FORMAT_GSM, sound_raw_start},
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

struct sound {
	struct sound_file file;
	iax2_format format;   /* what the reader wants */
};

/* The bytes of 20 ms. */
static size_t frame_bytes(iax2_format format)
{
	switch (format) {
	case IAX2_FORMAT_SLIN:
		return 2 * FRAME_SAMPLES;
	case IAX2_FORMAT_GSM:
		return 33;
	default:
		return FRAME_SAMPLES;
	}
}

/* The byte that fills up the last frame. */
static int silence_byte(iax2_format format)
{
	switch (format) {
	case IAX2_FORMAT_ULAW:
		return 0xff;
	case IAX2_FORMAT_ALAW:
		return 0xd5;
	default:
		return 0;
	}
}

static bool convertible(iax2_format from, iax2_format to)
{
	return from == to || (codec_find(from) && codec_find(to));
}

static int refuse(struct strbuf *why, const char *path, const char *text)
{
	strbuf_printf(why, "%s: %s", path, text);
	return -EINVAL;
}

/* Only ordinary files: a pipe or a device could make us wait. */
static int open_regular(struct sound_file *file, const char *path, struct strbuf *why)
{
	struct stat st;
	int error = 0, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		error = -errno;
		strbuf_printf(why, "%s: %s", path, strerror(-error));
		return error == -ENOENT || error == -ENOTDIR ? -ENOENT : -EINVAL;
	}
	if (fstat(fd, &st) < 0)
		error = refuse(why, path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		error = refuse(why, path, "it is not an ordinary file");
	else if (st.st_size == 0)
		error = refuse(why, path, "it is empty");
	else if (!(file->stream = fdopen(fd, "rb")))
		error = -ENOMEM;
	if (error)
		close(fd);
	else
		file->size = (uint64_t)st.st_size;
	return error;
}

static int start(struct sound *sound, const char *path, const struct sound_kind *kind, struct strbuf *why)
{
	struct strbuf reason = STRBUF_EMPTY;
	int error = kind->start(&sound->file, kind, &reason);
	char name[64];

	if (error) {
		refuse(why, path, strbuf_text(&reason));
	} else if (!convertible(sound->file.format, sound->format)) {
		const char *have = iax2_format_name(sound->file.format);

		strbuf_printf(why, "%s: %s can't be turned into %s", path, have ? have : "its format",
		              iax2_formats_text(sound->format, name, sizeof name));
		error = -EINVAL;
	} else if (sound->file.left < (sound->file.format == IAX2_FORMAT_GSM ? frame_bytes(IAX2_FORMAT_GSM) : 2)) {
		error = refuse(why, path, "it holds no sound");
	}
	strbuf_fini(&reason);
	return error;
}

static int open_kind(struct sound **out, const char *path, const struct sound_kind *kind, iax2_format format, struct strbuf *why)
{
	struct sound *sound = calloc(1, sizeof *sound);
	int error;

	if (!sound)
		return -ENOMEM;
	sound->format = format;
	error = open_regular(&sound->file, path, why);
	if (!error)
		error = start(sound, path, kind, why);
	if (error) {
		sound_close(sound);
		return error;
	}
	*out = sound;
	return 0;
}

static const struct sound_kind *kind_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < KIND_COUNT; i++) {
		if (strcasecmp(dot + 1, kinds[i].extension) == 0)
			return &kinds[i];
	}
	return NULL;
}

/* A name may come from the other end by way of a variable: it must not climb out of the directories. */
static bool climbs(const char *name)
{
	for (const char *p = name; p; p = strchr(p, '/')) {
		p += *p == '/';
		if (strncmp(p, "..", 2) == 0 && (p[2] == '/' || !p[2]))
			return true;
	}
	return false;
}

/* Tries base.EXTENSION for all kinds of which `exact` says whether they must be in the wanted format already.  What goes wrong
 * with a file that is there wins over "not there". */
static int open_base(struct sound **out, const char *base, iax2_format format, bool exact, struct strbuf *why)
{
	struct strbuf path = STRBUF_EMPTY, reason = STRBUF_EMPTY;
	int result = -ENOENT;

	for (size_t i = 0; i < KIND_COUNT && result != 0 && result != -ENOMEM; i++) {
		int error;

		if ((kinds[i].format == format) != exact)
			continue;
		strbuf_clear(&path);
		strbuf_clear(&reason);
		strbuf_printf(&path, "%s.%s", base, kinds[i].extension);
		error = path.failed ? -ENOMEM : open_kind(out, strbuf_text(&path), &kinds[i], format, &reason);
		if (error != -ENOENT)
			result = error;
		if (error && error != -ENOENT && why)
			strbuf_printf(why, "%s%s", why->len ? "; " : "", strbuf_text(&reason));
	}
	strbuf_fini(&path);
	strbuf_fini(&reason);
	return result;
}

/* DIR/LANGUAGE/NAME for "en_GB" and then "en", then DIR/NAME; an absolute NAME stands for itself. */
static int make_base(struct strbuf *base, const char *dir, const char *language, size_t language_len, const char *name)
{
	strbuf_clear(base);
	if (!dir)
		strbuf_add(base, name);
	else if (language_len)
		strbuf_printf(base, "%s/%.*s/%s", dir, (int)language_len, language, name);
	else
		strbuf_printf(base, "%s/%s", dir, name);
	return base->failed ? -ENOMEM : 0;
}

static int open_in_dir(struct sound **out, const char *dir, const char *language, const char *name, iax2_format format,
                       struct strbuf *why)
{
	size_t full = language ? strlen(language) : 0, lengths[3] = {full, full ? strcspn(language, "_") : 0, 0};
	struct strbuf base = STRBUF_EMPTY;
	int result = -ENOENT;

	for (int i = 0; i < 3 && result == -ENOENT; i++) {
		if (i < 2 && (lengths[i] == 0 || (i == 1 && lengths[1] == full)))
			continue;
		result = make_base(&base, dir, language, lengths[i], name);
		if (!result)
			result = open_base(out, strbuf_text(&base), format, true, why);
		if (result == -ENOENT || result == -EINVAL) {
			int other = open_base(out, strbuf_text(&base), format, false, why);

			result = other == -ENOENT ? result : other;
		}
	}
	strbuf_fini(&base);
	return result;
}

static void explain_missing(struct strbuf *why, const char *const *dirs, const char *name)
{
	strbuf_printf(why, "sound \"%s\" is in none of:", name);
	for (; *dirs; dirs++)
		strbuf_printf(why, " %s", *dirs);
	strbuf_add(why, " (looked for");
	for (size_t i = 0; i < KIND_COUNT; i++)
		strbuf_printf(why, " .%s", kinds[i].extension);
	strbuf_add(why, ")");
}

int sound_open(struct sound **out, const char *const *dirs, const char *language, const char *name, iax2_format format,
               struct strbuf *why)
{
	static const char *const none[] = {NULL};
	struct strbuf unwanted = STRBUF_EMPTY;
	int result = -ENOENT;

	if (!why)
		why = &unwanted;
	if (!*name || climbs(name)) {
		strbuf_printf(why, "sound \"%s\": a name must not be empty or contain \"..\"", name);
		strbuf_fini(&unwanted);
		return -EINVAL;
	}
	if (language && (strchr(language, '/') || strcmp(language, "..") == 0))
		language = NULL;
	if (name[0] == '/') {
		result = open_in_dir(out, NULL, NULL, name, format, why);
		dirs = none;
	}
	for (const char *const *dir = dirs; *dir && result == -ENOENT; dir++)
		result = open_in_dir(out, *dir, language, name, format, why);
	if (result == -ENOENT)
		explain_missing(why, dirs, name);
	strbuf_fini(&unwanted);
	return result;
}

int sound_open_file(struct sound **out, const char *path, iax2_format format, struct strbuf *why)
{
	const struct sound_kind *kind = kind_of(path);
	struct strbuf unwanted = STRBUF_EMPTY;
	int result;

	if (!why)
		why = &unwanted;
	if (kind)
		result = open_kind(out, path, kind, format, why);
	else
		result = refuse(why, path,
		                "the kind of sound is not told by its name; known are .wav .sln .raw .ulaw .ul .pcm .alaw .al .gsm");
	strbuf_fini(&unwanted);
	return result;
}

int sound_read(struct sound *sound, uint8_t *buf, size_t cap)
{
	struct sound_file *file = &sound->file;
	uint8_t data[FRAME_BYTES_MAX];
	size_t want = frame_bytes(file->format), len;

	if (cap < frame_bytes(sound->format))
		return -EINVAL;
	len = fread(data, 1, file->left < want ? (size_t)file->left : want, file->stream);
	if (len == 0 || (len < want && file->format == IAX2_FORMAT_GSM))
		return ferror(file->stream) ? -EIO : 0;
	file->left -= len;
	memset(data + len, silence_byte(file->format), want - len);
	if (file->format == IAX2_FORMAT_SLIN) {
		for (size_t i = 0; i < want; i += 2) { /* files have the low byte first, the wire has the high one */
			uint8_t low = data[i];

			data[i] = data[i + 1];
			data[i + 1] = low;
		}
	}
	return codec_translate(sound->format, buf, cap, file->format, data, want);
}

void sound_close(struct sound *sound)
{
	if (!sound)
		return;
	if (sound->file.stream)
		fclose(sound->file.stream);
	free(sound);
}
