/* Redundant sound (RFC 2198), built for a receiver that loses and taken off a publisher's. */
#include <string.h>

#include "twin.h"

#define OFFSET_MOST 0x3FFF
#define LENGTH_MOST 0x3FF

static uint32_t age_of(const struct packet *packet, const struct kept *kept) {
    return packet->timestamp - kept->timestamp;
}

static int fits(const struct packet *packet, const struct kept *kept) {
    return age_of(packet, kept) - 1 < OFFSET_MOST && kept->size && kept->size <= LENGTH_MOST;
}

/* The kept packets that a row's packet repeats, oldest first; how many there are. */
static int repeated(const struct publication *publication, const struct row *row,
                    const struct packet *packet, const struct kept **older) {
    int64_t count = packet->index - row->first, index;
    int found = 0;
    if (count > row->copies)
        count = row->copies;
    for (index = packet->index - count; index < packet->index; index++) {
        const struct kept *kept = history_find(publication, index);
        if (kept && index >= publication->oldest && fits(packet, kept))
            older[found++] = kept;
    }
    return found;
}

static uint8_t *write_head(uint8_t *at, int kind, uint32_t age, int size) {
    write32(at, 1u << 31 | (uint32_t)kind << 24 | age << 10 | (uint32_t)size);
    return at + 4;
}

static uint8_t *append(uint8_t *at, const uint8_t *data, int size) {
    if (size)
        memcpy(at, data, (size_t)size);
    return at + size;
}

/* Write a packet with those before it; how many octets. */
int redundant_write(const struct publication *publication, const struct row *row,
                    const struct packet *packet, uint8_t *at) {
    const struct kept *older[COPIES];
    int count = repeated(publication, row, packet, older), first = 0;
    int size = 1 + packet->size;
    uint8_t *end = at;
    for (int place = 0; place < count; place++)
        size += 4 + older[place]->size;
    for (; first < count && size > RED_SIZE; first++)
        size -= 4 + older[first]->size;
    for (int place = first; place < count; place++)
        end = write_head(end, row->inner, age_of(packet, older[place]), older[place]->size);
    *end++ = row->inner;
    for (int place = first; place < count; place++)
        end = append(end, older[place]->payload, older[place]->size);
    end = append(end, packet->payload, packet->size);
    return (int)(end - at);
}

/* Leave the packet itself of a redundant payload; its octets, -1 if it is broken or of another
 * payload type. */
int redundant_strip(uint8_t *payload, int size, int payload_type) {
    int at = 0, older = 0;
    while (at < size && payload[at] & 0x80) {
        if (at + 4 > size)
            return -1;
        older += read16(payload + at + 2) & LENGTH_MOST;
        at += 4;
    }
    if (at >= size || payload[at] != payload_type || at + 1 + older > size)
        return -1;
    at += 1 + older;
    memmove(payload, payload + at, (size_t)(size - at));
    return size - at;
}
