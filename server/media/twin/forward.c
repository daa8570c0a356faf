/* The loop that costs: one turn for each receiver of each packet. */
#include <string.h>

#include "twin.h"

/* Where send time and level stand in a row's header: first and second element of its block. */
#define STAMP (12 + 5)
#define LEVEL (12 + 9)

static void write_extensions(uint8_t *at, const struct row *row, int level, uint32_t stamp) {
    if (row->stamped) {
        at[STAMP] = (uint8_t)(stamp >> 16);
        write16(at + STAMP + 1, stamp);
    }
    if (row->levelled)
        at[LEVEL] = (uint8_t)level;
    if (row->path)
        write16(at + row->number_at, (uint32_t)row->path->next);
}

static void write_header(uint8_t *at, const struct row *row, const struct packet *packet,
                         uint32_t stamp) {
    memcpy(at, row->header, row->width);
    at[1] |= (uint8_t)packet->marker;
    write16(at + 2, (uint32_t)((uint64_t)packet->index + row->ahead));
    write32(at + 4, packet->timestamp + row->shift);
    write_extensions(at, row, packet->level, stamp);
}

static uint32_t stamp_of(double now) { return (uint32_t)((int64_t)(now * 262144) & 0xFFFFFF); }

/* Let the datagram of the next slot wait for `name`. */
static void queue(struct pump *pump, struct outlet *outlet, void *name, int length) {
    outlet_queue(outlet, name, length);
    pump->forwarded++;
}

/* Encrypt the datagram of the next slot, `length` octets plain, and let it wait for `name`; note
 * it if it bears a number of `path`, keep it where it may be sent again. */
static void close_slot(struct pump *pump, struct outlet *outlet, void *session, void *name,
                       int length, struct path *path, int cluster, struct recent *recent,
                       double now) {
    uint8_t *datagram = outlet->out_data + outlet->used;
    if (pump->protect(session, datagram, &length)) {
        pump->refused++;
        return;
    }
    if (path)
        path_sent(path, now, length, cluster);
    queue(pump, outlet, name, length);
    if (recent)
        recent_keep(recent, datagram, length, now);
}

/* Send the datagram of this number again as it was; on the transport it counts as lost if it was
 * asked for, and is not learned of any more. */
static void repeat(struct pump *pump, const struct slot *slot, const struct row *row,
                   uint16_t sequence, int asked, double now) {
    const struct past *past = recent_find(slot->recent, sequence, now);
    if (!past)
        return;
    if (row->path) {
        int under_way = path_hide(row->path, read16(past->data + row->number_at));
        row->path->record.lost += asked && under_way;
    }
    memcpy(outlet_slot(row->outlet), past->data, past->size);
    queue(pump, row->outlet, row->name, past->size);
}

/* Let follow what goes out again unasked: a picture's packet, what was before a sound's. */
static void once_more(struct pump *pump, const struct row *row, uint16_t sequence, double now) {
    if (!row->slot)
        return;
    if (row->slot->twice)
        resend(pump, row->slot, sequence, now);
    for (int back = 1; back <= row->unasked; back++)
        if (!row->path || (uint16_t)(sequence - back) % MEASURED)
            repeat(pump, row->slot, row, (uint16_t)(sequence - back), 0, now);
}

static struct pacing *pacing_of(const struct row *row) {
    return row->path && row->slot ? row->path->pacing : NULL;
}

/* Whether a packet of a picture waits before it goes to a receiver that is paced; `packet` bears
 * the receiver's numbers if the row has a switch, `came` the publisher's. */
static int waits(const struct publication *publication, const struct row *row,
                 const struct packet *packet, const struct packet *came, double now) {
    const struct over *over = row->over;
    struct waiting waiting = {
        .slot = row->slot,
        .index = came->index,
        .timestamp = came->timestamp,
        .moment = packet->timestamp + row->shift,
        .layer = over && publication->layer < 0 ? 0 : publication->layer,
        .number = (uint16_t)((uint64_t)packet->index + row->ahead),
        .picture = over ? (uint16_t)over->out_picture : 0,
        .base = over ? (uint8_t)over->out_base : 0,
        .size = (uint16_t)(row->width + came->size),
        .key = publication->key_time == came->timestamp,
        .newest = publication->highest == came->index,
    };
    return pacing_waits(row->path->pacing, &waiting, now);
}

/* Let a packet go to those whose switch takes it, with the numbers that it has there. */
static void forward_over(struct pump *pump, struct publication *publication,
                         const struct packet *packet, double now) {
    const struct marks *marks = packet->marks;
    int flags = marks->flags | (packet->index == publication->highest ? 16 : 0);
    int layer = publication->layer < 0 ? 0 : publication->layer;
    for (int32_t place = 0; place < publication->row_count; place++) {
        const struct row *row = &publication->rows[place];
        struct over *over = row->over;
        if (!over || (pacing_of(row) && row->slot->shut) ||
            !over_take(over, layer, packet->index, packet->timestamp,
                       (int64_t)(now * (double)over->clock_rate), flags, marks->temporal,
                       marks->picture, marks->base))
            continue;
        struct packet changed = *packet;
        changed.index = over->out_sequence;
        changed.timestamp = (uint32_t)over->out_timestamp;
        over->octets += packet->size;
        if (pacing_of(row) && waits(publication, row, &changed, packet, now))
            continue;
        uint8_t *at = outlet_slot(row->outlet);
        write_header(at, row, &changed, stamp_of(now));
        memcpy(at + row->width, packet->payload, (size_t)packet->size);
        marks_renumber(at + row->width, marks, over);
        close_slot(pump, row->outlet, row->session, row->name, row->width + packet->size,
                   row->path, 0, NULL, now);
        once_more(pump, row, (uint16_t)changed.index, now);
    }
}

/* A row's packet as it is sent to a receiver, behind its header; how many octets. */
static int write_payload(const struct publication *publication, const struct row *row,
                         const struct packet *packet, uint8_t *at) {
    if (row->copies)
        return redundant_write(publication, row, packet, at);
    memcpy(at, packet->payload, (size_t)packet->size);
    return packet->size;
}

void forward(struct pump *pump, struct publication *publication, const struct packet *packet,
             double now) {
    if (publication->over_count)
        forward_over(pump, publication, packet, now);
    if (publication->layer >= 0)
        return;
    uint32_t stamp = stamp_of(now);
    for (int32_t place = 0; place < publication->row_count; place++) {
        const struct row *row = &publication->rows[place];
        if (packet->index < row->first)
            continue;
        if (pacing_of(row) && publication->is_video &&
            waits(publication, row, packet, packet, now))
            continue;
        uint8_t *at = outlet_slot(row->outlet);
        write_header(at, row, packet, stamp);
        int size = write_payload(publication, row, packet, at + row->width);
        close_slot(pump, row->outlet, row->session, row->name, row->width + size, row->path, 0,
                   row->slot ? row->slot->recent : NULL, now);
        once_more(pump, row, (uint16_t)((uint64_t)packet->index + row->ahead), now);
    }
}

/* The row of a slot while its packets pass. */
static const struct row *row_of(const struct slot *slot) {
    const struct publication *publication = slot->publication;
    if (!publication || slot->place >= publication->row_count)
        return NULL;
    const struct row *row = &publication->rows[slot->place];
    return row->slot == slot ? row : NULL;
}

/* The publication of a layer of a slot's source; of a picture in one piece its only one. */
static const struct publication *layer_of(const struct publication *publication, int layer) {
    return publication->layer < 0 ? publication : publication->source->layers[layer];
}

/* The packet that a waiting one is, if it is still kept. */
static const struct kept *find_waiting(const struct waiting *waiting, const struct row *row) {
    const struct publication *publication = row ? waiting->slot->publication : NULL;
    if (publication && waiting->layer >= 0)
        publication = layer_of(publication, waiting->layer);
    const struct kept *kept = publication ? history_find(publication, waiting->index) : NULL;
    return kept && kept->timestamp == waiting->timestamp ? kept : NULL;
}

/* Write picture numbers that were given when the packet came. */
static void renumber(const struct waiting *waiting, const struct kept *kept, uint8_t *payload) {
    struct over given = {.out_picture = waiting->picture, .out_base = waiting->base};
    struct marks marks;
    marks_read(waiting->slot->publication->codec, kept->payload, kept->size, &marks);
    marks_renumber(payload, &marks, &given);
}

/* Send a packet that has waited; 0 if it is not kept any more. */
static int leave(struct pump *pump, const struct waiting *waiting, double now) {
    const struct row *row = row_of(waiting->slot);
    const struct kept *kept = find_waiting(waiting, row);
    if (!kept)
        return 0;
    uint8_t *at = outlet_slot(row->outlet);
    memcpy(at, row->header, row->width);
    at[1] |= kept->marker;
    write16(at + 2, waiting->number);
    write32(at + 4, waiting->moment);
    write_extensions(at, row, kept->level, stamp_of(now));
    if (kept->size)
        memcpy(at + row->width, kept->payload, kept->size);
    if (waiting->layer >= 0)
        renumber(waiting, kept, at + row->width);
    close_slot(pump, row->outlet, row->session, row->name, row->width + kept->size, row->path, 0,
               NULL, now);
    once_more(pump, row, waiting->number, now);
    return 1;
}

/* Let leave what has waited long enough for the receiver of a path. */
void pump_pace(struct pump *pump, struct path *path, double now) {
    struct waiting waiting;
    while (path->pacing && pacing_due(path->pacing, &waiting, now))
        if (!leave(pump, &waiting, now))
            pacing_gone(path->pacing, &waiting);
}

/* A packet as it was sent: what is kept of it, and the numbers it bore. */
struct sent {
    const struct kept *kept;
    uint32_t timestamp;
    struct marks marks;
};

/* The packet that went out under this number in a run with a switch; 0 if it is gone. */
static int sent_over(const struct slot *slot, struct over *over, uint16_t sequence,
                     struct sent *sent) {
    int64_t number = sequence_extend(sequence, over->sequence), index = 0;
    int layer = over_find(over, number, &index);
    const struct publication *publication =
        layer < 0 ? NULL : layer_of(slot->publication, layer);
    if (!publication)
        return 0;
    const struct kept *kept = sent->kept = history_find(publication, index);
    if (!kept)
        return 0;
    marks_read(publication->codec, kept->payload, kept->size, &sent->marks);
    /* A number that a dropped packet left to a later one is the later one's. */
    int found = over_again(over, layer, index, kept->timestamp, sent->marks.temporal,
                           sent->marks.picture, sent->marks.base);
    sent->timestamp = (uint32_t)over->out_timestamp;
    return found && over->out_sequence == number;
}

/* The packet of the present run that went out under this number; 0 if it is gone. */
static int find_sent(const struct slot *slot, const struct row *row, uint16_t sequence,
                     struct sent *sent) {
    if (row->over)
        return sent_over(slot, row->over, sequence, sent);
    sent->kept = history_sent(slot->publication, row, sequence);
    if (!sent->kept)
        return 0;
    sent->timestamp = sent->kept->timestamp + row->shift;
    return 1;
}

/* Send the packet of the present run that bore this number again: a sound as it was, a picture
 * as its retransmission (RFC 4588), if it is kept. */
void resend(struct pump *pump, struct slot *slot, uint16_t sequence, double now) {
    const struct row *row = row_of(slot);
    if (row && slot->recent)
        repeat(pump, slot, row, sequence, 1, now);
    if (!row || slot->recent || slot->rtx_ssrc < 0 || row->rtx_type < 0)
        return;
    struct sent sent;
    if (!find_sent(slot, row, sequence, &sent))
        return;
    const struct kept *kept = sent.kept;
    uint8_t *at = outlet_slot(row->outlet);
    memcpy(at, row->header, row->width);
    at[1] = (uint8_t)(kept->marker | row->rtx_type);
    write16(at + 2, (uint32_t)++slot->rtx_sequence);
    write32(at + 4, sent.timestamp);
    write32(at + 8, (uint32_t)slot->rtx_ssrc);
    write_extensions(at, row, kept->level, stamp_of(now));
    write16(at + row->width, sequence);
    if (kept->size)
        memcpy(at + row->width + 2, kept->payload, kept->size);
    if (row->over)
        marks_renumber(at + row->width + 2, &sent.marks, row->over);
    close_slot(pump, row->outlet, row->session, row->name, row->width + 2 + kept->size, row->path,
               0, NULL, now);
}

/* Encrypt one RTP packet of the control half and let it wait; 0 if it is too long. */
int pump_send(struct pump *pump, struct outlet *outlet, void *session, void *name,
              uint8_t *plain, int length, struct path *path, int number_at, int cluster,
              double now) {
    if (length < 12 || length > PACKET_LIMIT + ROW_WIDTH + 2 || number_at > length - 2)
        return 0;
    uint8_t *at = outlet_slot(outlet);
    memcpy(at, plain, (size_t)length);
    if (path)
        write16(at + number_at, (uint32_t)path->next);
    close_slot(pump, outlet, session, name, length, path, cluster, NULL, now);
    return 1;
}
