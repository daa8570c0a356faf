/* What the pump itself sees to of a receiver's RTCP: compound.py and answering.py. */
#include <string.h>

#include "twin.h"

#define BLOCK 24
enum { RECEIVER_REPORT = 201, DESCRIPTION = 202, TRANSPORT_FEEDBACK = 205 };
enum { NACK = 1, WIDE = 15 };
enum { REST, REPORTS, REQUESTS, OURS };

/* Go to the next packet; 0 behind the last and at what is none. */
int compound_next(struct compound *compound) {
    const uint8_t *packet = compound->datagram + compound->end;
    int left = compound->length - compound->end;
    if (left < 4 || packet[0] >> 6 != 2 || left < 4 + 4 * read16(packet + 2))
        return 0;
    compound->start = compound->end;
    compound->end += 4 + 4 * read16(packet + 2);
    return 1;
}

/* Octets of a packet without its padding; 0 if it is all padding. */
static int unpadded(const uint8_t *packet, int length) {
    if (!(packet[0] & 0x20))
        return length;
    int padding = packet[length - 1];
    return padding > 0 && padding <= length - 4 ? length - padding : 0;
}

/* What kind a packet is, and how long without its padding. */
static int sort(const struct compound *compound, int *length) {
    const uint8_t *packet = compound->datagram + compound->start;
    int kind = packet[1], count = packet[0] & 31;
    *length = unpadded(packet, compound->end - compound->start);
    if (kind == RECEIVER_REPORT && *length >= 8 + BLOCK * count)
        return REPORTS;
    if (kind == TRANSPORT_FEEDBACK && count == NACK && *length >= 12)
        return REQUESTS;
    if (kind == DESCRIPTION || (kind == TRANSPORT_FEEDBACK && count == WIDE))
        return OURS;
    return REST;
}

/* The slot of one of our SSRCs. */
static struct slot *slot_of(const struct peer *peer, uint32_t ssrc) {
    for (int32_t place = 0; place < peer->slot_count; place++)
        if (peer->slots[place]->ssrc == ssrc || peer->slots[place]->rtx_ssrc == ssrc)
            return peer->slots[place];
    return NULL;
}

/* Note the last report on each of our SSRCs. */
static void report(struct peer *peer, const uint8_t *packet, double now) {
    for (int block = 0; block < (packet[0] & 31); block++) {
        const uint8_t *at = packet + 8 + BLOCK * block;
        struct slot *slot = slot_of(peer, read32(at));
        if (!slot)
            continue;
        struct told *told = &slot->told[slot->ssrc == read32(at) ? 0 : 1];
        told->at = now;
        told->loss = read32(at + 4);
        told->highest = read32(at + 8);
        told->jitter = read32(at + 12);
        told->last_report = read32(at + 16);
        told->since_report = read32(at + 20);
        told->fresh = peer->told = 1;
    }
}

/* Whether a slot may have one more retransmission: `ice.Bucket`. */
static int may_have(struct slot *slot, double now) {
    double left = slot->left + (now - slot->then) * slot->rate;
    slot->left = left < slot->burst ? left : slot->burst;
    slot->then = now;
    if (slot->left < 1)
        return 0;
    slot->left -= 1;
    return 1;
}

/* Numbers asked for, each once. */
struct asked {
    int count;
    uint8_t known[8192]; /* a bit for each */
    uint16_t sequences[NACK_LIMIT];
};

static void ask(struct asked *asked, uint16_t sequence) {
    uint8_t bit = (uint8_t)(1 << (sequence & 7));
    if (asked->count == NACK_LIMIT || asked->known[sequence >> 3] & bit)
        return;
    asked->known[sequence >> 3] |= bit;
    asked->sequences[asked->count++] = sequence;
}

/* Send again what a NACK of `length` octets asks for, as long as the slot may have it. */
static void answer(struct pump *pump, struct peer *peer, const uint8_t *packet, int length,
                   double now) {
    struct slot *slot = slot_of(peer, read32(packet + 8));
    struct asked asked;
    if (!slot)
        return;
    asked.count = 0;
    memset(asked.known, 0, sizeof asked.known);
    for (int at = 12; at + 4 <= length; at += 4) {
        uint16_t first = read16(packet + at), mask = read16(packet + at + 2);
        ask(&asked, first);
        for (int step = 0; step < 16; step++)
            if (mask >> step & 1)
                ask(&asked, (uint16_t)(first + step + 1));
    }
    for (int at = 0; at < asked.count && may_have(slot, now); at++)
        for (int time = 0; time <= slot->twice; time++)
            resend(pump, slot, asked.sequences[at], now);
}

/* Move what is for the control half to the front; how many octets it is. */
static int keep_rest(uint8_t *datagram, int length) {
    struct compound compound = {datagram, length, 0, 0};
    int kept = 0, unused;
    while (compound_next(&compound)) {
        int octets = compound.end - compound.start;
        if (sort(&compound, &unused) != REST)
            continue;
        memmove(datagram + kept, datagram + compound.start, (size_t)octets);
        kept += octets;
    }
    memmove(datagram + kept, datagram + compound.end, (size_t)(length - compound.end));
    return kept + length - compound.end;
}

/* See to the decrypted RTCP of a peer; how many octets, at its front, are left for others. */
int rtcp_answer(struct pump *pump, struct peer *peer, uint8_t *datagram, int length, double now) {
    struct compound compound = {datagram, length, 0, 0};
    while (compound_next(&compound)) {
        int octets, kind = sort(&compound, &octets);
        if (kind == REPORTS)
            report(peer, datagram + compound.start, now);
        else if (kind == REQUESTS)
            answer(pump, peer, datagram + compound.start, octets, now);
    }
    if (peer->path)
        wide_read(peer->path, datagram, length, now);
    return keep_rest(datagram, length);
}
