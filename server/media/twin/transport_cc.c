/* When a peer's packets came, and the messages that tell it: transport_cc.py. */
#include <stdlib.h>
#include <string.h>

#include "twin.h"

#define STATUS_LIMIT 500
#define TICK 0.00025
#define REFERENCE 0.064
#define TICKS 256 /* of one reference */
#define FAR 8.0   /* seconds between two arrivals that one message cannot tell */
#define HEAD 20
#define VECTOR 7
#define RUN 8191

enum { LOST, SMALL, LARGE };

struct wide *wide_open(void) {
    struct wide *wide = calloc(1, sizeof *wide);
    if (!wide)
        return NULL;
    wide->highest = -1;
    for (int place = 0; place < WIDE_MEMORY; place++)
        wide->arrivals[place] = -1;
    return wide;
}

void wide_close(struct wide *wide) { free(wide); }

static double *arrival_of(struct wide *wide, int64_t number) {
    return &wide->arrivals[number % WIDE_MEMORY];
}

/* Go on to a number ahead; those between did not come. */
static void advance(struct wide *wide, int64_t number) {
    int64_t from = wide->highest + 1;
    if (number - WIDE_MEMORY > wide->highest) {
        from = number - WIDE_MEMORY;
        wide->next = number;
    }
    for (; from < number; from++)
        *arrival_of(wide, from) = -1;
    wide->highest = number;
}

/* A packet with this number came; duplicates change nothing. */
void wide_arrived(struct wide *wide, uint16_t sequence, double now) {
    if (wide->highest < 0)
        wide->highest = wide->next = sequence + 0x10000;
    int64_t number = sequence_extend(sequence, wide->highest);
    if (number > wide->highest)
        advance(wide, number);
    else if (number <= wide->highest - WIDE_MEMORY || *arrival_of(wide, number) >= 0)
        return;
    *arrival_of(wide, number) = now;
    if (number < wide->next)
        wide->next = number;
}

/* Behind the last number of a message that begins at `first`, which came. */
static int64_t end_of(struct wide *wide, int64_t first) {
    double before = *arrival_of(wide, first);
    for (int64_t number = first + 1; number <= wide->highest; number++) {
        double at = *arrival_of(wide, number);
        if (at < 0)
            continue;
        if (at - before >= FAR || before - at >= FAR || number - first >= STATUS_LIMIT)
            return number;
        before = at;
    }
    return wide->highest + 1;
}

/* What is told of each packet of a message. */
struct statuses {
    int count;
    int octets;
    uint8_t symbols[WIDE_MEMORY];
    uint8_t deltas[2 * STATUS_LIMIT];
};

static void tell(struct statuses *statuses, int64_t delta) {
    int small = delta >= 0 && delta <= 255;
    statuses->symbols[statuses->count++] = small ? SMALL : LARGE;
    if (!small)
        statuses->deltas[statuses->octets++] = (uint8_t)(delta >> 8);
    statuses->deltas[statuses->octets++] = (uint8_t)delta;
}

/* Symbols and deltas of the packets from `first` to before `end`, in ticks from `ticks` on. */
static void tell_all(struct wide *wide, int64_t first, int64_t end, int64_t ticks,
                     struct statuses *statuses) {
    statuses->count = statuses->octets = 0;
    for (int64_t number = first; number < end; number++) {
        double at = *arrival_of(wide, number);
        if (at < 0) {
            statuses->symbols[statuses->count++] = LOST;
            continue;
        }
        int64_t now = (int64_t)(at / TICK);
        tell(statuses, now - ticks);
        ticks = now;
    }
}

static int run_at(const struct statuses *statuses, int at) {
    int end = at + 1;
    while (end < statuses->count && end - at < RUN && statuses->symbols[end] == statuses->symbols[at])
        end++;
    return end - at;
}

/* Run lengths for seven and more of one symbol, else vectors of seven; behind the last octet. */
static uint8_t *write_chunks(const struct statuses *statuses, uint8_t *out) {
    for (int at = 0; at < statuses->count; out += 2) {
        int run = run_at(statuses, at);
        if (run >= VECTOR) {
            write16(out, (uint32_t)(statuses->symbols[at] << 13 | run));
            at += run;
            continue;
        }
        uint32_t bits = 0;
        for (int place = 0; place < VECTOR && at < statuses->count; place++)
            bits |= (uint32_t)statuses->symbols[at++] << (12 - 2 * place);
        write16(out, 0xC000 | bits);
    }
    return out;
}

static int write_message(struct wide *wide, int64_t first, const struct statuses *statuses,
                         int64_t reference, uint8_t *message) {
    write16(message + 12, (uint32_t)first);
    write16(message + 14, (uint32_t)statuses->count);
    write32(message + 16, (uint32_t)(reference & 0xFFFFFF) << 8 | (wide->count++ & 0xFF));
    uint8_t *end = write_chunks(statuses, message + HEAD);
    memcpy(end, statuses->deltas, (size_t)statuses->octets);
    end += statuses->octets;
    while ((end - message) % 4)
        *end++ = 0;
    return (int)(end - message);
}

/* Write the next message about what came since the last; how many octets, 0 if nothing did. */
int wide_write(struct wide *wide, uint32_t sender, uint32_t media, uint8_t *message) {
    struct statuses statuses;
    if (wide->highest < 0 || wide->next > wide->highest)
        return 0;
    int64_t first = wide->next;
    if (first <= wide->highest - WIDE_MEMORY)
        first = wide->highest - WIDE_MEMORY + 1;
    while (*arrival_of(wide, first) < 0)
        first++;
    int64_t reference = (int64_t)(*arrival_of(wide, first) / REFERENCE);
    int64_t end = end_of(wide, first);
    tell_all(wide, first, end, reference * TICKS, &statuses);
    int length = write_message(wide, first, &statuses, reference, message);
    message[0] = 0x8F;
    message[1] = 205;
    write16(message + 2, (uint32_t)(length / 4 - 1));
    write32(message + 4, sender);
    write32(message + 8, media);
    wide->next = end;
    return length;
}
