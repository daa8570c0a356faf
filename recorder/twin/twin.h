/* What the files of the recorder's compiled half know of each other. */
#ifndef TONGKE_RECORDER_TWIN_H
#define TONGKE_RECORDER_TWIN_H

#include <stddef.h>
#include <stdint.h>

#include "layout.h"
#include "rtp.h"

enum { OPUS, H264, VP8, VP9, CODECS };
enum { WHOLE, LOST, BEGUN, REPORT, OVERRUN, STRANGE };
enum { NO_BATCH = 1, NO_MEMORY = 2 };

#define FRAME_ROOM 262144 /* that a stream keeps for its next frame */
#define TOLD_ROOM 8388608 /* and all of them together for what is told next */

/* Octets that grow. */
struct octets {
    uint8_t *data;
    size_t size;
    size_t room;
};

/* A packet that waits behind a hole. */
struct held {
    int64_t index;
    uint8_t *packet;
    int32_t length;
};

/* What comes for one handle: `packets.Packets`, with its `Reorder` and its assembler. */
struct stream {
    uint32_t handle;
    uint32_t ssrc;
    int codec;
    int known; /* whether `ssrc` is one */
    /* Reorder */
    int begun; /* whether `next` is one */
    int held_count;
    int64_t next;
    double since;
    struct held *held; /* HELD + 1, by index; none before the first hole */
    /* the timestamp at hand, and when its first packet came */
    int timed;
    uint32_t rtp;
    double arrival;
    /* the assembler */
    int whole;
    int key;
    int kinds; /* of the units in `frame`, a bit each */
    int fragmenting;
    size_t size; /* octets of payloads since the frame's first */
    struct octets frame;
    struct octets fragment;
    struct octets sps;
    struct octets pps;
};

struct incoming {
    struct told told;
    struct octets found;
    struct octets data;
    struct stream **streams; /* by handle */
    size_t count;
    size_t room;
};

int octets_add(struct octets *octets, const void *data, size_t size);
void octets_clear(struct octets *octets, size_t most);
void octets_free(struct octets *octets);

void tell(struct incoming *incoming, const struct stream *stream, int kind);
void tell_octets(struct incoming *incoming, const struct stream *stream, int kind, double arrival,
                 const uint8_t *data, size_t size);
int tell_add(struct incoming *incoming, const void *data, size_t size);
void tell_whole(struct incoming *incoming, const struct stream *stream, size_t since, int key);

void order_begin(struct stream *stream);
void order_push(struct incoming *incoming, struct stream *stream, int64_t index,
                const uint8_t *packet, int length, double now);
void order_expire(struct incoming *incoming, struct stream *stream, double now);
void order_drain(struct incoming *incoming, struct stream *stream, double now);

void frame_begin(struct stream *stream);
void frame_lose(struct stream *stream);
void frame_feed(struct incoming *incoming, struct stream *stream, const uint8_t *packet, int length,
                double now);

void h264_begin(struct stream *stream);
void h264_feed(struct incoming *incoming, struct stream *stream, const uint8_t *payload, int size,
               int marker);
void vp8_feed(struct incoming *incoming, struct stream *stream, const uint8_t *payload, int size,
              int marker);
void vp9_feed(struct incoming *incoming, struct stream *stream, const uint8_t *payload, int size,
              int marker);

#endif
