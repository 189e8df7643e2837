/* Codec_table: the codecs themselves, one per codec_*.c; only codec.c looks at them. */
#ifndef TANDEM_MEDIA_CODEC_TABLE_H
#define TANDEM_MEDIA_CODEC_TABLE_H

#include <limits.h>

#include "media/codec.h"

extern const struct codec codec_ulaw, codec_alaw, codec_slin;

#endif
