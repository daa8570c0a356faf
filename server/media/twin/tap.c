/* Records for the recorder, in the form of signaling/rtp/tap.py. What was lost is Python's to tell. */
#include <string.h>

#include "twin.h"

#define PACKET_RECORD 1
#define RECORD_HEADER 20

static void write_double(uint8_t *at, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    write32(at, (uint32_t)(bits >> 32));
    write32(at + 4, (uint32_t)bits);
}

static void write_record(uint8_t *at, const struct publication *publication,
                         const struct packet *packet, double now) {
    at[0] = PACKET_RECORD;
    at[1] = (uint8_t)publication->codec;
    write16(at + 2, (uint32_t)packet->length);
    write32(at + 4, (uint32_t)publication->source->handle);
    write32(at + 8, (uint32_t)(packet->index >> 16));
    write_double(at + 12, now);
    memcpy(at + RECORD_HEADER, packet->whole, (size_t)packet->length);
}

/* One packet of a source that has a handle. */
void tap_add(struct pump *pump, struct publication *publication, const struct packet *packet,
             double now) {
    struct tap *tap = &pump->tap;
    uint32_t octets = RECORD_HEADER + (uint32_t)packet->length;
    if (!tap->overrun && (tap->used + octets > TAP_LIMIT || tap->packets == TAP_PACKETS))
        pump->tap_full();
    if (tap->overrun || tap->used + octets > TAP_LIMIT) {
        pump->tap_lost(publication, (uint32_t)(packet->index >> 16), now,
                       (uint8_t *)(uintptr_t)packet->whole, packet->length,
                       packet->begins || !publication->is_video);
        return;
    }
    write_record(tap->records + tap->used, publication, packet, now);
    tap->used += octets;
    tap->sources[tap->packets] = publication->source;
    tap->arrivals[tap->packets++] = now;
}
