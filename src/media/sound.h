/* Sound: audio files as Asterisk keeps them (.wav, .ulaw, .alaw, .sln, .gsm), read frame by frame, and .wav written.
 *
 * A sound is a name without extension ("tt-monkeys", "digits/1"), looked for in a list of directories, in DIR/LANGUAGE/NAME, then
 * DIR/NAME. */
#ifndef TANDEM_MEDIA_SOUND_H
#define TANDEM_MEDIA_SOUND_H

#include <stdbool.h>
#include <stddef.h>

#include "iax2/codec.h"
#include "util/strbuf.h"

struct sound;

/* Opens a sound for playing in `format`, preferring a file that is in that format already.  0 and *out; -ENOENT when no directory
 * has it; -EINVAL when a file is damaged, or no file can be turned into that format.  *why (if not NULL) then gets a line with
 * what was tried and what was wrong.  `dirs` is NULL-terminated; `language` may be NULL. */
int sound_open(struct sound **out, const char *const *dirs, const char *language, const char *name, iax2_format format,
               struct strbuf *why);
/* Opens one file by its path, whatever its name; the kind is told from the extension. */
int sound_open_file(struct sound **out, const char *path, iax2_format format, struct strbuf *why);
/* The next frame of 20 ms: bytes written to buf, 0 at the end, or -errno. */
int sound_read(struct sound *sound, uint8_t *buf, size_t cap);
void sound_close(struct sound *sound);

/* A .wav file (16-bit linear, mono, 8 kHz) being written; its header is right after every flush, also after a crash. */
struct wav_writer;
int wav_create(struct wav_writer **out, const char *path);     /* 0 or -errno */
int wav_write(struct wav_writer *wav, const int16_t *samples, size_t count);   /* 0 or -errno */
int wav_close(struct wav_writer *wav);                         /* 0 or -errno of the last write; frees in any case */

#endif
