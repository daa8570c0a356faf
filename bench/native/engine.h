/* The load generator's sending and receiving. What Python may call is declared between the marks
 * (bench/engine.py reads it there); one thread owns all sockets, a mutex guards all tables. */
#ifndef BENCH_ENGINE_H
#define BENCH_ENGINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* <declared> */
typedef int (*cipher)(void *session, void *packet, int *length);

struct ciphers {
    cipher protect, unprotect, protect_rtcp, unprotect_rtcp;
};

struct stream_plan {
    uint32_t ssrc, clock_rate;
    int clip;                 /* by engine_clip */
    int payload_type, video;
    int64_t every_ns;         /* from picture to picture, or sound to sound */
    char mid[17], rid[17];    /* an empty rid: one layer */
    int mid_id, time_id, wide_id, level_id, rid_id; /* header extensions; 0: none */
};

struct end_plan {
    int socket;               /* connected, non-blocking, with SO_TIMESTAMPNS */
    void *outbound, *inbound; /* srtp_t */
    const uint8_t *check;     /* an ICE check, sent again and again; its copy is kept */
    size_t check_size;
};

struct watch_plan {
    int room;
    int video_type, audio_type; /* payload types */
    int wide_id;
    int remb;                 /* also tell a bandwidth, as clients without transport-cc do */
    int each;                 /* every so many turns its packets are looked into; 1: each packet */
};

struct seen {
    int watcher;
    int64_t after_ns;         /* how long ago its first picture came */
};

struct figures {
    uint64_t expected, received;  /* by those who watched before the window began */
    uint64_t forwarded;           /* by all */
    uint64_t lowered;             /* of them: of a picture that its publisher sends better too */
    uint64_t repaired, nacks, wide_feedbacks, unknown;
    double median_ms, p99_ms, worst_ms, late_ms;
};

struct engine *engine_new(const struct ciphers *ciphers);
int engine_clip(struct engine *engine, const uint8_t *data, const uint32_t *ends,
                const uint8_t *flags, int packets);
int engine_publish(struct engine *engine, const struct end_plan *end,
                   const struct stream_plan *streams, int count);
int engine_watch(struct engine *engine, const struct end_plan *end, const struct watch_plan *plan);
int engine_start(struct engine *engine);
void engine_stop(struct engine *engine);
int engine_seen(struct engine *engine, struct seen *into, int limit);
void engine_begin(struct engine *engine, int64_t duration_ns);
void engine_figures(struct engine *engine, struct figures *into);
/* </declared> */

enum {
    LAST_OF_PICTURE = 1, KEY_PICTURE = 2,
    STREAMS = 4, RING = 65536, PACKET = 2048, WIDE = 512, BUCKETS = 100000,
    CLIPS = 8, WINDOW_BITS = 4096,
};
#define SECOND INT64_C(1000000000)
#define BUCKET_NS 10000 /* of the histograms */

struct clip {
    uint8_t *data;
    uint32_t *ends;
    uint8_t *flags;
    int packets;
};

struct known {                /* a payload of a clip, found by what it ends with */
    uint64_t hash;
    int clip, index;          /* index -1: two are alike */
};

struct stream {
    struct stream_plan plan;
    uint64_t place;           /* of the next packet, counted from 0 */
    uint64_t low, high;       /* places at the ends of the window */
    int64_t *sent;            /* CLOCK_REALTIME by place modulo RING */
    uint64_t *latest;         /* place by packet of the clip */
    int next;                 /* packet of the clip */
    int64_t taken;            /* pictures so far */
    uint32_t timestamp, octets;
    bool skip;                /* to the next key picture */
};

struct end {
    int socket;
    void *outbound, *inbound;
    uint8_t check[256];
    size_t check_size;
    int64_t check_at, report_at;
};

struct publisher {
    struct end end;
    struct stream streams[STREAMS];
    int count;
    uint16_t wide;
    int64_t start;            /* CLOCK_MONOTONIC */
};

struct hearing {              /* one stream as one receiver gets it */
    uint32_t ssrc;
    int stream;               /* of the publisher; -1: nothing recognised yet */
    uint16_t shift;           /* sequence number minus place */
    bool whole;               /* recognised before the window began */
    bool looked;              /* into one of its packets, this turn */
    uint64_t from, last, expected, received;
    uint64_t bits[WINDOW_BITS / 64], newest; /* places that came; the newest of them, plus one */
    uint32_t packets, cycles;
    uint32_t told_expected, told_received, first;
    uint16_t highest;
    uint32_t sender_time;     /* middle of the NTP time of the last sender report */
    int64_t sender_at;
    bool begun;
};

struct watcher {
    struct end end;
    struct watch_plan plan;
    struct hearing heard[2];  /* sound, picture */
    bool seen, told;
    unsigned turns;           /* in which it was looked after */
    int64_t seen_at;          /* CLOCK_REALTIME */
    uint32_t count;
    int64_t wide_at;
    int wides;
    uint16_t wide[WIDE];
    int64_t arrivals[WIDE];
    uint8_t feedbacks;
};

struct histogram {
    uint32_t *buckets;
    uint64_t count;
    int64_t worst;
};

struct engine {
    struct ciphers ciphers;
    pthread_mutex_t mutex;
    pthread_t thread;
    bool stopping;
    int epoll;                /* of publishers; receivers are looked after in turn */
    unsigned turn;
    struct clip clips[CLIPS];
    int clip_count;
    struct known *known;
    size_t known_size;
    struct publisher **publishers;
    int publisher_count;
    struct watcher **watchers;
    int watcher_count, told;
    int64_t begin, end;       /* CLOCK_REALTIME of the window; end 0: none is open */
    int64_t until;
    struct figures figures;
    struct histogram delays, lates;
};

int64_t clock_ns(int which);
void put16(uint8_t *at, uint32_t value);
void put24(uint8_t *at, uint32_t value);
void put32(uint8_t *at, uint32_t value);
uint16_t get16(const uint8_t *at);
uint32_t get32(const uint8_t *at);
void histogram_add(struct histogram *histogram, int64_t value);
double histogram_ms(const struct histogram *histogram, double share);
uint64_t payload_hash(const uint8_t *data, size_t size);

/* send.c */
void publisher_send(struct engine *engine, struct publisher *publisher, int64_t now);
void end_send_rtcp(struct engine *engine, struct end *end, uint8_t *packet, int size);
/* receive.c */
void watcher_drain(struct engine *engine, struct watcher *watcher);
void publisher_drain(struct engine *engine, struct publisher *publisher);
/* feedback.c */
void watcher_feedback(struct engine *engine, struct watcher *watcher, int64_t now);
void watcher_nack(struct engine *engine, struct watcher *watcher, uint32_t ssrc, uint16_t sequence);

#endif
