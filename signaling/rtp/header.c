/* Reading RTP packets as header.py does (RFC 3550 5.1, RFC 8285). */
#include "rtp.h"

#define ONE_BYTE 0xBEDE
#define TWO_BYTES 0x1000

/* Offsets of the extension block; 0 if it is cut short. */
static int extension_block(const uint8_t *packet, int length, struct header *header) {
    int at = 12 + 4 * (packet[0] & 15);
    header->profile = 0;
    header->extensions = header->payload = at;
    if (!(packet[0] & 16))
        return 1;
    if (length < at + 4)
        return 0;
    header->profile = read16(packet + at);
    header->extensions = at + 4;
    header->payload = at + 4 + 4 * read16(packet + at + 2);
    return 1;
}

/* The header of one packet; 0 for what is none. */
int header_read(const uint8_t *packet, int length, struct header *header) {
    if (length < 12 || packet[0] >> 6 != 2 || !extension_block(packet, length, header))
        return 0;
    int padding = packet[0] & 32 ? packet[length - 1] : 0;
    if (packet[0] & 32 && !padding)
        return 0;
    header->end = length - padding;
    if (header->payload > header->end)
        return 0;
    header->marker = packet[1] & 128;
    header->payload_type = packet[1] & 127;
    header->sequence = read16(packet + 2);
    header->timestamp = read32(packet + 4);
    header->ssrc = read32(packet + 8);
    return 1;
}

static int find_one_byte(const uint8_t *packet, int at, int end, int id, int *length) {
    int found = -1;
    while (at < end) {
        int head = packet[at++];
        if (!head)
            continue;
        int number = head >> 4, size = (head & 15) + 1;
        if (number == 15 || at + size > end)
            break;
        if (number == id) {
            found = at;
            *length = size;
        }
        at += size;
    }
    return found;
}

static int find_two_bytes(const uint8_t *packet, int at, int end, int id, int *length) {
    int found = -1;
    while (at + 1 < end) {
        int number = packet[at++];
        if (!number)
            continue;
        int size = packet[at++];
        if (at + size > end)
            break;
        if (number == id) {
            found = at;
            *length = size;
        }
        at += size;
    }
    return found;
}

/* Offset and length of an extension's value, of a repeated one the last; -1 if it is not there. */
int header_find(const uint8_t *packet, const struct header *header, int id, int *length) {
    if (header->profile == ONE_BYTE)
        return find_one_byte(packet, header->extensions, header->payload, id, length);
    if ((header->profile & 0xFFF0) == TWO_BYTES)
        return find_two_bytes(packet, header->extensions, header->payload, id, length);
    return -1;
}
