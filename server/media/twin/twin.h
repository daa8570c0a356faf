/* What the files of the compiled pump know of each other. */
#ifndef TONGKE_TWIN_H
#define TONGKE_TWIN_H

#include <stdint.h>
#include <stddef.h>
#include <sys/socket.h>

#include "layout.h"
#include "rtp.h"

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
    const struct marks *marks; /* of a picture */
};

/* A listen address: where datagrams come in and wait to go out, and who is known there. */
struct outlet {
    int fd;
    int name_length;
    int queued; /* datagrams that wait, and octets of `out_data` that they take */
    int used;
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
    _Alignas(16) uint8_t out_data[ROOM];
};

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
void outlet_queue(struct outlet *outlet, void *name, int length);


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
