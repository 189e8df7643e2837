/* audiocmp: compares a recording with what was said.  Exit status 0: the same, 1: not, 2: files or options are wrong. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "media/codec.h"
#include "media/sound.h"

#define FRAME 160

struct recording {
	int16_t *samples;
	size_t len, cap;
};

#define AT(member) offsetof(struct compare_limits, member)
static const struct limit_option {
	const char *name, *help;
	size_t offset;
} limit_options[] = {
	{"min-correlation", "least correlation over all that was said, 0 to 1 (0.9)", AT(min_correlation)},
	{"max-gap-ms", "longest silence where something was said (60)", AT(max_gap_ms)},
	{"max-lost-percent", "most that may be missing in all (5)", AT(max_lost_percent)},
	{"max-offset-ms", "how far it may be shifted, either way (3000)", AT(max_offset_ms)},
	{"max-level-db", "how much louder or softer it may be (3)", AT(max_level_db)},
};
#define LIMIT_COUNT (sizeof limit_options / sizeof limit_options[0])

static int usage(FILE *out)
{
	fputs("Usage: audiocmp [options] REFERENCE.wav HEARD.wav\n", out);
	for (size_t i = 0; i < LIMIT_COUNT; i++)
		fprintf(out, "  --%-17s %s\n", limit_options[i].name, limit_options[i].help);
	return 2;
}

static int parse(struct compare_limits *limits, int argc, char **argv)
{
	struct option longs[LIMIT_COUNT + 1] = {0};
	int choice;

	for (size_t i = 0; i < LIMIT_COUNT; i++)
		longs[i] = (struct option){.name = limit_options[i].name, .has_arg = required_argument, .val = 256 + (int)i};
	while ((choice = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		char *end;

		if (choice == '?')
			return -1;
		*(double *)((char *)limits + limit_options[choice - 256].offset) = strtod(optarg, &end);
		if (end == optarg || *end)
			return -1;
	}
	return argc - optind == 2 && limits->max_offset_ms >= 0 && limits->max_offset_ms <= 600000 ? 0 : -1;
}

static int append(struct recording *recording, const uint8_t *frame, size_t bytes)
{
	if (recording->len + FRAME > recording->cap) {
		size_t cap = recording->cap ? 2 * recording->cap : 80000;
		int16_t *grown = realloc(recording->samples, cap * sizeof *grown);

		if (!grown)
			return -ENOMEM;
		recording->samples = grown;
		recording->cap = cap;
	}
	recording->len += (size_t)codec_find(IAX2_FORMAT_SLIN)->decode(recording->samples + recording->len, FRAME, frame, bytes);
	return 0;
}

static int load(struct recording *recording, const char *path)
{
	struct strbuf why = STRBUF_EMPTY;
	struct sound *sound = NULL;
	uint8_t frame[2 * FRAME];
	int n, error = sound_open_file(&sound, path, IAX2_FORMAT_SLIN, &why);

	if (error)
		fprintf(stderr, "audiocmp: %s\n", strbuf_text(&why));
	while (!error && (n = sound_read(sound, frame, sizeof frame)) != 0)
		error = n < 0 ? n : append(recording, frame, (size_t)n);
	sound_close(sound);
	strbuf_fini(&why);
	return error;
}

int main(int argc, char **argv)
{
	struct compare_limits limits = compare_default_limits;
	struct recording said = {0}, heard = {0};
	struct compare_result r;
	int status = 2;

	if (parse(&limits, argc, argv) < 0)
		return usage(stderr);
	if (load(&said, argv[optind]) == 0 && load(&heard, argv[optind + 1]) == 0 &&
	    compare(&r, &limits, said.samples, said.len, heard.samples, heard.len) == 0) {
		printf("%s: correlation %.3f (worst %.2f), SNR %.1f dB, level %+.1f dB, offset %+.0f ms, longest gap %.0f ms, ", r.why,
		       r.correlation, r.worst, r.snr_db, r.level_db, r.offset_ms, r.longest_gap_ms);
		printf("lost %.1f %%, drift %+.0f ppm, %u segments\n", r.lost_percent, r.drift_ppm, r.segments);
		status = r.same ? 0 : 1;
	}
	free(said.samples);
	free(heard.samples);
	return status;
}
