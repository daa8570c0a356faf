/* Batches of the tap (signaling/rtp/tap.py) to frames: `packets.Incoming` for all handles. */
#include <stdlib.h>
#include <string.h>

#include "twin.h"

enum { PACKET = 1, SENDER_REPORT, OVERRUN_RECORD };
#define RECORD_HEADER 20
#define REPORT_SIZE 12
#define RTP_HEADER 12

/* The header of a record. */
struct record {
    int kind;
    int codec;
    int length;
    uint32_t handle;
    uint32_t rollover;
    double arrival;
};

/* Whether Python reads the layout that was compiled. */
int64_t layout_sizes(void) { return (int64_t)(sizeof(struct found) + sizeof(struct told)); }

struct incoming *incoming_open(void) { return calloc(1, sizeof(struct incoming)); }

static void stream_free(struct stream *stream) {
    order_begin(stream);
    free(stream->held);
    octets_free(&stream->frame);
    octets_free(&stream->fragment);
    octets_free(&stream->sps);
    octets_free(&stream->pps);
    free(stream);
}

void incoming_close(struct incoming *incoming) {
    for (size_t at = 0; at < incoming->count; at++)
        stream_free(incoming->streams[at]);
    free(incoming->streams);
    octets_free(&incoming->found);
    octets_free(&incoming->data);
    free(incoming);
}

static void begin_call(struct incoming *incoming) {
    octets_clear(&incoming->found, TOLD_ROOM);
    octets_clear(&incoming->data, TOLD_ROOM);
    memset(&incoming->told, 0, sizeof incoming->told);
}

static const struct told *end_call(struct incoming *incoming) {
    incoming->told.found = (struct found *)(void *)incoming->found.data;
    incoming->told.data = incoming->data.data;
    incoming->told.octets = incoming->data.size;
    return &incoming->told;
}

/* Where a handle stands or would stand. */
static size_t place(const struct incoming *incoming, uint32_t handle) {
    size_t low = 0, high = incoming->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (incoming->streams[middle]->handle < handle)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct stream *find(const struct incoming *incoming, uint32_t handle) {
    size_t at = place(incoming, handle);
    int there = at < incoming->count && incoming->streams[at]->handle == handle;
    return there ? incoming->streams[at] : NULL;
}

static int make_room(struct incoming *incoming) {
    if (incoming->count < incoming->room)
        return 1;
    size_t room = incoming->room ? 2 * incoming->room : 64;
    struct stream **wider = realloc(incoming->streams, room * sizeof *wider);
    if (!wider)
        return 0;
    incoming->streams = wider;
    incoming->room = room;
    return 1;
}

/* Everything that a handle holds; it is not open any more. */
const struct told *stream_close(struct incoming *incoming, uint32_t handle, double now) {
    begin_call(incoming);
    size_t at = place(incoming, handle);
    if (!find(incoming, handle))
        return end_call(incoming);
    struct stream **here = incoming->streams + at;
    order_drain(incoming, *here, now);
    stream_free(*here);
    incoming->count--;
    memmove(here, here + 1, (incoming->count - at) * sizeof *here);
    return end_call(incoming);
}

/* A handle is open, and holds nothing; 0 if memory is short. */
int stream_open(struct incoming *incoming, uint32_t handle, int codec) {
    stream_close(incoming, handle, 0);
    struct stream *stream = make_room(incoming) ? calloc(1, sizeof *stream) : NULL;
    if (!stream)
        return 0;
    stream->handle = handle;
    stream->codec = codec;
    frame_begin(stream);
    size_t at = place(incoming, handle);
    struct stream **here = incoming->streams + at;
    memmove(here + 1, here, (incoming->count - at) * sizeof *here);
    *here = stream;
    incoming->count++;
    return 1;
}

/* Of every handle what is whole without the packets that were waited for too long. */
const struct told *incoming_expire(struct incoming *incoming, double now) {
    begin_call(incoming);
    for (size_t at = 0; at < incoming->count; at++)
        order_expire(incoming, incoming->streams[at], now);
    return end_call(incoming);
}

static double read_double(const uint8_t *at) {
    uint64_t bits = (uint64_t)read32(at) << 32 | read32(at + 4);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static int read_record(const uint8_t *at, int64_t left, struct record *record) {
    if (left < RECORD_HEADER)
        return 0;
    record->kind = at[0];
    record->codec = at[1];
    record->length = read16(at + 2);
    record->handle = read32(at + 4);
    record->rollover = read32(at + 8);
    record->arrival = read_double(at + 12);
    return record->kind >= PACKET && record->kind <= OVERRUN_RECORD && record->codec < CODECS &&
           left - RECORD_HEADER >= record->length;
}

static void begin_anew(struct incoming *incoming, struct stream *stream,
                       const struct record *record, uint32_t ssrc) {
    if (stream->known)
        order_drain(incoming, stream, record->arrival);
    stream->known = 1;
    stream->ssrc = ssrc;
    stream->codec = record->codec;
    order_begin(stream);
    frame_begin(stream);
    tell(incoming, stream, BEGUN);
}

static void packet(struct incoming *incoming, struct stream *stream, const struct record *record,
                   const uint8_t *body) {
    if (record->length < RTP_HEADER)
        return;
    uint32_t ssrc = read32(body + 8);
    if (!stream->known || ssrc != stream->ssrc || record->codec != stream->codec)
        begin_anew(incoming, stream, record, ssrc);
    int64_t index = (int64_t)record->rollover << 16 | read16(body + 2);
    order_push(incoming, stream, index, body, record->length, record->arrival);
}

static void take(struct incoming *incoming, struct stream *stream, const struct record *record,
                 const uint8_t *body) {
    if (record->kind == PACKET) {
        packet(incoming, stream, record, body);
    } else if (record->kind == SENDER_REPORT) {
        if (record->length == REPORT_SIZE)
            tell_octets(incoming, stream, REPORT, record->arrival, body, REPORT_SIZE);
    } else {
        order_drain(incoming, stream, record->arrival);
        tell(incoming, stream, OVERRUN);
    }
}

/* What the records of a batch came to; a record of an unknown handle is told as it is. */
const struct told *incoming_batch(struct incoming *incoming, const uint8_t *batch, int64_t length) {
    struct record record;
    begin_call(incoming);
    for (int64_t at = 0; at < length; at += RECORD_HEADER + record.length) {
        if (!read_record(batch + at, length - at, &record)) {
            incoming->told.broken |= NO_BATCH;
            break;
        }
        struct stream *stream = find(incoming, record.handle);
        if (stream) {
            take(incoming, stream, &record, batch + at + RECORD_HEADER);
        } else {
            struct stream nobody = {.handle = record.handle, .codec = record.codec};
            tell_octets(incoming, &nobody, STRANGE, record.arrival, batch + at,
                        (size_t)(RECORD_HEADER + record.length));
        }
    }
    return end_call(incoming);
}
