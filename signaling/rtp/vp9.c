/* How far the parts of a VP9 payload descriptor reach (RFC 9628, 4.2). */
#include "rtp.h"

/* Behind the reference differences of a VP9 descriptor; its end if it is cut short. */
int vp9_references_end(const uint8_t *payload, int size, int at) {
    for (int count = 0; count < 3 && at < size; count++)
        if (!(payload[at++] & 1))
            return at;
    return at;
}

/* Behind the scalability structure (4.2.1); its end if it is cut short. */
int vp9_structure_end(const uint8_t *payload, int size, int at) {
    if (at >= size)
        return size;
    int head = payload[at++];
    if (head & 0x10)
        at += 4 * ((head >> 5) + 1);
    if (!(head & 0x08))
        return at;
    if (at >= size)
        return size;
    for (int pictures = payload[at++]; pictures; pictures--) {
        if (at >= size)
            return size;
        at += 1 + (payload[at] >> 2 & 3);
    }
    return at;
}
