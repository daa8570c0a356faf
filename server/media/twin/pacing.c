/* How pictures to one receiver are spread over time: pacer.py, function for function. */
#include <stdlib.h>

#include "twin.h"

#define PACE 1.5
#define QUEUE 0.15
#define DEPTH 0.01
#define DEPTH_LEAST 2400.0
#define DEBT 0.1
#define WAIT 0.5
#define OCTETS_MOST 400000
#define PACKETS_MOST 480

static double larger(double one, double other) { return one > other ? one : other; }

static double smaller(double one, double other) { return one < other ? one : other; }

struct pacing *pacing_open(double now, double target) {
    struct pacing *pacing = calloc(1, sizeof *pacing);
    if (!pacing)
        return NULL;
    pacing->rate = target / 8;
    pacing->allowance = larger(pacing->rate * PACE * DEPTH, DEPTH_LEAST);
    pacing->at = now;
    return pacing;
}

void pacing_close(struct pacing *pacing) { free(pacing); }

static struct waiting *at_place(struct pacing *pacing, int32_t place) {
    return &pacing->queue[(pacing->begins + place) % PACED];
}

static double most_ahead(const struct pacing *pacing) {
    return larger(QUEUE * pacing->rate, DEPTH_LEAST);
}

static void grow(struct pacing *pacing, double now) {
    double elapsed = larger(now - pacing->at, 0);
    double depth = larger(pacing->rate * PACE * DEPTH, DEPTH_LEAST);
    pacing->allowance = smaller(pacing->allowance + elapsed * PACE * pacing->rate, depth);
    pacing->ahead = larger(pacing->ahead - elapsed * pacing->rate, 0);
    pacing->at = larger(pacing->at, now);
}

static int may_leave(struct pacing *pacing, double now) {
    grow(pacing, now);
    return pacing->allowance > 0 && pacing->ahead < most_ahead(pacing);
}

/* So many octets have left, of whatever kind. */
void pacing_charge(struct pacing *pacing, int size, double now) {
    grow(pacing, now);
    double debt = larger(DEBT * PACE * pacing->rate, DEPTH_LEAST);
    double most = most_ahead(pacing) + larger(DEBT * pacing->rate, DEPTH_LEAST);
    pacing->allowance = larger(pacing->allowance - size, -debt);
    pacing->ahead = smaller(pacing->ahead + size, most);
}

static void count(struct pacing *pacing, const struct waiting *packet, int sign) {
    pacing->octets += sign * packet->size;
    pacing->rest += packet->key ? 0 : sign * packet->size;
}

/* Shut a row: what waits of it is dropped, but perhaps for the key frame that it begins with. */
static void shut(struct pacing *pacing, struct slot *slot, int spare) {
    int32_t kept = 0, first = -1;
    for (int32_t place = 0; place < pacing->count; place++) {
        struct waiting *each = at_place(pacing, place);
        spare = spare && (each->key || each->slot != slot);
        if (each->slot != slot || spare) {
            *at_place(pacing, kept++) = *each;
            continue;
        }
        if (first < 0 && each->newest)
            first = each->number;
        count(pacing, each, -1);
    }
    pacing->count = kept;
    if (!slot->shut)
        pacing->shut++, slot->shut = 1, slot->unsent = -1;
    if (first >= 0)
        slot->unsent = first;
}

/* Octets of a row that wait, without key frames unless all is full. */
static int64_t waiting_of(struct pacing *pacing, const struct slot *slot, int full) {
    int64_t octets = 0;
    for (int32_t place = 0; place < pacing->count; place++) {
        const struct waiting *each = at_place(pacing, place);
        octets += each->slot == slot && (full || !each->key) ? each->size : 0;
    }
    return octets;
}

static struct slot *largest(struct pacing *pacing, int full) {
    struct slot *found = NULL;
    int64_t most = -1;
    for (int32_t place = 0; place < pacing->count; place++) {
        struct slot *slot = at_place(pacing, place)->slot;
        int64_t octets = slot == found ? most : waiting_of(pacing, slot, full);
        if (octets > most) {
            most = octets;
            found = slot;
        }
    }
    return found;
}

/* Shut rows until what waits is within its bounds. */
static void shed(struct pacing *pacing) {
    for (;;) {
        int full = pacing->octets > OCTETS_MOST || pacing->count > PACKETS_MOST;
        if (!full && (double)pacing->rest <= WAIT * PACE * pacing->rate)
            return;
        shut(pacing, largest(pacing, full), !full);
    }
}

/* Whether a packet of a picture does not leave now: it is kept, or its row is shut. */
int pacing_waits(struct pacing *pacing, const struct waiting *packet, double now) {
    struct slot *slot = packet->slot;
    if (slot->shut) {
        if (packet->newest && slot->unsent < 0)
            slot->unsent = packet->number;
        return 1;
    }
    if (!pacing->count && may_leave(pacing, now))
        return 0;
    *at_place(pacing, pacing->count++) = *packet;
    count(pacing, packet, 1);
    shed(pacing);
    return 1;
}

/* Whether something leaves now; it is then in `packet`, and whoever sends it has it charged. */
int pacing_due(struct pacing *pacing, struct waiting *packet, double now) {
    if (!pacing->count || !may_leave(pacing, now))
        return 0;
    *packet = *at_place(pacing, 0);
    pacing->begins = (pacing->begins + 1) % PACED;
    pacing->count--;
    count(pacing, packet, -1);
    return 1;
}

/* What was due is not kept any more: its row has to begin anew. */
void pacing_gone(struct pacing *pacing, const struct waiting *packet) {
    shut(pacing, packet->slot, 0);
    if (packet->newest)
        packet->slot->unsent = packet->number;
}

/* Whether a row is shut and nothing of it waits. */
int pacing_ended(struct pacing *pacing, const struct slot *slot) {
    for (int32_t place = 0; slot->shut && place < pacing->count; place++)
        if (at_place(pacing, place)->slot == slot)
            return 0;
    return slot->shut;
}

/* A row stopped: what waits of it never leaves; the first number that did not, -1 for none. */
int pacing_forget(struct pacing *pacing, struct slot *slot) {
    int before = slot->shut ? slot->unsent : -1, first = -1;
    for (int32_t place = 0; first < 0 && place < pacing->count; place++)
        if (at_place(pacing, place)->slot == slot && at_place(pacing, place)->newest)
            first = at_place(pacing, place)->number;
    shut(pacing, slot, 0);
    pacing->shut--;
    slot->shut = 0;
    return first < 0 ? before : first;
}
