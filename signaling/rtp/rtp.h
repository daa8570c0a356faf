/* RTP packets as C reads them; for every compiled twin. */
#ifndef TONGKE_RTP_H
#define TONGKE_RTP_H

#include <stdint.h>

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

int vp9_references_end(const uint8_t *payload, int size, int at);
int vp9_structure_end(const uint8_t *payload, int size, int at);

#endif
