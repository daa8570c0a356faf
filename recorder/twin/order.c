/* Packets of one stream in order, each once: reorder.py, function for function. */
#include <stdlib.h>
#include <string.h>

#include "twin.h"

#define WAIT_S 0.5

static void lost(struct incoming *incoming, struct stream *stream) {
    frame_lose(stream);
    tell(incoming, stream, LOST);
}

/* Forget everything. */
void order_begin(struct stream *stream) {
    for (int at = 0; at < stream->held_count; at++)
        free(stream->held[at].packet);
    stream->held_count = 0;
    stream->begun = 0;
}

/* Give out the first so many that are held. */
static void give(struct incoming *incoming, struct stream *stream, int count, double now) {
    struct held *held = stream->held;
    for (int at = 0; at < count; at++) {
        frame_feed(incoming, stream, held[at].packet, held[at].length, now);
        free(held[at].packet);
    }
    stream->held_count -= count;
    memmove(held, held + count, (size_t)stream->held_count * sizeof *held);
}

/* Packets from the next one up to the next hole, which is then waited for anew. */
static void run(struct incoming *incoming, struct stream *stream, double now) {
    int count = 0;
    while (count < stream->held_count && stream->held[count].index == stream->next) {
        count++;
        stream->next++;
    }
    give(incoming, stream, count, now);
    stream->since = now;
}

static void over_hole(struct incoming *incoming, struct stream *stream, double now) {
    stream->next = stream->held[0].index;
    lost(incoming, stream);
    run(incoming, stream, now);
}

/* Everything held, holes named; the next packet begins anew. */
void order_drain(struct incoming *incoming, struct stream *stream, double now) {
    for (int at = 0; at < stream->held_count; at++) {
        struct held *held = stream->held + at;
        if (held->index != stream->next)
            lost(incoming, stream);
        frame_feed(incoming, stream, held->packet, held->length, now);
        stream->next = held->index + 1;
    }
    order_begin(stream);
}

/* Where a number belongs among those that are held; -1 if it is there already. */
static int place(const struct stream *stream, int64_t index) {
    int at = stream->held_count;
    while (at > 0 && stream->held[at - 1].index > index)
        at--;
    return at > 0 && stream->held[at - 1].index == index ? -1 : at;
}

/* Keep a packet at its place; where memory is short it is lost. */
static void hold(struct stream *stream, int at, int64_t index, const uint8_t *packet, int length) {
    if (!stream->held)
        stream->held = malloc((HELD + 1) * sizeof *stream->held);
    uint8_t *kept = stream->held ? malloc((size_t)length) : NULL;
    if (!kept)
        return;
    memcpy(kept, packet, (size_t)length);
    struct held *held = stream->held + at;
    memmove(held + 1, held, (size_t)(stream->held_count - at) * sizeof *held);
    *held = (struct held){index, kept, length};
    stream->held_count++;
}

static void begin_at(struct incoming *incoming, struct stream *stream, int64_t index,
                     const uint8_t *packet, int length, double now) {
    if (stream->begun) {
        lost(incoming, stream);
        order_drain(incoming, stream, now);
        lost(incoming, stream);
    }
    stream->begun = 1;
    stream->next = index + 1;
    frame_feed(incoming, stream, packet, length, now);
}

/* The packet with this extended number arrived. */
void order_push(struct incoming *incoming, struct stream *stream, int64_t index,
                const uint8_t *packet, int length, double now) {
    if (!stream->begun || llabs(index - stream->next) > FAR) {
        begin_at(incoming, stream, index, packet, length, now);
        return;
    }
    if (index == stream->next && !stream->held_count) {
        stream->next++;
        frame_feed(incoming, stream, packet, length, now);
        return;
    }
    int at = index < stream->next ? -1 : place(stream, index);
    if (at < 0)
        return;
    if (!stream->held_count)
        stream->since = now;
    hold(stream, at, index, packet, length);
    if (index == stream->next)
        run(incoming, stream, now);
    else if (stream->held_count > HELD)
        over_hole(incoming, stream, now);
}

/* A hole that is too old counts as lost. */
void order_expire(struct incoming *incoming, struct stream *stream, double now) {
    if (stream->held_count && now - stream->since >= WAIT_S)
        over_hole(incoming, stream, now);
}
