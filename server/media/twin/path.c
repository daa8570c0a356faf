/* What went to one receiver and what its feedback says of it: departures.py and path_input.py. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "twin.h"

#define TICK 0.00025
#define GROUP 0.005

enum { UNDER_WAY, MISSING, SETTLED };

struct path *path_open(void) {
    struct path *path = calloc(1, sizeof *path);
    if (path)
        path->late = -INFINITY;
    return path;
}

void path_close(struct path *path) { free(path); }

/* Note the packet that bears the next number. */
void path_sent(struct path *path, double at, int size, int cluster) {
    int64_t place = path->next++ % DEPARTURES;
    path->sent[place] = at;
    path->sizes[place] = (uint16_t)size;
    path->clusters[place] = (uint16_t)(cluster ? cluster : path->probe);
    path->states[place] = UNDER_WAY;
    path->octets += size;
    if (path->pacing)
        pacing_charge(path->pacing, size, at);
}

/* Seconds since the first arrival; the receiver's own clock wraps. */
static double unwrapped(struct path *path, uint32_t ticks) {
    if (path->clocked)
        path->clock += (int32_t)(ticks - path->ticks) * TICK;
    path->clocked = 1;
    path->ticks = ticks;
    return path->clock;
}

static void line_through(struct line *line, double arrival, double delay) {
    if (!line->groups++) {
        line->x0 = arrival;
        line->y0 = delay;
        return;
    }
    double x = arrival - line->x0, y = delay - line->y0;
    line->x += x;
    line->y += y;
    line->xx += x * x;
    line->xy += x * y;
    line->yy += y * y;
}

static void open_group(struct path *path, double sent, double arrived, double delay) {
    path->grouped = 1;
    path->group_began = sent;
    path->group_came = arrived;
    path->group_delay = delay;
}

/* Groups by time of sending; one is a point of the line when the next begins. */
static void group(struct path *path, double sent, double arrived, double delay) {
    if (!path->grouped) {
        open_group(path, sent, arrived, delay);
        return;
    }
    if (sent < path->group_began)
        return; /* came out of order, its group is closed */
    if (sent - path->group_began <= GROUP) {
        if (arrived >= path->group_came)
            open_group(path, path->group_began, arrived, delay);
        return;
    }
    line_through(&path->record.line, path->group_came, path->group_delay);
    open_group(path, sent, arrived, delay);
}

static void probe(struct path *path, int64_t place, double arrived) {
    struct cluster *cluster = &path->cluster;
    double sent = path->sent[place];
    if (cluster->number != path->clusters[place]) {
        memset(cluster, 0, sizeof *cluster);
        cluster->number = path->clusters[place];
        cluster->sent[0] = cluster->sent[1] = sent;
        cluster->came[0] = cluster->came[1] = arrived;
        cluster->first = cluster->last = path->sizes[place];
    }
    cluster->packets++;
    cluster->octets += path->sizes[place];
    if (sent >= cluster->sent[1]) {
        cluster->sent[1] = sent;
        cluster->last = path->sizes[place];
    }
    if (sent < cluster->sent[0])
        cluster->sent[0] = sent;
    if (arrived < cluster->came[0]) {
        cluster->came[0] = arrived;
        cluster->first = path->sizes[place];
    }
    if (arrived > cluster->came[1])
        cluster->came[1] = arrived;
    path->record.probed = path->worth = 1;
}

static void came(struct path *path, int64_t place, double arrived, double now) {
    struct record *record = &path->record;
    double sent = path->sent[place], delay = arrived - sent, trip = now - sent;
    path->worth |= delay >= path->late;
    if (arrived > path->arrived)
        path->arrived = arrived;
    if (!record->packets || delay < record->least)
        record->least = delay;
    if (!record->packets || trip < record->round_trip)
        record->round_trip = trip;
    record->packets++;
    record->octets += path->sizes[place];
    group(path, sent, arrived, delay);
    if (path->clusters[place])
        probe(path, place, arrived);
}

static void settle(struct path *path, int64_t place, double arrived, double now) {
    if (path->states[place] == SETTLED)
        return;
    if (path->states[place] == MISSING)
        path->record.lost--;
    path->states[place] = SETTLED;
    came(path, place, arrived, now);
}

/* Learn nothing of a packet any more: it goes out more than once. Whether it was under way. */
int path_hide(struct path *path, uint16_t number) {
    int64_t index = sequence_extend(number, path->next);
    if (index < 0 || index >= path->next || path->next - index > DEPARTURES)
        return 0;
    int64_t place = index % DEPARTURES;
    int under_way = path->states[place] == UNDER_WAY;
    path->states[place] = SETTLED;
    return under_way;
}

/* A packet is sent again as it was: it is missing if nothing was heard of it yet, and what is
 * heard of it later says nothing of the path. */
void path_gone(struct path *path, uint16_t number) {
    if (!path_hide(path, number))
        return;
    path->record.lost++;
    path->worth = 1;
}

/* Take in one message: of `count` packets from `first` on, whether each came, and when. */
void path_heard(struct path *path, uint16_t first, const uint8_t *arrived, const uint32_t *ticks,
                int count, double now) {
    int64_t number = sequence_extend(first, path->next);
    int64_t oldest = path->next > DEPARTURES ? path->next - DEPARTURES : 0;
    for (int at = 0; at < count; at++, number++) {
        double moment = arrived[at] ? unwrapped(path, ticks[at]) : 0;
        if (number < oldest || number >= path->next)
            continue;
        int64_t place = number % DEPARTURES;
        if (arrived[at]) {
            settle(path, place, moment, now);
        } else if (path->states[place] == UNDER_WAY) {
            path->states[place] = MISSING;
            path->record.lost++;
            path->worth = 1;
        }
    }
}

/* Whether packets came in this period, and none is worth a word; another then begins. */
int path_is_calm(struct path *path) {
    struct record *record = &path->record;
    int came = record->packets > path->packets_before;
    path->packets_before = record->packets;
    if (path->worth || !came)
        return 0;
    record->least = record->round_trip = INFINITY;
    memset(&record->line, 0, sizeof record->line);
    return 1;
}
