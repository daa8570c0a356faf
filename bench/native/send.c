/* Publishers: looped clips as a browser would send them. */
#define _GNU_SOURCE
#include "engine.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, NTP_EPOCH = 0x83AA7E80u, AUDIO_LEVEL = 0x9e };

struct batch {
    uint8_t data[BATCH][PACKET];
    int sizes[BATCH], count;
};

static struct batch batch; /* of the engine's only thread */

static void flush(struct end *end)
{
    struct mmsghdr headers[BATCH];
    struct iovec vectors[BATCH];
    memset(headers, 0, sizeof *headers * batch.count);
    for (int index = 0; index < batch.count; index++) {
        vectors[index] = (struct iovec){batch.data[index], batch.sizes[index]};
        headers[index].msg_hdr.msg_iov = &vectors[index];
        headers[index].msg_hdr.msg_iovlen = 1;
    }
    int sent = 0, taken;
    while (sent < batch.count) {
        taken = sendmmsg(end->socket, headers + sent, batch.count - sent, MSG_DONTWAIT);
        if (taken <= 0)
            break; /* the network's loss like any other */
        sent += taken;
    }
    batch.count = 0;
}

static uint8_t *element(uint8_t *at, int id, const void *data, size_t size)
{
    if (!id || !size)
        return at;
    *at++ = id << 4 | (size - 1);
    memcpy(at, data, size);
    return at + size;
}

/* One-byte header extensions (RFC 8285, 4.2). */
static uint8_t *extensions(const struct stream_plan *plan, uint8_t *at, int64_t now, uint16_t wide)
{
    uint8_t number[3], *start = at;
    at += 4;
    at = element(at, plan->mid_id, plan->mid, strlen(plan->mid));
    at = element(at, plan->rid_id, plan->rid, strlen(plan->rid));
    put24(number, ((now / SECOND) << 18) + (((now % SECOND) << 18) / SECOND));
    at = element(at, plan->time_id, number, 3);
    put16(number, wide);
    at = element(at, plan->wide_id, number, 2);
    number[0] = AUDIO_LEVEL;
    at = element(at, plan->level_id, number, 1);
    while ((at - start) % 4)
        *at++ = 0;
    put16(start, 0xBEDE);
    put16(start + 2, (at - start) / 4 - 1);
    return at;
}

static void send_packet(struct engine *engine, struct publisher *publisher, struct stream *stream)
{
    const struct clip *clip = &engine->clips[stream->plan.clip];
    int index = stream->next;
    uint32_t start = index ? clip->ends[index - 1] : 0, size = clip->ends[index] - start;
    bool marker = clip->flags[index] & LAST_OF_PICTURE;
    int64_t now = clock_ns(CLOCK_REALTIME);
    uint8_t *packet = batch.data[batch.count];
    packet[0] = 0x90;
    packet[1] = (marker ? 0x80 : 0) | stream->plan.payload_type;
    put16(packet + 2, stream->place);
    put32(packet + 4, stream->timestamp);
    put32(packet + 8, stream->plan.ssrc);
    uint8_t *payload = extensions(&stream->plan, packet + 12, now, publisher->wide++);
    memcpy(payload, clip->data + start, size);
    int length = payload - packet + size;
    stream->latest[index] = stream->place;
    stream->sent[stream->place++ % RING] = now;
    stream->octets += size;
    stream->next = (index + 1) % clip->packets;
    if (engine->ciphers.protect(publisher->end.outbound, packet, &length))
        return;
    batch.sizes[batch.count++] = length;
    if (batch.count == BATCH)
        flush(&publisher->end);
}

static void skip_to_key(const struct clip *clip, struct stream *stream)
{
    stream->skip = false;
    while (!(clip->flags[stream->next] & KEY_PICTURE))
        stream->next = (stream->next + 1) % clip->packets;
}

static void send_picture(struct engine *engine, struct publisher *publisher, struct stream *stream)
{
    const struct clip *clip = &engine->clips[stream->plan.clip];
    if (stream->skip)
        skip_to_key(clip, stream);
    double seconds = (double)(stream->taken * stream->plan.every_ns) / SECOND;
    stream->timestamp = (uint32_t)(int64_t)(seconds * stream->plan.clock_rate);
    bool last;
    do {
        last = clip->flags[stream->next] & LAST_OF_PICTURE;
        send_packet(engine, publisher, stream);
    } while (!last);
    stream->taken++;
}

/* Encrypt and send an RTCP packet whose buffer has room for the cipher. */
void end_send_rtcp(struct engine *engine, struct end *end, uint8_t *packet, int size)
{
    if (!engine->ciphers.protect_rtcp(end->outbound, packet, &size))
        send(end->socket, packet, size, MSG_DONTWAIT);
}

static void sender_reports(struct engine *engine, struct publisher *publisher)
{
    uint8_t packet[STREAMS * 28 + 64];
    int size = 0;
    int64_t now = clock_ns(CLOCK_REALTIME);
    for (int index = 0; index < publisher->count; index++, size += 28) {
        const struct stream *stream = &publisher->streams[index];
        uint8_t *at = packet + size;
        put32(at, 0x80C80006);
        put32(at + 4, stream->plan.ssrc);
        put32(at + 8, now / SECOND + NTP_EPOCH);
        put32(at + 12, ((now % SECOND) << 32) / SECOND);
        put32(at + 16, stream->timestamp);
        put32(at + 20, stream->place);
        put32(at + 24, stream->octets);
    }
    end_send_rtcp(engine, &publisher->end, packet, size);
}

/* Send what is due. */
void publisher_send(struct engine *engine, struct publisher *publisher, int64_t now)
{
    for (int index = 0; index < publisher->count; index++) {
        struct stream *stream = &publisher->streams[index];
        int64_t due;
        while ((due = publisher->start + stream->taken * stream->plan.every_ns) <= now) {
            if (engine->end == INT64_MAX)
                histogram_add(&engine->lates, now - due);
            send_picture(engine, publisher, stream);
        }
    }
    flush(&publisher->end);
    if (now >= publisher->end.report_at) {
        publisher->end.report_at = now + SECOND;
        sender_reports(engine, publisher);
    }
    if (now >= publisher->end.check_at) {
        publisher->end.check_at = now + 5 * SECOND / 2;
        send(publisher->end.socket, publisher->end.check, publisher->end.check_size, MSG_DONTWAIT);
    }
}
