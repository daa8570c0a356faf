/* Payloads in order to whole frames: depacketize.py, function for function. */
#include <string.h>

#include "twin.h"

/* Another stream: nothing is known of what was before. */
void frame_begin(struct stream *stream) {
    h264_begin(stream);
    octets_clear(&stream->sps, FRAME_ROOM);
    octets_clear(&stream->pps, FRAME_ROOM);
    stream->whole = stream->codec == H264;
    stream->timed = 0;
    stream->key = 0;
}

static void pieces_begin(struct stream *stream) {
    octets_clear(&stream->frame, FRAME_ROOM);
    stream->whole = 1;
}

static void pieces_drop(struct stream *stream) {
    octets_clear(&stream->frame, FRAME_ROOM);
    stream->whole = 0;
}

static void pieces_add(struct stream *stream, const uint8_t *data, size_t size) {
    if (!stream->whole)
        return;
    if (stream->frame.size + size > FRAME_LIMIT || !octets_add(&stream->frame, data, size))
        pieces_drop(stream);
}

/* Packets are missing here: the unfinished frame is dropped. */
void frame_lose(struct stream *stream) {
    if (stream->codec == H264)
        h264_begin(stream);
    pieces_drop(stream);
}

/* The frame is whole unless pieces are missing; the next may begin. */
static void pieces_take(struct incoming *incoming, struct stream *stream, int key) {
    size_t since = incoming->data.size;
    if (stream->whole && stream->frame.size &&
        tell_add(incoming, stream->frame.data, stream->frame.size))
        tell_whole(incoming, stream, since, key);
    pieces_begin(stream);
}

/* Go behind what the extension of a VP8 descriptor tells (RFC 7741, 4.2); 0 if it is cut short. */
static int vp8_extension(const uint8_t *payload, int size, int *at) {
    if (*at >= size)
        return 0;
    int flags = payload[(*at)++];
    if (flags & 0x80) {
        if (*at >= size)
            return 0;
        *at += payload[*at] & 0x80 ? 2 : 1;
    }
    *at += (flags & 0x40 ? 1 : 0) + (flags & 0x30 ? 1 : 0);
    return 1;
}

/* Pieces from the start of the first partition to the marker. */
void vp8_feed(struct incoming *incoming, struct stream *stream, const uint8_t *payload, int size,
              int marker) {
    int at = 1;
    if (size < 1 || (payload[0] & 0x80 && !vp8_extension(payload, size, &at)) || at >= size)
        return;
    if (payload[0] & 0x10 && !(payload[0] & 7))
        pieces_begin(stream);
    pieces_add(stream, payload + at, (size_t)(size - at));
    if (marker)
        pieces_take(incoming, stream, stream->frame.size && !(stream->frame.data[0] & 1));
}

/* Offset of a VP9 frame's octets (RFC 9628, 4.2), at the end if it is cut short; its spatial layer. */
static int vp9_descriptor(const uint8_t *payload, int size, int *spatial) {
    int flags = size > 0 ? payload[0] : 0, at = 1, flexible = flags & 0x10;
    if (flags & 0x80) {
        if (at >= size)
            return size;
        at += payload[at] & 0x80 ? 2 : 1;
    }
    if (flags & 0x20) {
        if (at >= size)
            return size;
        *spatial = payload[at] >> 1 & 7;
        at += flexible ? 1 : 2;
    }
    if (flexible && flags & 0x40)
        at = vp9_references_end(payload, size, at);
    if (flags & 0x02)
        at = vp9_structure_end(payload, size, at);
    return at;
}

/* Pieces from a frame's first packet to its last; one spatial layer. */
void vp9_feed(struct incoming *incoming, struct stream *stream, const uint8_t *payload, int size,
              int marker) {
    int spatial = 0, at = vp9_descriptor(payload, size, &spatial);
    if (at >= size || spatial)
        return;
    if (payload[0] & 0x08) {
        pieces_begin(stream);
        stream->key = !(payload[0] & 0x40);
    }
    pieces_add(stream, payload + at, (size_t)(size - at));
    if (marker || payload[0] & 0x04)
        pieces_take(incoming, stream, stream->key);
}

/* Seconds of sound in a packet (RFC 6716, 3.1 and 3.2.5); 0 for one that is none. */
static double opus_duration(const uint8_t *packet, int size) {
    static const double ms[] = {10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40,  60, 10, 20, 10, 20,
                                2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20};
    if (!size)
        return 0;
    double one = ms[packet[0] >> 3] / 1000;
    int count = packet[0] & 3;
    if (count < 3)
        return count ? 2 * one : one;
    return size > 1 ? one * (packet[1] & 63) : 0;
}

static void opus_feed(struct incoming *incoming, struct stream *stream, const uint8_t *payload,
                      int size) {
    double lasts = opus_duration(payload, size);
    size_t since = incoming->data.size;
    if (lasts > 0 && lasts <= 0.12 && tell_add(incoming, payload, (size_t)size))
        tell_whole(incoming, stream, since, 1);
}

/* The next packet in order; a frame that it makes whole is told. */
void frame_feed(struct incoming *incoming, struct stream *stream, const uint8_t *packet, int length,
                double now) {
    struct header header;
    if (!header_read(packet, length, &header))
        return;
    if (!stream->timed || header.timestamp != stream->rtp) {
        stream->timed = 1;
        stream->rtp = header.timestamp;
        stream->arrival = now;
    }
    const uint8_t *payload = packet + header.payload;
    int size = header.end - header.payload;
    switch (stream->codec) {
    case OPUS:
        opus_feed(incoming, stream, payload, size);
        break;
    case H264:
        h264_feed(incoming, stream, payload, size, header.marker);
        break;
    case VP8:
        vp8_feed(incoming, stream, payload, size, header.marker);
        break;
    default:
        vp9_feed(incoming, stream, payload, size, header.marker);
    }
}
