/* NAL units up to the marker, each behind its length: `H264Assembler` (RFC 6184). */
#include "twin.h"

enum { IDR = 5, SPS = 7, PPS = 8, DELIMITER = 9, FILLER = 12, STAP_A = 24, FU_A = 28 };
#define SLICES 0x3E /* kinds 1 to 5 */

/* The next access unit. */
void h264_begin(struct stream *stream) {
    octets_clear(&stream->frame, FRAME_ROOM);
    octets_clear(&stream->fragment, FRAME_ROOM);
    stream->fragmenting = 0;
    stream->size = 0;
    stream->kinds = 0;
    stream->whole = 1;
}

static void lose(struct stream *stream) {
    h264_begin(stream);
    stream->whole = 0;
}

static int add_unit(struct octets *octets, const uint8_t *unit, size_t size) {
    uint8_t length[4];
    write32(length, (uint32_t)size);
    return octets_add(octets, length, sizeof length) && octets_add(octets, unit, size);
}

static int keep(struct octets *octets, const uint8_t *unit, size_t size) {
    octets_clear(octets, FRAME_ROOM);
    return octets_add(octets, unit, size);
}

/* One whole unit of at least an octet. */
static void add(struct stream *stream, const uint8_t *unit, size_t size) {
    int kind = unit[0] & 31, kept = 1;
    if (kind == SPS)
        kept = keep(&stream->sps, unit, size);
    else if (kind == PPS)
        kept = keep(&stream->pps, unit, size);
    if (kind >= DELIMITER && kind <= FILLER)
        return;
    if (!kept || !add_unit(&stream->frame, unit, size))
        lose(stream);
    else
        stream->kinds |= (int)(1u << kind & 0x7FFFFFFF);
}

/* One FU-A (5.8): its unit's first octet is put together from two. */
static void add_fragment(struct stream *stream, const uint8_t *payload, int size) {
    if (size < 3)
        return;
    if (payload[1] & 0x80) {
        uint8_t first = (uint8_t)((payload[0] & 0xE0) | (payload[1] & 31));
        stream->fragmenting = keep(&stream->fragment, &first, 1);
    }
    if (!stream->fragmenting)
        return;
    if (!octets_add(&stream->fragment, payload + 2, (size_t)size - 2)) {
        lose(stream);
    } else if (payload[1] & 0x40) {
        add(stream, stream->fragment.data, stream->fragment.size);
        octets_clear(&stream->fragment, FRAME_ROOM);
        stream->fragmenting = 0;
    }
}

/* The next unit of a STAP-A (5.7.1) and its length; 0 at the first that is cut short. */
static int next_unit(const uint8_t *payload, int size, int *at, const uint8_t **unit) {
    if (*at + 2 >= size)
        return 0;
    int length = read16(payload + *at);
    if (!length || *at + 2 + length > size)
        return 0;
    *unit = payload + *at + 2;
    *at += 2 + length;
    return length;
}

static int has_parameters(const uint8_t *payload, int size) {
    const uint8_t *unit;
    int kind = payload[0] & 31, at = 1;
    if (kind == FU_A)
        return size > 1 && payload[1] & 0x80 && (payload[1] & 31) == SPS;
    if (kind != STAP_A)
        return kind == SPS;
    while (next_unit(payload, size, &at, &unit))
        if ((unit[0] & 31) == SPS)
            return 1;
    return 0;
}

static void take(struct stream *stream, const uint8_t *payload, int size) {
    int kind = payload[0] & 31, at = 1, length;
    const uint8_t *unit;
    if (!stream->whole && !has_parameters(payload, size))
        return;
    stream->whole = 1;
    stream->size += (size_t)size;
    if (stream->size > FRAME_LIMIT)
        lose(stream);
    else if (kind == FU_A)
        add_fragment(stream, payload, size);
    else if (kind == STAP_A)
        while ((length = next_unit(payload, size, &at, &unit)))
            add(stream, unit, (size_t)length);
    else if (kind >= 1 && kind <= 23)
        add(stream, payload, (size_t)size);
}

static int tell_unit(struct incoming *incoming, const struct octets *unit) {
    uint8_t length[4];
    write32(length, (uint32_t)unit->size);
    return tell_add(incoming, length, sizeof length) && tell_add(incoming, unit->data, unit->size);
}

/* The access unit, if it is a picture; a key frame gets the parameter sets that it lacks. */
static void put_out(struct incoming *incoming, const struct stream *stream) {
    size_t since = incoming->data.size;
    int key = stream->kinds >> IDR & 1;
    if (!(stream->kinds & SLICES))
        return;
    if (key && !(stream->kinds >> SPS & 1)) {
        if (!stream->sps.size || !tell_unit(incoming, &stream->sps) ||
            !tell_unit(incoming, &stream->pps))
            return;
    }
    if (tell_add(incoming, stream->frame.data, stream->frame.size))
        tell_whole(incoming, stream, since, key);
}

/* The access unit that ends here. */
void h264_feed(struct incoming *incoming, struct stream *stream, const uint8_t *payload, int size,
               int marker) {
    if (size > 0)
        take(stream, payload, size);
    if (!marker)
        return;
    if (stream->whole && !stream->fragmenting)
        put_out(incoming, stream);
    h264_begin(stream);
}
