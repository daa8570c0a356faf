/* Our own RTCP: encrypted, and on its way with the packets that wait. */
#include <string.h>

#include "twin.h"

#define TRAILER 64 /* octets that encryption may add */

/* Encrypt one compound of RTCP and let it wait for `name`; 0 if it is too long. */
int pump_report(struct pump *pump, struct outlet *outlet, void *session, void *name,
                uint8_t *plain, int length) {
    if (length < 8 || length > STRIDE - TRAILER)
        return 0;
    uint8_t *at = outlet_slot(outlet);
    memcpy(at, plain, (size_t)length);
    if (pump->protect_rtcp(session, at, &length))
        return 0;
    outlet_queue(outlet, name, length);
    return 1;
}
