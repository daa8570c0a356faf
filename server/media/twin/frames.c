/* What a packet of a picture says of its frame: signaling/rtp/frames.py. */
#include "twin.h"

enum { OPUS, H264, VP8, VP9 };
enum { KEY = 1, FIRST = 2, SYNCED = 4, RISES = 8 };
enum { SPS = 7, STAP_A = 24, FU_A = 28 };

static int has_parameters(const uint8_t *payload, int size) {
    int kind = size > 0 ? payload[0] & 31 : 0;
    if (kind == FU_A)
        return size > 1 && payload[1] & 0x80 && (payload[1] & 31) == SPS;
    if (kind != STAP_A)
        return kind == SPS;
    for (int at = 1; at + 2 < size;) {
        int unit = read16(payload + at);
        if (!unit || at + 2 + unit > size)
            return 0;
        if ((payload[at + 2] & 31) == SPS)
            return 1;
        at += 2 + unit;
    }
    return 0;
}

/* Read the picture number at `*at` and go behind it; 0 if it is cut short. */
static int picture_number(const uint8_t *payload, int size, int *at, struct marks *marks) {
    if (*at >= size)
        return 0;
    marks->picture_at = *at;
    marks->picture_bits = payload[*at] & 0x80 ? 15 : 7;
    if (marks->picture_bits == 15 && *at + 1 >= size)
        return 0;
    marks->picture = payload[*at] & 0x7F;
    if (marks->picture_bits == 15)
        marks->picture = read16(payload + *at) & 0x7FFF;
    *at += marks->picture_bits == 15 ? 2 : 1;
    return 1;
}

/* Read what the extension of a VP8 descriptor tells and go behind it; 0 if it is cut short. */
static int vp8_extension(const uint8_t *payload, int size, int *at, struct marks *marks) {
    if (*at >= size)
        return 0;
    int flags = payload[(*at)++];
    if (flags & 0x80 && !picture_number(payload, size, at, marks))
        return 0;
    if (flags & 0x40) {
        if (*at >= size)
            return 0;
        marks->base = payload[*at];
        marks->base_at = (*at)++;
    }
    if (flags & 0x20) {
        if (*at >= size)
            return 0;
        marks->temporal = payload[*at] >> 6;
        marks->flags |= payload[*at] & 0x20 ? SYNCED : 0;
    }
    *at += flags & 0x30 ? 1 : 0;
    return 1;
}

static int vp8(const uint8_t *payload, int size, struct marks *marks) {
    int at = 1;
    if (size < 1 || (payload[0] & 0x80 && !vp8_extension(payload, size, &at, marks)) || at >= size)
        return 0;
    if (payload[0] & 0x10 && !(payload[0] & 7))
        marks->flags |= FIRST | (payload[at] & 1 ? 0 : KEY);
    return 1;
}

/* Read what a VP9 descriptor tells of layers and go behind it; 0 if it is cut short. */
static int vp9_layers(const uint8_t *payload, int size, int *at, struct marks *marks, int *spatial) {
    int flexible = payload[0] & 0x10;
    if (*at + (flexible ? 0 : 1) >= size)
        return 0;
    int layers = payload[(*at)++];
    marks->temporal = layers >> 5;
    marks->flags |= layers & 0x10 ? RISES : 0;
    *spatial = layers >> 1 & 7;
    if (!flexible) {
        marks->base = payload[*at];
        marks->base_at = (*at)++;
    }
    return 1;
}

static int vp9(const uint8_t *payload, int size, struct marks *marks) {
    int at = 1, spatial = 0, first = size > 0 ? payload[0] : 0;
    if (size < 1 || (first & 0x80 && !picture_number(payload, size, &at, marks)) ||
        (first & 0x20 && !vp9_layers(payload, size, &at, marks, &spatial)))
        return 0;
    if (first & 0x10 && first & 0x40)
        at = vp9_references_end(payload, size, at);
    if (first & 0x02)
        at = vp9_structure_end(payload, size, at);
    if (at >= size)
        return 0;
    if (first & 0x08 && !spatial)
        marks->flags |= FIRST | (first & 0x40 ? 0 : KEY);
    return 1;
}

/* The marks of one payload; those of one that says nothing if it cannot be read. */
void marks_read(int codec, const uint8_t *payload, int size, struct marks *marks) {
    const struct marks plain = {0, 0, -1, 0, 0, -1, 0};
    *marks = plain;
    if ((codec == VP8 && !vp8(payload, size, marks)) ||
        (codec == VP9 && !vp9(payload, size, marks)))
        *marks = plain;
    if (codec == H264 && has_parameters(payload, size))
        marks->flags = KEY | FIRST;
}

/* Write other numbers where a payload has such; each is cut to the bits there are. */
void marks_renumber(uint8_t *payload, const struct marks *marks, const struct over *over) {
    if (marks->picture_bits == 15)
        write16(payload + marks->picture_at, 0x8000 | (uint32_t)over->out_picture);
    else if (marks->picture_bits)
        payload[marks->picture_at] = (uint8_t)(over->out_picture & 0x7F);
    if (marks->base >= 0)
        payload[marks->base_at] = (uint8_t)over->out_base;
}
