/* The loop that costs: one turn for each receiver of each packet. */
#include <string.h>

#include "twin.h"

/* Where send time and level stand in a row's header: first and second element of its block. */
#define STAMP (12 + 5)
#define LEVEL (12 + 9)

static void write_header(uint8_t *at, const struct row *row, const struct packet *packet,
                         uint32_t stamp) {
    memcpy(at, row->header, row->width);
    at[1] |= (uint8_t)packet->marker;
    write16(at + 2, (uint32_t)((uint64_t)packet->index + row->ahead));
    write32(at + 4, packet->timestamp + row->shift);
    if (row->stamped) {
        at[STAMP] = (uint8_t)(stamp >> 16);
        write16(at + STAMP + 1, stamp);
    }
    if (row->levelled)
        at[LEVEL] = (uint8_t)packet->level;
}

/* Encrypt the datagram of the next slot, `length` octets plain, and let it wait for `name`. */
static void close_slot(struct pump *pump, struct outlet *outlet, void *session, void *name,
                       int length) {
    int slot = outlet->queued;
    if (pump->protect(session, outlet->out_data[slot], &length)) {
        pump->refused++;
        return;
    }
    outlet->vectors[slot].iov_len = (size_t)length;
    outlet->names[slot] = name;
    outlet->queued++;
    pump->forwarded++;
}

void forward(struct pump *pump, struct publication *publication, const struct packet *packet,
             double now) {
    uint32_t stamp = (uint32_t)((int64_t)(now * 262144) & 0xFFFFFF);
    for (int32_t place = 0; place < publication->row_count; place++) {
        const struct row *row = &publication->rows[place];
        if (packet->index < row->first)
            continue;
        uint8_t *at = outlet_slot(row->outlet);
        write_header(at, row, packet, stamp);
        memcpy(at + row->width, packet->payload, (size_t)packet->size);
        close_slot(pump, row->outlet, row->session, row->name, row->width + packet->size);
    }
}

/* Encrypt one RTP packet of the control half and let it wait; 0 if it is too long. */
int pump_send(struct pump *pump, struct outlet *outlet, void *session, void *name,
              uint8_t *plain, int length) {
    if (length < 12 || length > PACKET_LIMIT + ROW_WIDTH + 2)
        return 0;
    memcpy(outlet_slot(outlet), plain, (size_t)length);
    close_slot(pump, outlet, session, name, length);
    return 1;
}
