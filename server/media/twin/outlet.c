/* A listen address: datagrams in by recvmmsg, and the peers known by their raw addresses. */
#include <stdlib.h>
#include <string.h>

#include "twin.h"

/* One known address; `peer` is none in a free place. */
struct known {
    struct peer *peer;
    uint8_t name[NAME_LENGTH];
};

struct outlet *outlet_open(int fd, int name_length) {
    struct outlet *outlet = calloc(1, sizeof *outlet);
    if (!outlet)
        return NULL;
    outlet->known_room = 64;
    outlet->known = calloc(outlet->known_room, sizeof *outlet->known);
    if (!outlet->known) {
        free(outlet);
        return NULL;
    }
    outlet->fd = fd;
    outlet->name_length = name_length;
    for (int place = 0; place < BATCH; place++) {
        struct msghdr *header = &outlet->in[place].msg_hdr;
        outlet->in_vectors[place].iov_base = outlet->in_data[place];
        outlet->in_vectors[place].iov_len = STRIDE;
        header->msg_name = outlet->in_names[place];
        header->msg_namelen = (socklen_t)name_length;
        header->msg_iov = &outlet->in_vectors[place];
        header->msg_iovlen = 1;
    }
    return outlet;
}

void outlet_close(struct outlet *outlet) {
    free(outlet->known);
    free(outlet);
}

/* Read up to BATCH datagrams; how many came. */
int outlet_receive(struct outlet *outlet) {
    int count = recvmmsg(outlet->fd, outlet->in, BATCH, MSG_DONTWAIT, NULL);
    return count < 0 ? 0 : count;
}

static uint32_t home_of(const struct outlet *outlet, const uint8_t *name) {
    uint32_t hash = 2166136261u;
    for (int at = 0; at < outlet->name_length; at++)
        hash = (hash ^ name[at]) * 16777619u;
    return (hash ^ hash >> 15) & (outlet->known_room - 1);
}

/* The place of an address, or the free one where it belongs. */
static uint32_t seek(const struct outlet *outlet, const uint8_t *name) {
    uint32_t place = home_of(outlet, name);
    while (outlet->known[place].peer &&
           memcmp(outlet->known[place].name, name, (size_t)outlet->name_length))
        place = (place + 1) & (outlet->known_room - 1);
    return place;
}

struct peer *outlet_find(const struct outlet *outlet, const uint8_t *name) {
    return outlet->known[seek(outlet, name)].peer;
}

static void enter(struct outlet *outlet, const uint8_t *name, struct peer *peer) {
    struct known *known = &outlet->known[seek(outlet, name)];
    outlet->known_count += !known->peer;
    known->peer = peer;
    memcpy(known->name, name, (size_t)outlet->name_length);
}

static int widen(struct outlet *outlet) {
    struct known *before = outlet->known;
    uint32_t room = outlet->known_room;
    struct known *wider = calloc(2 * room, sizeof *wider);
    if (!wider)
        return 0;
    outlet->known = wider;
    outlet->known_room = 2 * room;
    outlet->known_count = 0;
    for (uint32_t place = 0; place < room; place++)
        if (before[place].peer)
            enter(outlet, before[place].name, before[place].peer);
    free(before);
    return 1;
}

/* Know a peer by an address; 0 if there is no memory for it. */
int outlet_put(struct outlet *outlet, uint8_t *name, struct peer *peer) {
    if (2 * outlet->known_count >= outlet->known_room && !widen(outlet))
        return 0;
    enter(outlet, name, peer);
    return 1;
}

/* Forget an address; those that follow without a gap are put in anew. */
void outlet_drop(struct outlet *outlet, uint8_t *name) {
    uint32_t place = seek(outlet, name);
    if (!outlet->known[place].peer)
        return;
    outlet->known[place].peer = NULL;
    outlet->known_count--;
    for (;;) {
        place = (place + 1) & (outlet->known_room - 1);
        struct known moved = outlet->known[place];
        if (!moved.peer)
            return;
        outlet->known[place].peer = NULL;
        outlet->known_count--;
        enter(outlet, moved.name, moved.peer);
    }
}
