/* Where a decoder can begin (RFC 6184, 7741, 9628); numbers of codecs are the tap's. */
#include "twin.h"

enum { OPUS, H264, VP8, VP9 };
enum { IDR = 5, SPS = 7, STAP_A = 24, FU_A = 28 };

/* An octet of the packet; -1 behind its end, and from then on. */
struct reader {
    const uint8_t *packet;
    int length;
    int cut;
};

static int octet(struct reader *reader, int at) {
    if (at < reader->length)
        return reader->packet[at];
    reader->cut = 1;
    return 0;
}

static int begins_unit(int kind) { return kind == SPS || kind == IDR; }

static int h264_aggregated(const uint8_t *packet, int at, int end) {
    while (at + 2 < end) {
        int size = read16(packet + at);
        if (!size || at + 2 + size > end)
            return 0;
        if (begins_unit(packet[at + 2] & 31))
            return 1;
        at += 2 + size;
    }
    return 0;
}

static int h264(const uint8_t *packet, int start, int end) {
    if (start >= end)
        return 0;
    int kind = packet[start] & 31;
    if (kind == STAP_A)
        return h264_aggregated(packet, start + 1, end);
    if (kind == FU_A)
        return end - start > 1 && packet[start + 1] & 0x80 && begins_unit(packet[start + 1] & 31);
    return begins_unit(kind);
}

static int vp8(struct reader *reader, int at, int end) {
    int first = octet(reader, at++);
    int begins = first & 0x10 && !(first & 7);
    if (first & 0x80) {
        int flags = octet(reader, at++);
        if (flags & 0x80) {
            int wide = octet(reader, at) & 0x80;
            if (wide)
                octet(reader, at + 1);
            at += wide ? 2 : 1;
        }
        at += flags & 0x40 ? 1 : 0;
        if (flags & 0x20)
            octet(reader, at);
        at += flags & 0x30 ? 1 : 0;
    }
    return !reader->cut && at < end && begins && !(octet(reader, at) & 1);
}

static int vp9_behind_references(struct reader *reader, int at) {
    for (int count = 0; count < 3; count++)
        if (!(octet(reader, at++) & 1))
            break;
    return at;
}

static int vp9_behind_structure(struct reader *reader, int at) {
    int head = octet(reader, at++);
    if (head & 0x10)
        at += 4 * ((head >> 5) + 1);
    if (head & 0x08) {
        int pictures = octet(reader, at++);
        for (; pictures && !reader->cut; pictures--)
            at += 1 + (octet(reader, at) >> 2 & 3);
    }
    return at;
}

static int vp9(struct reader *reader, int at, int end) {
    int first = octet(reader, at++), layers = 0;
    int flexible = first & 0x10;
    if (first & 0x80) {
        int wide = octet(reader, at) & 0x80;
        if (wide)
            octet(reader, at + 1);
        at += wide ? 2 : 1;
    }
    if (first & 0x20) {
        layers = octet(reader, at);
        at += flexible ? 1 : 2;
    }
    if (flexible && first & 0x40)
        at = vp9_behind_references(reader, at);
    if (first & 0x02)
        at = vp9_behind_structure(reader, at);
    return !reader->cut && at < end && first & 0x08 && !(first & 0x40) && !(layers >> 1 & 7);
}

/* Whether a decoder can begin with the payload from `start` to `end`. */
int starts_key_frame(int codec, const uint8_t *packet, int length, int start, int end) {
    struct reader reader = {packet, length, 0};
    switch (codec) {
    case OPUS:
        return start < end;
    case H264:
        return h264(packet, start, end);
    case VP8:
        return vp8(&reader, start, end);
    case VP9:
        return vp9(&reader, start, end);
    }
    return 0;
}
