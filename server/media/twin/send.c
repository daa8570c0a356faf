/* What waits at an outlet goes out by sendmmsg, in bursts for one receiver (UDP_SEGMENT). */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>

#include "twin.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#define RECEIVERS (2 * SLOTS)

/* Datagrams by receiver, each chain in the order they came. */
struct chains {
    int count;
    int16_t chain_of[RECEIVERS]; /* by the hash of the name's address; -1 is free */
    int16_t first[SLOTS];
    int16_t last[SLOTS];
    int16_t next[SLOTS];
};

/* Where the next datagram is to be written: STRIDE octets, at which libsrtp may read words. */
uint8_t *outlet_slot(struct outlet *outlet) {
    if (outlet->queued == SLOTS || outlet->used > ROOM - STRIDE)
        outlet_flush(outlet);
    return outlet->out_data + outlet->used;
}

/* Let the datagram that was written there wait for `name`. */
void outlet_queue(struct outlet *outlet, void *name, int length) {
    int slot = outlet->queued++;
    outlet->vectors[slot].iov_base = outlet->out_data + outlet->used;
    outlet->vectors[slot].iov_len = (size_t)length;
    outlet->names[slot] = name;
    outlet->used += (length + 15) & ~15;
}

static int chain_of(const struct outlet *outlet, struct chains *chains, int slot) {
    uintptr_t name = (uintptr_t)outlet->names[slot];
    uint32_t place = (uint32_t)((name >> 4) * 2654435761u >> 8) % RECEIVERS;
    while (chains->chain_of[place] >= 0) {
        int chain = chains->chain_of[place];
        if (outlet->names[chains->first[chain]] == (void *)name)
            return chain;
        place = (place + 1) % RECEIVERS;
    }
    int chain = chains->count++;
    chains->chain_of[place] = (int16_t)chain;
    chains->first[chain] = -1;
    return chain;
}

static void sort_by_receiver(const struct outlet *outlet, struct chains *chains) {
    chains->count = 0;
    memset(chains->chain_of, 0xFF, sizeof chains->chain_of);
    for (int slot = 0; slot < outlet->queued; slot++) {
        int chain = chain_of(outlet, chains, slot);
        if (chains->first[chain] < 0)
            chains->first[chain] = (int16_t)slot;
        else
            chains->next[chains->last[chain]] = (int16_t)slot;
        chains->last[chain] = (int16_t)slot;
        chains->next[slot] = -1;
    }
}

static void burst(struct outlet *outlet, int entry, int start, int count, void *name) {
    struct msghdr *header = &outlet->bursts[entry].msg_hdr;
    memset(header, 0, sizeof *header);
    header->msg_name = name;
    header->msg_namelen = (socklen_t)outlet->name_length;
    header->msg_iov = &outlet->sorted[start];
    header->msg_iovlen = (size_t)count;
    if (count == 1)
        return;
    struct cmsghdr *control = (struct cmsghdr *)(void *)outlet->controls[entry];
    uint16_t size = (uint16_t)outlet->sorted[start].iov_len;
    control->cmsg_len = CMSG_LEN(sizeof size);
    control->cmsg_level = SOL_UDP;
    control->cmsg_type = UDP_SEGMENT;
    memcpy(CMSG_DATA(control), &size, sizeof size);
    header->msg_control = control;
    header->msg_controllen = sizeof outlet->controls[entry];
}

/* Whether a datagram can't go on the burst from `start` to `at`: one begins at a longer datagram
 * and behind a shorter one, and is never longer than SEGMENTS. */
static int ends_burst(const struct outlet *outlet, int start, int at) {
    return outlet->sorted[at].iov_len > outlet->sorted[at - 1].iov_len ||
           outlet->sorted[at - 1].iov_len < outlet->sorted[start].iov_len || at - start == SEGMENTS;
}

/* Put what waits into bursts; how many there are. */
static int gather(struct outlet *outlet) {
    struct chains chains;
    int at = 0, entries = 0;
    sort_by_receiver(outlet, &chains);
    for (int chain = 0; chain < chains.count; chain++) {
        int start = at;
        void *name = outlet->names[chains.first[chain]];
        for (int slot = chains.first[chain]; slot >= 0; slot = chains.next[slot], at++) {
            outlet->sorted[at] = outlet->vectors[slot];
            if (at > start && ends_burst(outlet, start, at)) {
                burst(outlet, entries++, start, at - start, name);
                start = at;
            }
        }
        burst(outlet, entries++, start, at - start, name);
    }
    return entries;
}

static int one_by_one(struct outlet *outlet) {
    for (int slot = 0; slot < outlet->queued; slot++) {
        outlet->sorted[slot] = outlet->vectors[slot];
        burst(outlet, slot, slot, 1, outlet->names[slot]);
    }
    return outlet->queued;
}

/* Send what waits; what the kernel will not take is dropped and counted. */
void outlet_flush(struct outlet *outlet) {
    int count = outlet->queued <= FEW ? one_by_one(outlet) : gather(outlet);
    outlet->queued = outlet->used = 0;
    for (int sent = 0; sent < count;) {
        int taken = sendmmsg(outlet->fd, outlet->bursts + sent, (unsigned)(count - sent),
                             MSG_DONTWAIT);
        if (taken > 0) {
            sent += taken;
            continue;
        }
        /* Otherwise it is an address that cannot be reached: the others can. */
        int end = errno == EAGAIN || errno == ENOBUFS ? count : sent + 1;
        for (; sent < end; sent++)
            outlet->unsent += (int64_t)outlet->bursts[sent].msg_hdr.msg_iovlen;
    }
}

/* Datagrams the kernel did not take since the last call. */
int64_t outlet_unsent(struct outlet *outlet) {
    int64_t unsent = outlet->unsent;
    outlet->unsent = 0;
    return unsent;
}
