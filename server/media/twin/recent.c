/* What one receiver of a sound was sent last, to be sent again as it was: recent.py. */
#include <stdlib.h>
#include <string.h>

#include "twin.h"

#define FRESH 0.2

struct recent *recent_open(void) { return calloc(1, sizeof(struct recent)); }

void recent_close(struct recent *recent) {
    for (int place = 0; place < RECENT; place++)
        free(recent->past[place].data);
    free(recent);
}

/* Keep a datagram that goes out now over the oldest one; without memory it is not kept. */
void recent_keep(struct recent *recent, const uint8_t *datagram, int size, double now) {
    struct past *past = &recent->past[recent->written++ % RECENT];
    past->size = 0;
    if (size > past->room) {
        int room = (size + 127) / 128 * 128;
        uint8_t *larger = realloc(past->data, (size_t)room);
        if (!larger)
            return;
        past->data = larger;
        past->room = (uint16_t)room;
    }
    memcpy(past->data, datagram, (size_t)size);
    past->at = now;
    past->size = (uint16_t)size;
    past->sequence = read16(datagram + 2);
}

/* The newest one of this number; none if it is gone or of no use any more. */
const struct past *recent_find(const struct recent *recent, uint16_t sequence, double now) {
    for (int64_t back = 1; back <= RECENT && back <= recent->written; back++) {
        const struct past *past = &recent->past[(recent->written - back) % RECENT];
        if (past->size && past->sequence == sequence)
            return now - past->at <= FRESH ? past : NULL;
    }
    return NULL;
}
