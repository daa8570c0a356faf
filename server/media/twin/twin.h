/* What the files of the compiled pump know of each other. */
#ifndef TONGKE_TWIN_H
#define TONGKE_TWIN_H

#include <stdint.h>
#include <stddef.h>
#include <sys/socket.h>

#include "layout.h"

/* Where things stand in an RTP packet (RFC 3550, 5.1); offsets into it. */
struct header {
    int marker; /* 128 or 0 */
    int payload_type;
    uint16_t sequence;
    uint32_t timestamp;
    uint32_t ssrc;
    int profile;
    int extensions;
    int payload;
    int end;
};

/* One packet of a publication, plain. */
struct packet {
    const uint8_t *whole; /* header, extensions, payload and padding */
    int length;
    int64_t index;
    int marker;
    uint32_t timestamp;
    const uint8_t *payload;
    int size;
    int level; /* the octet of RFC 6464 */
    int levelled; /* whether the publisher told it */
    int begins;
};

/* A listen address: where datagrams come in and wait to go out, and who is known there. */
struct outlet {
    int fd;
    int name_length;
    int queued;
    int64_t unsent;
    struct known *known;
    uint32_t known_room; /* a power of two */
    uint32_t known_count;
    struct mmsghdr in[BATCH];
    struct iovec in_vectors[BATCH];
    uint8_t in_names[BATCH][NAME_LENGTH];
    uint8_t in_data[BATCH][STRIDE];
    void *names[SLOTS];
    struct iovec vectors[SLOTS];
    struct mmsghdr bursts[SLOTS];
    struct iovec sorted[SLOTS];
    _Alignas(8) uint8_t controls[SLOTS][24];
    uint8_t out_data[SLOTS][STRIDE];
};

static inline uint16_t read16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static inline uint32_t read32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void write16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void write32(uint8_t *at, uint32_t value) {
    write16(at, value >> 16);
    write16(at + 2, value);
}

int header_read(const uint8_t *packet, int length, struct header *header);
int header_find(const uint8_t *packet, const struct header *header, int id, int *length);
int starts_key_frame(int codec, const uint8_t *packet, int length, int start, int end);

int64_t sequence_extend(uint16_t sequence, int64_t highest);
int history_is_missing(const struct publication *publication, int64_t index);
int64_t history_missing(const struct publication *publication, uint16_t sequence);
const struct kept *history_sent(const struct publication *publication, const struct row *row,
                                uint16_t sequence);
const struct kept *history_find(const struct publication *publication, int64_t index);
int64_t history_place(struct pump *pump, struct publication *publication,
                      const struct header *header);

void marks_renumber(uint8_t *payload, const struct marks *marks, const struct over *over);

struct peer *outlet_find(const struct outlet *outlet, const uint8_t *name);
int outlet_receive(struct outlet *outlet);
uint8_t *outlet_slot(struct outlet *outlet);


/* The packets of a compound (RFC 3550, 6.1). */
struct compound {
    const uint8_t *datagram;
    int length;
    int start;
    int end; /* of the packet at hand; 0 before the first */
};

int compound_next(struct compound *compound);
int rtcp_answer(struct pump *pump, struct peer *peer, uint8_t *datagram, int length, double now);
void resend(struct pump *pump, struct slot *slot, uint16_t sequence, double now);

int redundant_write(const struct publication *publication, const struct row *row,
                    const struct packet *packet, uint8_t *at);
int redundant_strip(uint8_t *payload, int size, int payload_type);

void forward(struct pump *pump, struct publication *publication, const struct packet *packet,
             double now);
void tap_add(struct pump *pump, struct publication *publication, const struct packet *packet,
             double now);

#endif
