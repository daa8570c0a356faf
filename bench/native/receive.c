/* What comes: receivers count it, publishers look for requests of key frames. */
#define _GNU_SOURCE
#include "engine.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, CONTROL = 64, NACK_EVERY = 200, HEAD = 192 /* RTP headers, a sender report */ };

struct datagram {
    uint8_t *data;
    int size;        /* of what was copied, not more than was asked for */
    int64_t arrival; /* CLOCK_REALTIME, the kernel's */
};

struct batch {
    uint8_t data[BATCH][PACKET];
    char control[BATCH][CONTROL];
    struct iovec vectors[BATCH];
    struct mmsghdr headers[BATCH];
};

static struct batch batch; /* of the engine's only thread */

static int64_t arrival(struct msghdr *header)
{
    struct cmsghdr *control = CMSG_FIRSTHDR(header);
    if (!control || control->cmsg_type != SCM_TIMESTAMPNS)
        return clock_ns(CLOCK_REALTIME);
    struct timespec at;
    memcpy(&at, CMSG_DATA(control), sizeof at);
    return at.tv_sec * SECOND + at.tv_nsec;
}

/* The kernel shortens what it was told of the room for control data: only of what came. */
static void make_room(int count, size_t size)
{
    for (int index = 0; index < count; index++) {
        batch.vectors[index] = (struct iovec){batch.data[index], size};
        struct msghdr *header = &batch.headers[index].msg_hdr;
        header->msg_iov = &batch.vectors[index];
        header->msg_iovlen = 1;
        header->msg_control = batch.control[index];
        header->msg_controllen = CONTROL;
    }
}

/* So many octets of each datagram at most: most of a picture's packet is in the cache of the core
 * that sent it, and dear to fetch. */
static int receive(int socket, size_t size)
{
    static size_t last;
    static int used;
    make_room(size == last ? used : BATCH, size);
    last = size;
    int came = recvmmsg(socket, batch.headers, BATCH, MSG_DONTWAIT, NULL);
    used = came > 0 ? came : 0;
    return came;
}

static struct datagram datagram(int index)
{
    struct mmsghdr *header = &batch.headers[index];
    return (struct datagram){batch.data[index], header->msg_len, arrival(&header->msg_hdr)};
}

/* Where the payload begins, 0 if the header is broken; the transport-wide number, -1: none. */
static int header_end(const struct datagram *got, int wide_id, int *wide)
{
    int at = 12 + (got->data[0] & 15) * 4;
    *wide = -1;
    if (!(got->data[0] & 16))
        return at < got->size ? at : 0;
    if (at + 4 > got->size)
        return 0;
    int end = at + 4 + get16(got->data + at + 2) * 4;
    if (end > got->size)
        return 0;
    for (at += 4; at < end;) {
        int size = (got->data[at] & 15) + 1;
        if (!got->data[at])
            size = 0;
        else if (got->data[at] >> 4 == wide_id && at + 2 < end)
            *wide = get16(got->data + at + 1);
        at += 1 + size;
    }
    return end;
}

static const struct known *recognise(struct engine *engine, const uint8_t *payload, int size)
{
    uint64_t hash = payload_hash(payload, size);
    size_t at = hash & (engine->known_size - 1);
    while (engine->known[at].hash && engine->known[at].hash != hash)
        at = (at + 1) & (engine->known_size - 1);
    return engine->known[at].hash && engine->known[at].index >= 0 ? &engine->known[at] : NULL;
}

static int stream_of(const struct publisher *publisher, int clip)
{
    for (int index = 0; index < publisher->count; index++)
        if (publisher->streams[index].plan.clip == clip)
            return index;
    return -1;
}

/* Note another layer: what the old one lacked until now was lost. */
static void moved(struct hearing *hearing, int stream, uint64_t place)
{
    if (hearing->stream >= 0 && hearing->stream != stream) {
        if (hearing->last > hearing->from)
            hearing->expected += hearing->last - hearing->from;
        hearing->from = hearing->last = place;
        memset(hearing->bits, 0, sizeof hearing->bits);
        hearing->newest = 0;
    }
    hearing->stream = stream;
}

/* Decrypt one and find which of the publisher's packets it is; whether it is authentic. */
static bool look(struct engine *engine, struct watcher *watcher, struct hearing *hearing,
                 const struct datagram *got, int start)
{
    uint8_t plain[PACKET];
    int size = got->size;
    memcpy(plain, got->data, size);
    if (engine->ciphers.unprotect(watcher->end.inbound, plain, &size) || size <= start) {
        engine->figures.unknown++;
        return false;
    }
    const struct known *known = recognise(engine, plain + start, size - start);
    struct publisher *publisher = engine->publishers[watcher->plan.room];
    int stream = known ? stream_of(publisher, known->clip) : -1;
    if (stream < 0) {
        engine->figures.unknown++;
        return true;
    }
    uint64_t place = publisher->streams[stream].latest[known->index];
    moved(hearing, stream, place);
    hearing->shift = get16(got->data + 2) - place;
    if (engine->clips[known->clip].flags[known->index] & KEY_PICTURE && !watcher->seen &&
        publisher->streams[stream].plan.video) {
        watcher->seen = true;
        watcher->seen_at = got->arrival;
    }
    return true;
}

/* Whether a place came for the first time; what is older than the window counts as seen. */
static bool fresh(struct hearing *hearing, uint64_t place)
{
    if (place + WINDOW_BITS < hearing->newest)
        return false;
    if (place >= hearing->newest + WINDOW_BITS)
        memset(hearing->bits, 0, sizeof hearing->bits);
    else
        for (uint64_t at = hearing->newest; at <= place; at++)
            hearing->bits[at % WINDOW_BITS / 64] &= ~(UINT64_C(1) << at % 64);
    if (place >= hearing->newest)
        hearing->newest = place + 1;
    uint64_t *word = &hearing->bits[place % WINDOW_BITS / 64], bit = UINT64_C(1) << place % 64;
    bool first = !(*word & bit);
    *word |= bit;
    return first;
}

/* Whether the publisher has a better layer than this stream; layers are in order, lowest first. */
static bool is_low(const struct publisher *publisher, int stream)
{
    if (!publisher->streams[stream].plan.video)
        return false;
    for (int index = stream + 1; index < publisher->count; index++)
        if (publisher->streams[index].plan.video)
            return true;
    return false;
}

static void count(struct engine *engine, struct watcher *watcher, struct hearing *hearing,
                  const struct datagram *got)
{
    struct publisher *publisher = engine->publishers[watcher->plan.room];
    struct stream *stream = &publisher->streams[hearing->stream];
    uint16_t behind = stream->place - (uint16_t)(get16(got->data + 2) - hearing->shift);
    if (!behind || behind > stream->place)
        return;
    uint64_t place = stream->place - behind;
    int64_t sent = stream->sent[place % RING];
    if (!fresh(hearing, place) || sent < engine->begin || sent >= engine->end)
        return;
    engine->figures.forwarded++;
    engine->figures.lowered += is_low(publisher, hearing->stream);
    histogram_add(&engine->delays, got->arrival - sent);
    if (!hearing->whole || place < hearing->from)
        return;
    hearing->received++;
    if (place >= hearing->last)
        hearing->last = place + 1;
}

/* What receiver reports need (RFC 3550, A.1). */
static void account(struct hearing *hearing, const uint8_t *packet)
{
    uint16_t sequence = get16(packet + 2);
    if (!hearing->begun) {
        hearing->begun = true;
        hearing->first = hearing->highest = sequence;
        hearing->ssrc = get32(packet + 8);
    } else if ((uint16_t)(sequence - hearing->highest) < 0x8000) {
        hearing->cycles += sequence < hearing->highest;
        hearing->highest = sequence;
    }
    hearing->packets++;
}

static void take(struct engine *engine, struct watcher *watcher, const struct datagram *got,
                 bool whole)
{
    int wide, type = got->data[1] & 127, start = header_end(got, watcher->plan.wide_id, &wide);
    if (!start)
        return;
    if (wide >= 0 && watcher->wides < WIDE) {
        watcher->wide[watcher->wides] = wide;
        watcher->arrivals[watcher->wides++] = got->arrival;
    }
    bool video = type == watcher->plan.video_type;
    if (!video && type != watcher->plan.audio_type) {
        engine->figures.repaired++;
        return;
    }
    struct hearing *hearing = &watcher->heard[video];
    account(hearing, got->data);
    bool wanted = watcher->plan.each == 1 || hearing->stream < 0 || (video && !watcher->seen);
    if (whole && (wanted || !hearing->looked)) {
        hearing->looked = true;
        if (!look(engine, watcher, hearing, got, start))
            return; /* what is forged did not come */
    }
    if (hearing->stream >= 0)
        count(engine, watcher, hearing, got);
    if (video && ++watcher->count % NACK_EVERY == 0)
        watcher_nack(engine, watcher, hearing->ssrc, get16(got->data + 2));
}

static void sender_report(struct engine *engine, struct watcher *watcher,
                          const struct datagram *got)
{
    int size = got->size;
    if (engine->ciphers.unprotect_rtcp(watcher->end.inbound, got->data, &size))
        return;
    for (int at = 0; at + 28 <= size; at += 4 + 4 * get16(got->data + at + 2))
        for (int kind = 0; kind < 2 && got->data[at + 1] == 200; kind++) {
            struct hearing *hearing = &watcher->heard[kind];
            if (!hearing->begun || hearing->ssrc != get32(got->data + at + 4))
                continue;
            hearing->sender_time = get32(got->data + at + 10);
            hearing->sender_at = got->arrival;
        }
}

static bool is_rtcp(const uint8_t *data)
{
    return data[1] >= 192 && data[1] <= 223; /* RFC 5761, 4 */
}

/* Whether packets are wanted whole, to look into them. */
static bool looks(struct watcher *watcher)
{
    bool unknown = !watcher->seen;
    for (int kind = 0; kind < 2; kind++) {
        struct hearing *hearing = &watcher->heard[kind];
        hearing->looked = false;
        unknown |= hearing->begun && hearing->stream < 0;
    }
    return unknown || watcher->turns++ % watcher->plan.each == 0;
}

/* Count all that waits on a receiver's socket. */
void watcher_drain(struct engine *engine, struct watcher *watcher)
{
    bool whole = looks(watcher);
    int came;
    do {
        came = receive(watcher->end.socket, whole ? PACKET : HEAD);
        for (int index = 0; index < came; index++) {
            struct datagram got = datagram(index);
            if (got.size < 12 || got.data[0] >> 6 != 2)
                continue;
            if (is_rtcp(got.data))
                sender_report(engine, watcher, &got);
            else
                take(engine, watcher, &got, whole);
        }
    } while (came == BATCH);
}

static void want_key(struct publisher *publisher, uint32_t ssrc)
{
    for (int index = 0; index < publisher->count; index++)
        if (publisher->streams[index].plan.ssrc == ssrc)
            publisher->streams[index].skip = publisher->streams[index].plan.video;
}

static void read_requests(struct publisher *publisher, const uint8_t *data, int size)
{
    for (int at = 0; at + 12 <= size; at += 4 + 4 * get16(data + at + 2)) {
        int kind = data[at] & 31;
        if (data[at + 1] != 206)
            continue;
        if (kind == 1)
            want_key(publisher, get32(data + at + 8));
        if (kind == 4 && at + 16 <= size)
            want_key(publisher, get32(data + at + 12));
    }
}

/* Read what the server says to a publisher. */
void publisher_drain(struct engine *engine, struct publisher *publisher)
{
    int came;
    do {
        came = receive(publisher->end.socket, PACKET);
        for (int index = 0; index < came; index++) {
            struct datagram got = datagram(index);
            int size = got.size;
            if (size < 12 || got.data[0] >> 6 != 2 || !is_rtcp(got.data))
                continue;
            if (!engine->ciphers.unprotect_rtcp(publisher->end.inbound, got.data, &size))
                read_requests(publisher, got.data, size);
        }
    } while (came == BATCH);
}
