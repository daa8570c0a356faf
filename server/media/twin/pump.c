/* The data plane's loop: a batch in, decrypted once, kept, forwarded, handed to the tap.
 *
 * The compiled twin of pump.py, function for function; it decides nothing either. */
#include <stdlib.h>
#include <string.h>

#include "twin.h"

#define SILENCE 127

/* Whether Python reads the layout that was compiled: the sizes of all structs, added up. */
int64_t layout_sizes(void) {
    return (int64_t)(sizeof(struct kept) + sizeof(struct source) + sizeof(struct row) +
                     sizeof(struct publication) + sizeof(struct stream) + sizeof(struct peer) +
                     sizeof(struct aside) + sizeof(struct tap) + sizeof(struct pump) +
                     sizeof(struct path) + sizeof(struct slot) + sizeof(struct over) +
                     sizeof(struct recent) + sizeof(struct wide) + sizeof(struct waiting) +
                     sizeof(struct pacing));
}

struct pump *pump_open(void) { return calloc(1, sizeof(struct pump)); }

void pump_close(struct pump *pump) { free(pump); }

/* Note a datagram of so many octets, with its transport-wide number or -1. */
static void note(struct peer *peer, int size, int32_t wide, double now) {
    peer->packets++;
    peer->octets += size;
    if (wide >= 0 && peer->wide)
        wide_arrived(peer->wide, (uint16_t)wide, now);
}

/* Describe a packet of the publication's own sequence; 0 if it is late, here already, too long. */
static int describe(const struct publication *publication, int64_t index, const uint8_t *plain,
                    int length, const struct header *header, struct packet *packet) {
    int octets = 0;
    if (index < 0 || header->end - header->payload > PACKET_LIMIT)
        return 0;
    int level = header_find(plain, header, publication->level_id, &octets);
    packet->whole = plain;
    packet->length = length;
    packet->index = index;
    packet->marker = header->marker;
    packet->timestamp = header->timestamp;
    packet->payload = plain + header->payload;
    packet->size = header->end - header->payload;
    packet->levelled = level >= 0 && octets > 0;
    packet->level = packet->levelled ? plain[level] : SILENCE;
    packet->begins = starts_key_frame(publication->codec, plain, length, header->payload,
                                      header->end);
    return 1;
}

/* Turn a retransmission into the packet it repairs (RFC 4588, 4); 0 if nobody misses it. */
static int repaired(const struct publication *publication, uint8_t *plain,
                    const struct header *header, struct packet *packet) {
    int start = header->payload + 2;
    if (publication->ssrc < 0 || start >= header->end)
        return 0;
    uint16_t sequence = read16(plain + start - 2);
    int64_t index = history_missing(publication, sequence);
    if (index < 0)
        return 0;
    struct header original = *header;
    original.end = header->end - 2;
    original.sequence = sequence;
    memmove(plain + header->payload, plain + start, (size_t)(header->end - start));
    plain[0] &= (uint8_t)~32;
    plain[1] = (uint8_t)(header->marker | publication->payload_type);
    write16(plain + 2, sequence);
    write32(plain + 8, (uint32_t)publication->ssrc);
    return describe(publication, index, plain, original.end, &original, packet);
}

/* Take what is repeated off redundant sound; 0 if it is broken, late or here already. */
static int unwrapped(struct pump *pump, struct publication *publication, uint8_t *plain,
                     const struct header *header, struct packet *packet) {
    struct header own = *header;
    int size = redundant_strip(plain + header->payload, header->end - header->payload,
                               publication->payload_type);
    if (size < 0)
        return 0;
    int64_t index = history_place(pump, publication, header);
    own.end = header->payload + size;
    plain[0] &= (uint8_t)~32;
    plain[1] = (uint8_t)(header->marker | publication->payload_type);
    return describe(publication, index, plain, own.end, &own, packet);
}

/* Whether the source has no newer publication. */
static int is_current(const struct publication *publication) {
    const struct source *source = publication->source;
    return source->current == publication ||
           (publication->layer >= 0 && source->layers[publication->layer] == publication);
}

/* Whether the tap gets a packet of it; another layer's from a key frame on. */
static int is_recorded(const struct publication *publication, int begins) {
    struct source *source = publication->source;
    if (begins && publication->layer == source->to_record)
        source->recorded = publication->layer;
    return source->handle >= 0 && publication->layer == source->recorded;
}

/* Count a packet that is let through; `marks` is where those of a picture are put. */
static void count(struct publication *publication, struct packet *packet, struct marks *marks) {
    publication->packets++;
    publication->octets += packet->size;
    if (!publication->is_video)
        return;
    marks_read(publication->codec, packet->payload, packet->size, marks);
    packet->marks = marks;
    int highest = TEMPORAL - 1, temporal = marks->temporal;
    if (publication->key_time != packet->timestamp)
        publication->octets_of[temporal < highest ? temporal : highest] += packet->size;
}

/* Keep, forward and tap a packet, if its source's gate is open. */
static void pass(struct pump *pump, struct publication *publication, struct packet *packet,
                 double now) {
    struct marks marks;
    if (packet->index > publication->highest) {
        publication->highest = packet->index;
        publication->timestamp = packet->timestamp;
        publication->arrived = now;
    }
    if (!publication->source->open)
        return;
    history_keep(publication, packet->index, packet->marker, packet->timestamp,
                 (uint8_t *)(uintptr_t)packet->payload, packet->size, packet->level);
    if (packet->begins)
        publication->key_time = packet->timestamp;
    if (publication->waiting && (packet->begins || !publication->is_video))
        pump->begin(publication, packet->index, packet->timestamp, now);
    count(publication, packet, &marks);
    forward(pump, publication, packet, now);
    if (is_recorded(publication, packet->begins))
        tap_add(pump, publication, packet, now);
}

static int32_t wide_number(const struct publication *publication, const uint8_t *plain,
                           const struct header *header) {
    int octets = 0;
    int at = header_find(plain, header, publication->wide_id, &octets);
    return at >= 0 && octets >= 2 ? read16(plain + at) : -1;
}

/* Note how a packet of the publication comes. */
static void note_packet(struct peer *peer, struct inflow *inflow, const struct packet *packet,
                        double now, int repairs) {
    inflow->begins += packet->begins;
    if (packet->levelled) {
        inflow->loudness += packet->level & 127;
        inflow->levels++;
    }
    if (inflow_came(inflow, packet->index, packet->timestamp, now, repairs))
        peer->gaps = 1;
}

/* The packet of the publication's own sequence that is, or is in, this one; 0 if there is none. */
static int take(struct pump *pump, struct publication *publication, uint8_t *plain, int length,
                const struct header *header, struct packet *packet) {
    if (!is_current(publication))
        return 0;
    if (header->payload_type == publication->rtx_type)
        return repaired(publication, plain, header, packet);
    if (header->payload_type == publication->red_type)
        return unwrapped(pump, publication, plain, header, packet);
    if (header->payload_type != publication->payload_type)
        return 0;
    int64_t index = history_place(pump, publication, header);
    return describe(publication, index, plain, length, header, packet);
}

/* Note what came and hand it on if it is one of the publication's. */
static void sort(struct pump *pump, struct peer *peer, struct publication *publication,
                 uint8_t *plain, int length, const struct header *header, int size, double now) {
    struct packet packet;
    int repairs = header->payload_type == publication->rtx_type;
    note(peer, size, wide_number(publication, plain, header), now);
    if (!take(pump, publication, plain, length, header, &packet))
        return;
    note_packet(peer, &publication->inflow, &packet, now, repairs);
    pass(pump, publication, &packet, now);
}

static const struct stream *stream_of(const struct peer *peer, uint32_t ssrc) {
    for (int32_t place = 0; place < peer->stream_count; place++)
        if (peer->streams[place].ssrc == ssrc)
            return &peer->streams[place];
    return NULL;
}

/* Decrypt in place, find the publication. */
static void rtp(struct pump *pump, struct peer *peer, uint8_t *packet, int size, double now) {
    struct header header;
    int length = size;
    uint32_t ssrc = read32(packet + 8);
    const struct stream *stream = stream_of(peer, ssrc);
    if ((!stream && !pump->may_try(peer, ssrc)) ||
        pump->unprotect(peer->receiving, packet, &length)) {
        pump->dropped++;
        return;
    }
    peer->heard = now;
    pump->received++;
    if (!header_read(packet, length, &header)) {
        pump->dropped++;
        return;
    }
    struct publication *publication = stream ? stream->publication : NULL;
    if (!publication)
        publication = pump->adopt(peer, packet, length);
    if (publication)
        sort(pump, peer, publication, packet, length, &header, size, now);
    else
        note(peer, size, -1, now);
}

static void put_aside(struct pump *pump, const struct outlet *outlet, uint8_t *packet, int length,
                      const uint8_t *name, struct peer *peer) {
    if (!length || pump->aside_count >= pump->aside_limit) {
        pump->dropped++;
        return;
    }
    struct aside *aside = &pump->aside[pump->aside_count++];
    aside->data = packet;
    aside->peer = peer;
    aside->length = length;
    memcpy(aside->name, name, (size_t)outlet->name_length);
}

/* Whether authentic RTCP of this SSRC came before. */
static int has_reported(const struct peer *peer, uint32_t ssrc) {
    for (int32_t place = 0; place < peer->reporter_count; place++)
        if (peer->reporters[place] == ssrc)
            return 1;
    return 0;
}

/* Decrypt RTCP in place, 0 if it is not authentic or of too many SSRCs: libsrtp keeps each. */
static int opened(struct pump *pump, struct peer *peer, uint8_t *packet, int *length) {
    uint32_t ssrc = read32(packet + 4);
    int known = has_reported(peer, ssrc);
    if ((!known && peer->reporter_count == REPORTERS) ||
        pump->unprotect_rtcp(peer->receiving, packet, length))
        return 0;
    if (!known)
        peer->reporters[peer->reporter_count++] = ssrc;
    return 1;
}

/* Decrypt RTCP in place and see to it; what is left is put aside. */
static void rtcp(struct pump *pump, const struct outlet *outlet, struct peer *peer,
                 uint8_t *packet, int length, const uint8_t *name, double now) {
    if (!opened(pump, peer, packet, &length)) {
        pump->dropped++;
        return;
    }
    peer->heard = now;
    int left = rtcp_answer(pump, peer, packet, length, now);
    if (left)
        put_aside(pump, outlet, packet, left, name, peer);
}

static void datagram(struct pump *pump, struct outlet *outlet, int place, double now) {
    uint8_t *packet = outlet->in_data[place];
    const uint8_t *name = outlet->in_names[place];
    int length = (int)outlet->in[place].msg_len;
    if (length <= 12 || packet[0] >> 6 != 2) {
        put_aside(pump, outlet, packet, length, name, NULL);
        return;
    }
    struct peer *peer = outlet_find(outlet, name);
    if (!peer || !peer->receiving)
        pump->dropped++;
    else if (packet[1] >= 192 && packet[1] <= 223)
        rtcp(pump, outlet, peer, packet, length, name, now);
    else
        rtp(pump, peer, packet, length, now);
}

/* Read one batch and see to each datagram; how many came. What it put aside is valid until the
 * next batch. */
int pump_batch(struct pump *pump, struct outlet *outlet, double now) {
    int count = outlet_receive(outlet);
    pump->aside_count = 0;
    for (int place = 0; place < count; place++)
        datagram(pump, outlet, place, now);
    return count;
}
