/* One receiver over the layers of a source: switching.py, function for function. */
#include "twin.h"

enum { KEY = 1, FIRST = 2, SYNCED = 4, RISES = 8, NEWEST = 16 };
enum { LAYER, BEGINS, LIMIT, AHEAD, SHIFT, PICTURES, BASES };
#define NONE (-1)

static int64_t *span_back(struct over *over, int64_t back) {
    return over->spans + (over->written - back) % SPANS * SPAN;
}

static int64_t spans_known(const struct over *over) {
    return over->written < SPANS ? over->written : SPANS;
}

static void span_write(struct over *over, int64_t begins, int64_t ahead, int64_t shift,
                       int64_t pictures, int64_t bases) {
    int64_t *span = span_back(over, 1);
    span[LAYER] = over->layer;
    span[BEGINS] = begins;
    span[LIMIT] = over->limit;
    span[AHEAD] = ahead;
    span[SHIFT] = shift;
    span[PICTURES] = pictures;
    span[BASES] = bases;
}

static void span_begin(struct over *over, int64_t begins, int64_t ahead, int64_t shift,
                       int64_t pictures, int64_t bases) {
    over->written++;
    span_write(over, begins, ahead, shift, pictures, bases);
}

static void number(struct over *over, const int64_t *span, int64_t index, uint32_t timestamp,
                   int picture, int base) {
    over->out_sequence = index + span[AHEAD];
    over->out_timestamp = (timestamp + span[SHIFT]) & 0xFFFFFFFF;
    over->out_picture = picture >= 0 ? (picture + span[PICTURES]) & 0x7FFF : 0;
    over->out_base = base >= 0 ? (base + span[BASES]) & 0xFF : 0;
}

/* Signed difference of two 32-bit timestamps. */
static int64_t difference(int64_t later, int64_t earlier) {
    return ((later - earlier + 0x80000000) & 0xFFFFFFFF) - 0x80000000;
}

/* Our time of another layer's packet by sender reports; -1 if one is missing. */
static int64_t reported(struct over *over, int layer, uint32_t timestamp) {
    if (over->layer == NONE || !over->written)
        return NONE;
    const uint64_t *clock = over->clocks + 2 * layer, *now = over->clocks + 2 * over->layer;
    if (!clock[0] || !now[0])
        return NONE;
    __int128 apart = ((__int128)clock[0] - (__int128)now[0]) * over->clock_rate >> 32;
    int64_t theirs = (int64_t)(now[1] + apart) + difference(timestamp, (int64_t)clock[1]);
    return (theirs + span_back(over, 1)[SHIFT]) & 0xFFFFFFFF;
}

/* Our time of another layer's packet: by both layers' reports, else by arrival. */
static int64_t time_of(struct over *over, int layer, uint32_t timestamp, int64_t moment) {
    if (!over->started)
        return over->timestamp;
    int64_t passed = moment - over->moment;
    int64_t arrived = over->timestamp + (passed > 1 ? passed : 1);
    int64_t ours = reported(over, layer, timestamp);
    int64_t apart = difference(ours, arrived & 0xFFFFFFFF);
    if (ours < 0 || (apart < 0 ? -apart : apart) > over->clock_rate)
        ours = arrived;
    if (difference(ours & 0xFFFFFFFF, over->timestamp & 0xFFFFFFFF) <= 0)
        ours = over->timestamp + 1;
    return ours;
}

/* Another layer, from this packet on, right behind the newest one sent. */
static void begin(struct over *over, int layer, int64_t index, uint32_t timestamp, int64_t moment,
                  int picture, int base) {
    int64_t shift = (time_of(over, layer, timestamp, moment) - timestamp) & 0xFFFFFFFF;
    int64_t pictures = over->started && picture >= 0 ? over->picture + 1 - picture : 0;
    int64_t bases = over->started && base >= 0 ? over->base + 1 - base : 0;
    if (!over->packets)
        over->began = moment;
    over->layer = layer;
    over->limit = over->wanted_limit;
    over->fresh = 0;
    over->dropping = NONE;
    span_begin(over, index, over->sequence + 1 - index, shift, pictures, bases);
}

/* Change the temporal limit at the beginning of a frame that allows it. */
static void settle(struct over *over, int64_t index, uint32_t timestamp, int flags, int temporal) {
    int64_t limit = over->limit, wanted = over->wanted_limit;
    int behind = over->fresh && timestamp != over->frame;
    if (wanted < limit || behind || flags & KEY)
        limit = wanted;
    else if (flags & SYNCED && limit < temporal && temporal <= wanted)
        limit = temporal;
    over->fresh = over->fresh && timestamp == over->frame;
    if (limit == over->limit)
        return;
    over->limit = limit;
    int64_t *last = span_back(over, 1);
    if (last[BEGINS] == index)
        last[LIMIT] = limit;
    else
        span_begin(over, index, last[AHEAD], last[SHIFT], last[PICTURES], last[BASES]);
}

/* Leave a packet out: those behind it follow without a gap. */
static void drop(struct over *over, int64_t index, uint32_t timestamp, int picture) {
    const int64_t *last = span_back(over, 1);
    int within = over->dropping >= 0 && timestamp == over->frame;
    int64_t ahead = last[AHEAD] - (within ? index - over->highest : 1), pictures = last[PICTURES];
    if (over->closes && picture >= 0 && picture != over->dropping)
        pictures--;
    if (last[BEGINS] == (within ? over->highest + 1 : index))
        span_write(over, index + 1, ahead, last[SHIFT], pictures, last[BASES]);
    else
        span_begin(over, index + 1, ahead, last[SHIFT], pictures, last[BASES]);
    over->highest = index;
    over->frame = timestamp;
    over->dropping = picture > 0 ? picture : 0;
    over->fresh = 0;
}

/* Note the newest packet, which has just been numbered. */
static void passed(struct over *over, int64_t index, uint32_t timestamp, int64_t moment, int flags,
                   int temporal) {
    over->dropping = NONE;
    over->highest = index;
    over->frame = timestamp;
    over->moment = moment;
    over->started = 1;
    over->packets++;
    over->sequence = over->out_sequence;
    over->timestamp = over->out_timestamp;
    over->picture = over->out_picture;
    over->base = over->out_base;
    if (flags & RISES && temporal <= over->limit && over->limit < over->wanted_limit)
        over->fresh = 1;
}

/* A packet behind newer ones, or one that has passed: as its span numbers it. */
int over_again(struct over *over, int layer, int64_t index, uint32_t timestamp, int temporal,
               int picture, int base) {
    int64_t ends = over->sequence + 1;
    for (int64_t back = 1; back <= spans_known(over); back++) {
        const int64_t *span = span_back(over, back);
        if (span[LAYER] == layer && span[BEGINS] <= index) {
            if (temporal > span[LIMIT] || index + span[AHEAD] >= ends)
                return 0;
            number(over, span, index, timestamp, picture, base);
            return 1;
        }
        int64_t begins = span[BEGINS] + span[AHEAD];
        ends = begins < ends ? begins : ends;
    }
    return 0;
}

/* Whether a packet passes; its numbers are then in `out_…`. */
int over_take(struct over *over, int layer, int64_t index, uint32_t timestamp, int64_t moment,
              int flags, int temporal, int picture, int base) {
    if (!(flags & NEWEST)) {
        int late = over_again(over, layer, index, timestamp, temporal, picture, base);
        over->packets += late;
        return late;
    }
    if (layer != over->layer) {
        if (layer != over->wanted || !(flags & KEY))
            return 0;
        begin(over, layer, index, timestamp, moment, picture, base);
    } else if (flags & FIRST) {
        settle(over, index, timestamp, flags, temporal);
    }
    if (temporal > over->limit) {
        drop(over, index, timestamp, picture);
        return 0;
    }
    number(over, span_back(over, 1), index, timestamp, picture, base);
    passed(over, index, timestamp, moment, flags, temporal);
    return 1;
}

/* Layer and index of what bears one of our numbers; -1 for what is forgotten. */
int over_find(const struct over *over, int64_t sequence, int64_t *index) {
    if (sequence > over->sequence)
        return NONE;
    for (int64_t back = 1; back <= spans_known(over); back++) {
        const int64_t *span = over->spans + (over->written - back) % SPANS * SPAN;
        *index = sequence - span[AHEAD];
        if (*index >= span[BEGINS])
            return (int)span[LAYER];
    }
    return NONE;
}
