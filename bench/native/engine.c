/* Tables, the thread and what Python calls. */
#define _GNU_SOURCE
#include "engine.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

enum {
    TICK_NS = 2000000, EVENTS = 64, PEERS = 8192,
    TURNS = 10, /* ticks in which every receiver is looked after once */
    LOOKED_AFTER = 32, /* receivers between two looks at what is due to be sent */
};

int64_t clock_ns(int which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

void put16(uint8_t *at, uint32_t value)
{
    at[0] = value >> 8;
    at[1] = value;
}

void put24(uint8_t *at, uint32_t value)
{
    at[0] = value >> 16;
    put16(at + 1, value);
}

void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

uint16_t get16(const uint8_t *at)
{
    return at[0] << 8 | at[1];
}

uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

void histogram_add(struct histogram *histogram, int64_t value)
{
    int64_t bucket = value < 0 ? 0 : value / BUCKET_NS;
    histogram->buckets[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    histogram->count++;
    if (value > histogram->worst)
        histogram->worst = value;
}

double histogram_ms(const struct histogram *histogram, double share)
{
    uint64_t wanted = histogram->count * share, passed = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        passed += histogram->buckets[bucket];
        if (passed > wanted)
            return (bucket + 0.5) * BUCKET_NS / 1e6;
    }
    return 0;
}

static void histogram_clear(struct histogram *histogram)
{
    memset(histogram->buckets, 0, BUCKETS * sizeof *histogram->buckets);
    histogram->count = 0;
    histogram->worst = 0;
}

/* FNV-1a over the size and the last 64 octets: enough to tell compressed payloads apart. */
uint64_t payload_hash(const uint8_t *data, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ size;
    for (size_t at = size > 64 ? size - 64 : 0; at < size; at++)
        hash = (hash ^ data[at]) * UINT64_C(0x100000001b3);
    return hash ? hash : 1;
}

struct engine *engine_new(const struct ciphers *ciphers)
{
    struct engine *engine = calloc(1, sizeof *engine);
    engine->ciphers = *ciphers;
    /* Who holds it for Python runs as urgently as the thread that waits for it. */
    pthread_mutexattr_t inherit;
    pthread_mutexattr_init(&inherit);
    pthread_mutexattr_setprotocol(&inherit, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&engine->mutex, &inherit);
    engine->epoll = epoll_create1(EPOLL_CLOEXEC);
    engine->publishers = calloc(PEERS, sizeof *engine->publishers);
    engine->watchers = calloc(PEERS, sizeof *engine->watchers);
    engine->known_size = 1 << 17;
    engine->known = calloc(engine->known_size, sizeof *engine->known);
    engine->delays.buckets = calloc(BUCKETS, sizeof(uint32_t));
    engine->lates.buckets = calloc(BUCKETS, sizeof(uint32_t));
    return engine;
}

static void learn(struct engine *engine, uint64_t hash, int clip, int index)
{
    size_t at = hash & (engine->known_size - 1);
    while (engine->known[at].hash && engine->known[at].hash != hash)
        at = (at + 1) & (engine->known_size - 1);
    if (engine->known[at].hash)
        index = -1;
    engine->known[at] = (struct known){hash, clip, index};
}

/* Keep a clip of so many payloads; its number, or -1 if there are too many. */
int engine_clip(struct engine *engine, const uint8_t *data, const uint32_t *ends,
                const uint8_t *flags, int packets)
{
    if (engine->clip_count == CLIPS || (size_t)packets > engine->known_size / CLIPS)
        return -1;
    struct clip *clip = &engine->clips[engine->clip_count];
    clip->packets = packets;
    clip->data = malloc(ends[packets - 1]);
    memcpy(clip->data, data, ends[packets - 1]);
    clip->ends = malloc(packets * sizeof *ends);
    memcpy(clip->ends, ends, packets * sizeof *ends);
    clip->flags = malloc(packets);
    memcpy(clip->flags, flags, packets);
    for (int index = 0, start = 0; index < packets; start = ends[index++])
        learn(engine, payload_hash(data + start, ends[index] - start), engine->clip_count, index);
    return engine->clip_count++;
}

static void take_end(struct end *end, const struct end_plan *plan)
{
    end->socket = plan->socket;
    end->outbound = plan->outbound;
    end->inbound = plan->inbound;
    end->check_size = plan->check_size < sizeof end->check ? plan->check_size : 0;
    memcpy(end->check, plan->check, end->check_size);
    end->check_at = end->report_at = clock_ns(CLOCK_MONOTONIC);
}

static int listen_to(struct engine *engine, int socket, int publisher)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = publisher};
    return epoll_ctl(engine->epoll, EPOLL_CTL_ADD, socket, &event);
}

/* One more publisher, which begins at once; its number is the room's, -1 if it can't be. */
int engine_publish(struct engine *engine, const struct end_plan *end,
                   const struct stream_plan *streams, int count)
{
    if (engine->publisher_count == PEERS || count > STREAMS)
        return -1;
    struct publisher *publisher = calloc(1, sizeof *publisher);
    take_end(&publisher->end, end);
    publisher->count = count;
    publisher->start = clock_ns(CLOCK_MONOTONIC);
    for (int index = 0; index < count; index++) {
        struct stream *stream = &publisher->streams[index];
        stream->plan = streams[index];
        stream->sent = calloc(RING, sizeof *stream->sent);
        stream->latest = calloc(engine->clips[stream->plan.clip].packets, sizeof(uint64_t));
    }
    pthread_mutex_lock(&engine->mutex);
    int number = engine->publisher_count++;
    engine->publishers[number] = publisher;
    int failed = listen_to(engine, publisher->end.socket, number);
    pthread_mutex_unlock(&engine->mutex);
    return failed ? -1 : number;
}

/* One more receiver of what `plan->room` publishes; its number, -1 if it can't be. */
int engine_watch(struct engine *engine, const struct end_plan *end, const struct watch_plan *plan)
{
    if (engine->watcher_count == PEERS || plan->room >= engine->publisher_count)
        return -1;
    struct watcher *watcher = calloc(1, sizeof *watcher);
    take_end(&watcher->end, end);
    watcher->plan = *plan;
    watcher->heard[0].stream = watcher->heard[1].stream = -1;
    watcher->wide_at = watcher->end.check_at;
    pthread_mutex_lock(&engine->mutex);
    int number = engine->watcher_count++;
    engine->watchers[number] = watcher;
    pthread_mutex_unlock(&engine->mutex);
    return number;
}

/* Send what is due. */
static void send_all(struct engine *engine)
{
    int64_t now = clock_ns(CLOCK_MONOTONIC);
    for (int index = 0; index < engine->publisher_count; index++)
        publisher_send(engine, engine->publishers[index], now);
}

/* Read what servers ask of publishers. */
static void drain(struct engine *engine)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(engine->epoll, events, EVENTS, 0);
    for (int index = 0; index < count; index++)
        publisher_drain(engine, engine->publishers[events[index].data.u32]);
}

/* See to one receiver in `TURNS`. What waits on a socket has the kernel's time of arrival, so that
 * looking seldom costs no accuracy; it costs far less than a look at each packet, here and, since
 * nobody is to be woken, on the server's core. A thousand of one burst hold no publisher up. */
static void look_after(struct engine *engine)
{
    int turn = engine->turn++ % TURNS, seen = 0;
    for (int index = turn; index < engine->watcher_count; index += TURNS) {
        struct watcher *watcher = engine->watchers[index];
        watcher_drain(engine, watcher);
        watcher_feedback(engine, watcher, clock_ns(CLOCK_MONOTONIC));
        if (++seen % LOOKED_AFTER == 0)
            send_all(engine);
    }
}

/* The window ends where it is noticed, between two packets, so that no packet is half in it. */
static void close_window(struct engine *engine)
{
    int64_t now = clock_ns(CLOCK_REALTIME);
    if (engine->end != INT64_MAX || now < engine->until)
        return;
    engine->end = now;
    for (int index = 0; index < engine->publisher_count; index++)
        for (int one = 0; one < engine->publishers[index]->count; one++) {
            struct stream *stream = &engine->publishers[index]->streams[one];
            stream->high = stream->place;
        }
}

static void turn(struct engine *engine)
{
    pthread_mutex_lock(&engine->mutex);
    close_window(engine);
    send_all(engine);
    drain(engine);
    look_after(engine);
    pthread_mutex_unlock(&engine->mutex);
}

static void *run(void *given)
{
    struct engine *engine = given;
    /* Before whatever else runs on this core, where that may be asked for: it must not send late. */
    pthread_setschedparam(pthread_self(), SCHED_RR, &(struct sched_param){.sched_priority = 1});
    while (!__atomic_load_n(&engine->stopping, __ATOMIC_RELAXED)) {
        int64_t next = clock_ns(CLOCK_MONOTONIC) + TICK_NS;
        turn(engine);
        struct timespec until = {next / SECOND, next % SECOND};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    }
    return NULL;
}

/* Run the thread; 0 if it runs. */
int engine_start(struct engine *engine)
{
    return pthread_create(&engine->thread, NULL, run, engine);
}

/* End the thread. The tables stay: the process ends next. */
void engine_stop(struct engine *engine)
{
    __atomic_store_n(&engine->stopping, true, __ATOMIC_RELAXED);
    pthread_join(engine->thread, NULL);
}

/* Receivers that saw their first picture since the last call; how many were written. */
int engine_seen(struct engine *engine, struct seen *into, int limit)
{
    int count = 0;
    pthread_mutex_lock(&engine->mutex);
    int64_t now = clock_ns(CLOCK_REALTIME);
    for (int index = 0; index < engine->watcher_count && count < limit; index++) {
        struct watcher *watcher = engine->watchers[index];
        if (!watcher->seen || watcher->told)
            continue;
        watcher->told = true;
        into[count++] = (struct seen){index, now - watcher->seen_at};
    }
    pthread_mutex_unlock(&engine->mutex);
    return count;
}

static void begin_hearing(struct publisher *publisher, struct hearing *hearing)
{
    hearing->whole = hearing->stream >= 0;
    hearing->expected = hearing->received = 0;
    if (hearing->whole)
        hearing->from = hearing->last = publisher->streams[hearing->stream].place;
}

/* Open a window: what is sent from now on counts. */
void engine_begin(struct engine *engine, int64_t duration_ns)
{
    pthread_mutex_lock(&engine->mutex);
    memset(&engine->figures, 0, sizeof engine->figures);
    histogram_clear(&engine->delays);
    histogram_clear(&engine->lates);
    engine->begin = clock_ns(CLOCK_REALTIME);
    engine->until = engine->begin + duration_ns;
    engine->end = INT64_MAX;
    for (int index = 0; index < engine->watcher_count; index++) {
        struct watcher *watcher = engine->watchers[index];
        for (int kind = 0; kind < 2; kind++)
            begin_hearing(engine->publishers[watcher->plan.room], &watcher->heard[kind]);
    }
    pthread_mutex_unlock(&engine->mutex);
}

static void sum_up(struct engine *engine, struct watcher *watcher)
{
    struct publisher *publisher = engine->publishers[watcher->plan.room];
    for (int kind = 0; kind < 2; kind++) {
        struct hearing *hearing = &watcher->heard[kind];
        if (!hearing->whole)
            continue;
        struct stream *stream = &publisher->streams[hearing->stream];
        engine->figures.expected += hearing->expected + stream->high - hearing->from;
        engine->figures.received += hearing->received;
    }
}

/* What came of the window; call it once, when the last packets have had time to come. */
void engine_figures(struct engine *engine, struct figures *into)
{
    pthread_mutex_lock(&engine->mutex);
    for (int index = 0; index < engine->watcher_count; index++)
        sum_up(engine, engine->watchers[index]);
    engine->figures.median_ms = histogram_ms(&engine->delays, 0.5);
    engine->figures.p99_ms = histogram_ms(&engine->delays, 0.99);
    engine->figures.worst_ms = engine->delays.worst / 1e6;
    engine->figures.late_ms = histogram_ms(&engine->lates, 0.99);
    engine->end = 0;
    *into = engine->figures;
    pthread_mutex_unlock(&engine->mutex);
}
