/* Octets that grow as they are added to, and what is told to Python in them. */
#include <stdlib.h>
#include <string.h>

#include "twin.h"

/* Put octets behind the others; 0 if memory is short. */
int octets_add(struct octets *octets, const void *data, size_t size) {
    if (octets->size + size > octets->room) {
        size_t room = octets->room ? octets->room : 4096;
        while (room < octets->size + size)
            room *= 2;
        uint8_t *wider = realloc(octets->data, room);
        if (!wider)
            return 0;
        octets->data = wider;
        octets->room = room;
    }
    if (size)
        memcpy(octets->data + octets->size, data, size);
    octets->size += size;
    return 1;
}

/* Forget them; more than so much room is given back. */
void octets_clear(struct octets *octets, size_t most) {
    octets->size = 0;
    if (octets->room > most)
        octets_free(octets);
}

void octets_free(struct octets *octets) {
    free(octets->data);
    memset(octets, 0, sizeof *octets);
}

static void put(struct incoming *incoming, const struct found *found) {
    if (octets_add(&incoming->found, found, sizeof *found))
        incoming->told.count++;
    else
        incoming->told.broken |= NO_MEMORY;
}

/* Tell of something that has no octets. */
void tell(struct incoming *incoming, const struct stream *stream, int kind) {
    struct found found = {0};
    found.handle = stream->handle;
    found.kind = (uint8_t)kind;
    found.codec = (uint8_t)stream->codec;
    put(incoming, &found);
}

/* Tell of something that came as it is. */
void tell_octets(struct incoming *incoming, const struct stream *stream, int kind, double arrival,
                 const uint8_t *data, size_t size) {
    struct found found = {0};
    found.arrival = arrival;
    found.at = incoming->data.size;
    found.size = (uint32_t)size;
    found.handle = stream->handle;
    found.kind = (uint8_t)kind;
    found.codec = (uint8_t)stream->codec;
    if (tell_add(incoming, data, size))
        put(incoming, &found);
}

/* Octets of a frame that is told next; 0 if memory is short. */
int tell_add(struct incoming *incoming, const void *data, size_t size) {
    if (octets_add(&incoming->data, data, size))
        return 1;
    incoming->told.broken |= NO_MEMORY;
    return 0;
}

/* Tell of the frame whose octets were added since. */
void tell_whole(struct incoming *incoming, const struct stream *stream, size_t since, int key) {
    struct found found = {0};
    found.arrival = stream->arrival;
    found.at = since;
    found.size = (uint32_t)(incoming->data.size - since);
    found.handle = stream->handle;
    found.rtp = stream->rtp;
    found.kind = WHOLE;
    found.codec = (uint8_t)stream->codec;
    found.key = (uint8_t)(key != 0);
    put(incoming, &found);
}
