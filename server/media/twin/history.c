/* A publication's packets: the place of each, which are still missing, and the last HISTORY kept. */
#include <stdlib.h>
#include <string.h>

#include "twin.h"

struct publication *publication_open(void) {
    struct publication *publication = calloc(1, sizeof *publication);
    for (int place = 0; publication && place < HISTORY; place++)
        publication->kept[place].order = -1;
    if (publication)
        publication->key_time = -1;
    return publication;
}

void publication_close(struct publication *publication) {
    for (int place = 0; place < HISTORY; place++)
        free(publication->kept[place].payload);
    free(publication);
}

static int place_of(int64_t index) { return (int)(((index % HISTORY) + HISTORY) % HISTORY); }

/* Keep a packet over what had its place; 0 if there is no memory for it. */
int history_keep(struct publication *publication, int64_t order, int marker, uint32_t timestamp,
                 uint8_t *payload, int size, int level) {
    struct kept *kept = &publication->kept[place_of(order)];
    kept->order = -1;
    if (size > kept->room) {
        int room = (size + 127) / 128 * 128;
        uint8_t *larger = realloc(kept->payload, (size_t)room);
        if (!larger)
            return 0;
        kept->payload = larger;
        kept->room = (uint16_t)room;
    }
    if (size)
        memcpy(kept->payload, payload, (size_t)size);
    kept->order = order;
    kept->timestamp = timestamp;
    kept->size = (uint16_t)size;
    kept->marker = (uint8_t)marker;
    kept->level = (uint8_t)level;
    return 1;
}

/* The index of a sequence number within half the range of the highest (RFC 3711, 3.3.1). */
int64_t sequence_extend(uint16_t sequence, int64_t highest) {
    return highest + (int64_t)((uint16_t)(sequence - (uint64_t)highest + 0x8000)) - 0x8000;
}

/* Whether a packet not newer than the newest may still come. */
int history_is_missing(const struct publication *publication, int64_t index) {
    return publication->highest - index < HISTORY && index >= publication->oldest &&
           publication->kept[place_of(index)].order != index;
}

/* The index of a packet that may still come again, -1 if nobody waits for it. */
int64_t history_missing(const struct publication *publication, uint16_t sequence) {
    int64_t index = sequence_extend(sequence, publication->highest);
    return index <= publication->highest && history_is_missing(publication, index) ? index : -1;
}

/* The packet of this index, if it is kept. */
const struct kept *history_find(const struct publication *publication, int64_t index) {
    const struct kept *kept = &publication->kept[place_of(index)];
    return kept->order == index ? kept : NULL;
}

/* The packet of a row's present run that went out under this number; none if it is gone. */
const struct kept *history_sent(const struct publication *publication, const struct row *row,
                                uint16_t sequence) {
    int64_t highest = publication->highest;
    int64_t index = sequence_extend((uint16_t)(sequence - row->ahead), highest);
    if (index > highest || highest - index >= HISTORY || index < row->first)
        return NULL;
    return history_find(publication, index);
}

/* The index of a packet that just came, -1 for one to drop. Python begins sequences anew. */
int64_t history_place(struct pump *pump, struct publication *publication,
                      const struct header *header) {
    if (header->ssrc != publication->ssrc)
        return pump->place(publication, header->ssrc, header->sequence);
    int64_t index = sequence_extend(header->sequence, publication->highest);
    if (index >= publication->highest + JUMP)
        return pump->place(publication, header->ssrc, header->sequence);
    if (index <= publication->highest && !history_is_missing(publication, index))
        return -1;
    return index;
}
