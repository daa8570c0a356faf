/* Transport-wide feedback: draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1.
 *
 * The compiled twin of wide_feedback.py. */
#include "twin.h"

#define STATUS_LIMIT 4096
#define HEAD 20
#define LONGEST 14 /* symbols of one chunk that is no run */

enum { LOST, SMALL, LARGE };

/* Where one message is read, and what was read of it. */
struct message {
    const uint8_t *at;
    const uint8_t *end;
    int count;
    uint8_t symbols[STATUS_LIMIT + LONGEST];
    uint32_t ticks[STATUS_LIMIT];
};

/* Write the symbols of one chunk behind the first `known`; how many there are then. */
static int expand(struct message *message, int known) {
    int chunk = read16(message->at);
    message->at += 2;
    if (!(chunk & 0x8000)) {
        for (int left = chunk & 0x1FFF; left > 0 && known < message->count; left--)
            message->symbols[known++] = (uint8_t)(chunk >> 13);
        return known;
    }
    int wide = chunk & 0x4000 ? 2 : 1;
    for (int shift = 14 - wide; shift >= 0; shift -= wide)
        message->symbols[known++] = (uint8_t)(chunk >> shift & (wide == 2 ? 3 : 1));
    return known;
}

/* Read when each packet came; 0 if a delta is missing or a symbol undefined. */
static int read_arrivals(struct message *message, uint32_t now) {
    for (int place = 0; place < message->count; place++) {
        int symbol = message->symbols[place];
        if (symbol > LARGE || symbol > message->end - message->at)
            return 0;
        if (symbol == SMALL)
            now += message->at[0];
        else if (symbol == LARGE)
            now += (uint32_t)(int16_t)read16(message->at);
        message->at += symbol;
        message->ticks[place] = now;
    }
    return 1;
}

/* Read one message of at most `room` packets; 0 for one that is cut short or goes beyond. */
static int read_message(struct message *message, const uint8_t *packet, const uint8_t *end,
                        int room) {
    if (end - packet < HEAD + 2)
        return 0;
    message->count = read16(packet + 14);
    message->at = packet + HEAD;
    message->end = end;
    if (!message->count || message->count > room)
        return 0;
    for (int known = 0; known < message->count;) {
        if (message->end - message->at < 2)
            return 0;
        known = expand(message, known);
    }
    return read_arrivals(message, read32(packet + 16) >> 8 << 8);
}

/* The transport-wide messages of a decrypted datagram; behind one that is broken nothing is. */
void wide_read(struct path *path, const uint8_t *datagram, int length, double now) {
    struct compound compound = {datagram, length, 0, 0};
    struct message message;
    int room = STATUS_LIMIT;
    while (compound_next(&compound)) {
        const uint8_t *packet = datagram + compound.start;
        if ((packet[0] & 31) != 15 || packet[1] != 205)
            continue;
        if (!read_message(&message, packet, datagram + compound.end, room))
            return;
        room -= message.count;
        path_heard(path, read16(packet + 12), message.symbols, message.ticks, message.count, now);
    }
}
