/* What a receiver says: transport-wide feedback, reports, requests for retransmission. */
#define _GNU_SOURCE
#include "engine.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { OURS = 1, ROOM = 64, REMB_BPS = 5000000 };
#define WIDE_NS (SECOND / 10)
#define CHECK_NS (5 * SECOND / 2)

/* A generic NACK of one packet (RFC 4585, 6.2.1). */
void watcher_nack(struct engine *engine, struct watcher *watcher, uint32_t ssrc, uint16_t sequence)
{
    uint8_t packet[16 + ROOM];
    put32(packet, 0x81CD0003);
    put32(packet + 4, OURS);
    put32(packet + 8, ssrc);
    put16(packet + 12, sequence);
    put16(packet + 14, 0);
    engine->figures.nacks++;
    end_send_rtcp(engine, &watcher->end, packet, 16);
}

static void block(struct hearing *hearing, uint8_t *at)
{
    uint32_t extended = hearing->cycles << 16 | hearing->highest;
    uint32_t expected = extended - hearing->first + 1;
    uint32_t due = expected - hearing->told_expected;
    int32_t lost = due - (hearing->packets - hearing->told_received);
    int32_t total = expected - hearing->packets;
    hearing->told_expected = expected;
    hearing->told_received = hearing->packets;
    put32(at, hearing->ssrc);
    at[4] = lost > 0 && due ? lost * 256 / due : 0;
    put24(at + 5, total > 0 ? total : 0);
    put32(at + 8, extended);
    put32(at + 12, 0);
    put32(at + 16, hearing->sender_time);
    int64_t since = clock_ns(CLOCK_REALTIME) - hearing->sender_at;
    put32(at + 20, hearing->sender_time ? (since * 4096 / SECOND) * 16 : 0);
}

/* Receiver estimated maximum bitrate, as clients tell it that know nothing better. */
static int remb(const struct watcher *watcher, uint8_t *at)
{
    int mantissa = REMB_BPS, exponent = 0;
    for (; mantissa >= 1 << 18; exponent++)
        mantissa >>= 1;
    put32(at, 0x8FCE0005);
    put32(at + 4, OURS);
    put32(at + 8, 0);
    memcpy(at + 12, "REMB", 4);
    at[16] = 1;
    put24(at + 17, (uint32_t)exponent << 18 | mantissa);
    put32(at + 20, watcher->heard[1].ssrc);
    return 24;
}

static void report(struct engine *engine, struct watcher *watcher)
{
    uint8_t packet[8 + 2 * 24 + 24 + ROOM];
    int count = 0;
    for (int kind = 0; kind < 2; kind++)
        if (watcher->heard[kind].begun)
            block(&watcher->heard[kind], packet + 8 + 24 * count++);
    put32(packet, 0x80C90001u + ((uint32_t)count << 24) + 6 * count);
    put32(packet + 4, OURS);
    int size = 8 + 24 * count;
    if (watcher->plan.remb && watcher->heard[1].begun)
        size += remb(watcher, packet + size);
    end_send_rtcp(engine, &watcher->end, packet, size);
}

static void sort_wides(struct watcher *watcher)
{
    for (int index = 1; index < watcher->wides; index++)
        for (int at = index; at > 0; at--) {
            if ((int16_t)(watcher->wide[at] - watcher->wide[at - 1]) >= 0)
                break;
            uint16_t number = watcher->wide[at];
            int64_t arrival = watcher->arrivals[at];
            watcher->wide[at] = watcher->wide[at - 1];
            watcher->arrivals[at] = watcher->arrivals[at - 1];
            watcher->wide[at - 1] = number;
            watcher->arrivals[at - 1] = arrival;
        }
}

struct symbols {
    uint8_t of[4 * WIDE]; /* 0 not received, 1 small delta, 2 large or negative */
    int count;
    int16_t deltas[WIDE]; /* in 250 microseconds, of those received */
    int received;
};

/* Fill in symbols and deltas; the reference time in 64 ms. */
static int64_t quantise(const struct watcher *watcher, struct symbols *symbols)
{
    int64_t reference = watcher->arrivals[0] / 64000000, before = reference * 256;
    memset(symbols, 0, sizeof *symbols);
    for (int index = 0; index < watcher->wides; index++) {
        int place = (uint16_t)(watcher->wide[index] - watcher->wide[0]);
        if (place >= 4 * WIDE)
            break;
        if (index && place < symbols->count)
            continue;
        int64_t at = watcher->arrivals[index] / 250000;
        int16_t delta = at - before;
        symbols->of[place] = delta >= 0 && delta < 256 ? 1 : 2;
        symbols->deltas[symbols->received++] = delta;
        symbols->count = place + 1;
        before = at;
    }
    return reference;
}

/* Run-length chunks where seven or more are alike, else vectors of seven. */
static uint8_t *chunks(const struct symbols *symbols, uint8_t *at)
{
    for (int place = 0; place < symbols->count; at += 2) {
        int run = 1;
        while (place + run < symbols->count && symbols->of[place + run] == symbols->of[place])
            run++;
        if (run >= 7) {
            put16(at, symbols->of[place] << 13 | run);
            place += run;
            continue;
        }
        uint32_t vector = 0xC000;
        for (int bit = 0; bit < 7 && place + bit < symbols->count; bit++)
            vector |= symbols->of[place + bit] << (12 - 2 * bit);
        put16(at, vector);
        place += 7;
    }
    return at;
}

static uint8_t *deltas(const struct symbols *symbols, uint8_t *at)
{
    for (int place = 0, index = 0; place < symbols->count; place++) {
        if (symbols->of[place] == 1)
            *at++ = symbols->deltas[index++];
        else if (symbols->of[place] == 2) {
            put16(at, symbols->deltas[index++]);
            at += 2;
        }
    }
    return at;
}

/* Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1). */
static void tell_wide(struct engine *engine, struct watcher *watcher)
{
    uint8_t packet[20 + 2 * 4 * WIDE + 2 * WIDE + ROOM];
    struct symbols symbols;
    sort_wides(watcher);
    int64_t reference = quantise(watcher, &symbols);
    put32(packet + 4, OURS);
    put32(packet + 8, watcher->heard[1].ssrc);
    put16(packet + 12, watcher->wide[0]);
    put16(packet + 14, symbols.count);
    put24(packet + 16, reference & 0xFFFFFF);
    packet[19] = watcher->feedbacks++;
    uint8_t *at = deltas(&symbols, chunks(&symbols, packet + 20));
    while ((at - packet) % 4)
        *at++ = 0;
    put32(packet, 0x8FCD0000u + (at - packet) / 4 - 1);
    watcher->wides = 0;
    engine->figures.wide_feedbacks++;
    end_send_rtcp(engine, &watcher->end, packet, at - packet);
}

/* Say what is due. */
void watcher_feedback(struct engine *engine, struct watcher *watcher, int64_t now)
{
    if (now >= watcher->wide_at) {
        watcher->wide_at += WIDE_NS;
        if (watcher->wides)
            tell_wide(engine, watcher);
    }
    if (now >= watcher->end.report_at) {
        watcher->end.report_at += SECOND;
        report(engine, watcher);
    }
    if (now >= watcher->end.check_at) {
        watcher->end.check_at += CHECK_NS;
        send(watcher->end.socket, watcher->end.check, watcher->end.check_size, MSG_DONTWAIT);
    }
}
