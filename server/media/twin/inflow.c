/* How a publication's packets come: arrivals.py and losses.py. */
#include <math.h>
#include <string.h>

#include "twin.h"

#define FIRST_WAIT 0.02
#define PATIENCE 1.25

/* The figures of receiver reports (RFC 3550, A.1 and A.8). */
static void arrived(struct inflow *inflow, int64_t index, uint32_t timestamp, double now) {
    if (!inflow->received) {
        inflow->first = inflow->highest = index;
    } else {
        if (index > inflow->highest)
            inflow->highest = index;
        double passed = (now - inflow->last) * inflow->clock_rate;
        double transit = passed - (int32_t)(timestamp - inflow->ticks);
        inflow->jitter += (fabs(transit) - inflow->jitter) / 16;
    }
    inflow->received++;
    inflow->last = now;
    inflow->ticks = timestamp;
}

/* One that was missing may have come; if it was asked for, how soon tells the round trip. */
static void repaired(struct inflow *inflow, int64_t index, double now) {
    struct missing *missing = inflow->missing;
    for (int place = 0; place < inflow->missing_count; place++)
        if (missing[place].number == index) {
            if (missing[place].tries)
                inflow->trips[inflow->answered++ % TRIPS] = now - missing[place].asked;
            int behind = --inflow->missing_count - place;
            memmove(missing + place, missing + place + 1, (size_t)behind * sizeof *missing);
            return;
        }
}

/* Wait for all between the newest and this one; of too many none is waited for any more. */
static void miss(struct inflow *inflow, int64_t index, double now) {
    if (index - inflow->newest - 1 + inflow->missing_count > MISSING_LIMIT) {
        inflow->missing_count = 0;
        inflow->overflowed = 1;
        return;
    }
    for (int64_t number = inflow->newest + 1; number < index; number++) {
        struct missing *missing = &inflow->missing[inflow->missing_count++];
        missing->number = number;
        missing->at = now + FIRST_WAIT;
        missing->asked = 0;
        missing->tries = 0;
    }
}

/* A packet came, for the first time or again. */
void losses_arrived(struct inflow *inflow, int64_t index, double now) {
    if (inflow->followed && index <= inflow->newest) {
        repaired(inflow, index, now);
        return;
    }
    if (inflow->followed && index != inflow->newest + 1)
        miss(inflow, index, now);
    inflow->followed = 1;
    inflow->newest = index;
}

/* Seconds from one request to the next. */
static double patience(const struct inflow *inflow, double round_trip) {
    double least = inflow->answered ? inflow->trips[0] : round_trip;
    for (int64_t place = 1; place < inflow->answered && place < TRIPS; place++)
        if (inflow->trips[place] < least)
            least = inflow->trips[place];
    return PATIENCE * least > FIRST_WAIT ? PATIENCE * least : FIRST_WAIT;
}

/* The packets to ask for now, ascending; how many. Each is then due again later, or given up. */
int losses_due(struct inflow *inflow, double now, double round_trip, int64_t *due) {
    int count = 0, kept = 0;
    double wait = patience(inflow, round_trip);
    for (int place = 0; place < inflow->missing_count; place++) {
        struct missing missing = inflow->missing[place];
        if (missing.at <= now) {
            if (missing.tries == inflow->tries)
                continue;
            due[count++] = missing.number;
            missing.at = now + wait;
            if (!missing.tries++)
                missing.asked = now;
        }
        inflow->missing[kept++] = missing;
    }
    inflow->missing_count = kept;
    return count;
}

/* Note a packet of the sequence; whether something is missing or was given up. */
int inflow_came(struct inflow *inflow, int64_t index, uint32_t timestamp, double now, int repairs) {
    losses_arrived(inflow, index, now);
    if (!repairs)
        arrived(inflow, index, timestamp, now);
    return inflow->missing_count || inflow->overflowed;
}
