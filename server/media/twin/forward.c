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

/* Encrypt the datagram of the next slot, `length` octets plain, and let it wait for `name`; note
 * it if it bears a number of `path`. */
static void close_slot(struct pump *pump, struct outlet *outlet, void *session, void *name,
                       int length, struct path *path, int cluster, double now) {
    int slot = outlet->queued;
    if (pump->protect(session, outlet->out_data[slot], &length)) {
        pump->refused++;
        return;
    }
    if (path)
        path_sent(path, now, length, cluster);
    outlet->vectors[slot].iov_len = (size_t)length;
    outlet->names[slot] = name;
    outlet->queued++;
    pump->forwarded++;
}

void forward(struct pump *pump, struct publication *publication, const struct packet *packet,
             double now) {
    uint32_t stamp = stamp_of(now);
    for (int32_t place = 0; place < publication->row_count; place++) {
        const struct row *row = &publication->rows[place];
        if (packet->index < row->first)
            continue;
        uint8_t *at = outlet_slot(row->outlet);
        write_header(at, row, packet, stamp);
        memcpy(at + row->width, packet->payload, (size_t)packet->size);
        close_slot(pump, row->outlet, row->session, row->name, row->width + packet->size,
                   row->path, 0, now);
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

/* Send the packet of the present run that bore this number again (RFC 4588), if it is kept. */
void resend(struct pump *pump, struct slot *slot, uint16_t sequence, double now) {
    const struct row *row = row_of(slot);
    if (!row || slot->rtx_ssrc < 0 || row->rtx_type < 0)
        return;
    const struct kept *kept = history_sent(slot->publication, row, sequence);
    if (!kept)
        return;
    uint8_t *at = outlet_slot(row->outlet);
    memcpy(at, row->header, row->width);
    at[1] = (uint8_t)(kept->marker | row->rtx_type);
    write16(at + 2, (uint32_t)++slot->rtx_sequence);
    write32(at + 4, kept->timestamp + row->shift);
    write32(at + 8, (uint32_t)slot->rtx_ssrc);
    write_extensions(at, row, kept->level, stamp_of(now));
    write16(at + row->width, sequence);
    if (kept->size)
        memcpy(at + row->width + 2, kept->payload, kept->size);
    close_slot(pump, row->outlet, row->session, row->name, row->width + 2 + kept->size, row->path,
               0, now);
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
    close_slot(pump, outlet, session, name, length, path, cluster, now);
    return 1;
}
