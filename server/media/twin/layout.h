/* What the compiled pump and Python share: C compiler and cffi both read this one declaration.
 * Plain declarations only, so that cffi can. Sizes are those of table.py, sockets.py and tap.py. */

#define HISTORY 512
#define JUMP 3000
#define BATCH 64
#define REPORTERS 128
#define SLOTS 4096
#define ROOM 0x400000
#define FEW 16
#define SEGMENTS 40
#define STRIDE 2048
#define PACKET_LIMIT 1600
#define NAME_LENGTH 28
#define ROW_WIDTH 64
#define TAP_LIMIT 65536
#define TAP_PACKETS 4096
#define DEPARTURES 1024
#define NACK_LIMIT 512
#define LAYERS 4
#define TEMPORAL 4
#define SPANS 64
#define SPAN 7
#define RECENT 16
#define MEASURED 8
#define COPIES 2
#define RED_SIZE 1100
#define MISSING_LIMIT 256
#define TRIPS 8
#define WIDE_MEMORY 2048
#define WIDE_MESSAGE 1400
#define PACED 512

/* A packet kept for retransmission; its payload is the history's own memory. */
struct kept {
    int64_t order; /* -1: nothing is kept here */
    uint8_t *payload;
    uint32_t timestamp;
    uint16_t size;
    uint16_t room; /* octets that `payload` has */
    uint8_t marker;
    uint8_t level;
};

/* A datagram as it went to one receiver; `data` is the ring's own memory. */
struct past {
    double at;
    uint8_t *data;
    uint16_t size;
    uint16_t room; /* octets that `data` has */
    uint16_t sequence;
    uint16_t unused;
};

/* The last datagrams of a slot that is sent again as it was: `recent.Recent`. */
struct recent {
    int64_t written;
    struct past past[RECENT];
};

/* What is known of a source, whoever publishes it. */
struct source {
    struct publication *current; /* its packets now, or none */
    struct publication *layers[LAYERS]; /* of a picture in layers all, else none */
    int64_t handle;              /* its number on the tap, -1 for none */
    int32_t open;
    int32_t recorded; /* the layer whose packets the tap gets, -1 without layers */
    int32_t to_record; /* the one it is to get from a key frame on */
    int32_t unused;
    void *self; /* the Python object, as cffi's handle */
};

/* Where one receiver that chooses layers or frames stands: `switching.Switch`, field by field. */
struct over {
    uint64_t *clocks; /* of each layer NTP and RTP timestamp of its last sender report */
    int64_t clock_rate;
    int64_t layer, wanted, limit, wanted_limit;
    int64_t sequence, timestamp, picture, base;
    int64_t out_sequence, out_timestamp, out_picture, out_base;
    int64_t moment, began, packets, octets;
    int64_t written, highest, frame, dropping;
    int32_t closes, fresh, started, unused;
    int64_t spans[SPANS * SPAN];
};

/* Sums of a least-squares line, as `path_input.Line` has them. */
struct line {
    int64_t groups;
    double x0, y0, x, y, xx, xy, yy;
};

/* What a receiver told since Python asked last: `PathInput` without what is in the path. */
struct record {
    int64_t packets;
    int64_t octets;
    int64_t lost;
    double least; /* this and the next: of this period; of no meaning while `packets` is 0 */
    double round_trip;
    struct line line;
    int64_t probed; /* whether more was heard of the probe */
};

/* The packets of one probe that came. */
struct cluster {
    int64_t number; /* 0: there was none */
    int64_t packets;
    int64_t octets;
    int64_t first; /* octets of the one that came first */
    int64_t last;  /* octets of the one that was sent last */
    double sent[2];
    double came[2];
};

/* A packet of a picture on its way out: where it is kept, and the numbers it is to bear. */
struct waiting {
    struct slot *slot;
    int64_t index;      /* the publisher's, as the next one */
    uint32_t timestamp;
    uint32_t moment;    /* its timestamp to the receiver */
    int32_t layer;      /* -1 for one that no switch has numbered */
    uint16_t number;
    uint16_t picture;
    uint16_t base;
    uint16_t size;
    uint8_t key;
    uint8_t newest;
    uint8_t unused[2];
};

/* What waits to leave to one receiver, and what may: `pacer.Pacer`. */
struct pacing {
    double rate; /* octets a second of the target */
    double allowance;
    double ahead;
    double at;
    int64_t octets;
    int64_t rest; /* of them without key frames */
    int32_t begins;
    int32_t count;
    int32_t shut; /* rows that are */
    int32_t unused;
    struct waiting queue[PACED];
};

/* What goes to a receiver that agreed on transport-cc, and what it says of it. */
struct path {
    struct pacing *pacing; /* none: all leaves at once */
    int64_t next; /* the number of the next packet */
    int64_t probe; /* that what is sent now belongs to, 0 for none */
    int64_t octets;
    double arrived; /* newest arrival, seconds since the first that was heard of */
    double clock;   /* arrival told last */
    double group_began, group_came, group_delay;
    int32_t grouped;
    int32_t clocked;
    uint32_t ticks; /* `clock` as it was told */
    uint32_t worth; /* a word: something was lost or late, or a probe was heard of */
    double late;    /* delay from which on a packet is */
    int64_t packets_before; /* of the record, when this period began */
    struct record record;
    struct cluster cluster;
    /* Of the packets on their way, each at its number modulo DEPARTURES. */
    double sent[DEPARTURES];
    uint16_t sizes[DEPARTURES];
    uint16_t clusters[DEPARTURES]; /* the probe it belongs to, 0 for none */
    uint8_t states[DEPARTURES];
};

/* The last receiver report on one of our SSRCs. */
struct told {
    double at;
    uint32_t loss; /* fraction and 24 bits of packets, as they came */
    uint32_t highest;
    uint32_t jitter;
    uint32_t last_report;
    uint32_t since_report;
    int32_t fresh;
};

/* One slot of a receiver, whatever is bound to it. */
struct slot {
    struct publication *publication; /* what it carries, if its row is at `place` there */
    int64_t rtx_ssrc;                /* -1 for none */
    int64_t rtx_sequence;            /* of the last retransmission */
    double rate;                     /* retransmissions a second, and at once */
    double burst;
    double left;
    double then;
    uint32_t ssrc;
    int32_t place;
    struct recent *recent; /* none: it has retransmissions, or nothing is sent again */
    int32_t shut;          /* whether its packets are refused until it begins anew */
    int32_t unsent;        /* the first number that did not leave since; -1 for none */
    int32_t twice;         /* whether each packet is followed by its retransmission */
    int32_t unused;
    struct told told[2]; /* on `ssrc` and on `rtx_ssrc` */
};

/* One receiver of a publication: everything that does not change by packet. */
struct row {
    struct outlet *outlet;
    void *session;
    void *name;
    struct path *path; /* none: its packets are not numbered */
    struct slot *slot;
    struct over *over; /* none where everything passes */
    int64_t first;
    uint32_t shift;
    int32_t rtx_type; /* -1 for none */
    uint16_t ahead;
    uint8_t width;
    uint8_t stamped;
    uint8_t levelled;
    uint8_t number_at;
    uint8_t copies; /* packets that each one repeats; 0: it is sent as it came */
    uint8_t inner;  /* the receiver's payload type of what redundant sound is made of */
    uint8_t unasked; /* datagrams before it that follow each packet of a sound */
    uint8_t unused[5];
    uint8_t header[ROW_WIDTH];
};

/* What a payload says of its frame: `frames.Marks`; a number that it does not have is -1. */
struct marks {
    int32_t flags;
    int32_t temporal;
    int32_t picture;
    int32_t picture_bits;
    int32_t picture_at;
    int32_t base;
    int32_t base_at;
};

/* A packet that is missing: when it is asked for next, when it was first, and how often. */
struct missing {
    int64_t number;
    double at;
    double asked;
    int32_t tries;
    int32_t unused;
};

/* How a publication's packets come: `inflow.Inflow`. */
struct inflow {
    int64_t begins;
    int64_t loudness; /* sum of levels, and how many, since Python asked last */
    int64_t levels;
    /* `arrivals.Arrivals`; nothing of it means anything while none was received. */
    int64_t received;
    int64_t first;
    int64_t highest;
    double jitter;
    double last;
    uint32_t ticks;
    int32_t clock_rate;
    /* `losses.Losses`; those that are missing in ascending order. */
    int64_t newest;
    int32_t followed; /* whether `newest` is one */
    int32_t overflowed;
    int32_t tries;
    int32_t missing_count;
    struct missing missing[MISSING_LIMIT];
    int64_t answered; /* packets that came when they had been asked for */
    double trips[TRIPS]; /* how soon the last of them did, each at its number modulo TRIPS */
};

/* When packets came, by their numbers on the transport: `transport_cc.TransportFeedback`. */
struct wide {
    int64_t highest; /* -1: none came yet */
    int64_t next;    /* the first that is not told of yet */
    uint32_t count;
    uint32_t unused;
    double arrivals[WIDE_MEMORY]; /* each at its number modulo WIDE_MEMORY, negative for none */
};

/* The packets of one section of a peer that sends. */
struct publication {
    struct source *source;
    struct row *rows;
    int64_t ssrc; /* -1: no packet came yet */
    int64_t highest;
    int64_t oldest;
    int64_t packets;
    int64_t octets;
    int64_t octets_of[TEMPORAL]; /* of a picture without key frames, by temporal layer */
    double arrived;
    uint32_t timestamp;
    int32_t row_count;
    int32_t over_count; /* rows with a switch, whose `first` never comes */
    int32_t unused;
    int32_t number;
    int32_t codec; /* its number on the tap */
    int32_t payload_type;
    int32_t rtx_type; /* -1 for none */
    int32_t red_type; /* -1 for none */
    int32_t level_id;
    int32_t wide_id;
    int32_t is_video;
    int32_t waiting;
    int32_t layer; /* its place among the source's, -1 for none */
    int64_t key_time; /* timestamp of the last key frame, -1 before the first */
    void *self;
    struct inflow inflow;
    struct kept kept[HISTORY];
};

/* One SSRC of a peer; of no publication if none is wanted. */
struct stream {
    struct publication *publication;
    uint32_t ssrc;
};

/* One remote end. */
struct peer {
    void *receiving; /* libsrtp's session, none before the handshake */
    struct wide *wide; /* none before the first SSRC */
    struct stream *streams;
    struct slot **slots;
    struct path *path; /* none without transport-cc */
    void *self;
    int64_t packets; /* that came, and octets of their datagrams: `uplink.Uplink` */
    int64_t octets;
    double heard;
    int32_t stream_count;
    int32_t slot_count;
    int32_t told; /* whether a report waits in a slot */
    int32_t gaps; /* whether something may be missing of what it sends */
    int32_t unused;
    int32_t reporter_count;
    uint32_t reporters[REPORTERS]; /* SSRCs of which authentic RTCP came */
};

/* A datagram for the control half. */
struct aside {
    uint8_t *data;
    struct peer *peer; /* whose keys opened it: of RTCP alone */
    int32_t length;
    uint8_t name[NAME_LENGTH];
};

/* Records on their way to the recorder, and whose packets they are. */
struct tap {
    uint32_t used;
    uint32_t packets;
    int32_t overrun; /* Python keeps the books of what was lost */
    int32_t unused;
    uint8_t records[TAP_LIMIT];
    struct source *sources[TAP_PACKETS];
    double arrivals[TAP_PACKETS];
};

/* Counters, libsrtp's functions, and the rare things that Python sees to. */
struct pump {
    int64_t received;
    int64_t forwarded;
    int64_t dropped;
    int64_t refused;
    int32_t aside_count;
    int32_t aside_limit; /* datagrams that may be put aside in this batch */
    int (*protect)(void *session, void *packet, int *length);
    int (*unprotect)(void *session, void *packet, int *length);
    int (*unprotect_rtcp)(void *session, void *packet, int *length);
    int (*protect_rtcp)(void *session, void *packet, int *length);
    int (*may_try)(struct peer *peer, uint32_t ssrc);
    struct publication *(*adopt)(struct peer *peer, uint8_t *packet, int length);
    int64_t (*place)(struct publication *publication, uint32_t ssrc, uint16_t sequence);
    void (*begin)(struct publication *publication, int64_t index, uint32_t timestamp, double now);
    void (*tap_lost)(struct publication *publication, uint32_t rollover, double now,
                     uint8_t *packet, int length, int begins);
    void (*tap_full)(void);
    struct tap tap;
    struct aside aside[BATCH];
};

int64_t layout_sizes(void);
struct pump *pump_open(void);
void pump_close(struct pump *pump);
int pump_batch(struct pump *pump, struct outlet *outlet, double now);
int pump_send(struct pump *pump, struct outlet *outlet, void *session, void *name,
              uint8_t *plain, int length, struct path *path, int number_at, int cluster,
              double now);

void pump_pace(struct pump *pump, struct path *path, double now);

struct pacing *pacing_open(double now, double target);
void pacing_close(struct pacing *pacing);
void pacing_charge(struct pacing *pacing, int size, double now);
int pacing_waits(struct pacing *pacing, const struct waiting *packet, double now);
int pacing_due(struct pacing *pacing, struct waiting *packet, double now);
void pacing_gone(struct pacing *pacing, const struct waiting *packet);
int pacing_ended(struct pacing *pacing, const struct slot *slot);
int pacing_forget(struct pacing *pacing, struct slot *slot);

struct path *path_open(void);
void path_close(struct path *path);
void path_sent(struct path *path, double at, int size, int cluster);
void path_heard(struct path *path, uint16_t first, const uint8_t *arrived, const uint32_t *ticks,
                int count, double now);
int path_hide(struct path *path, uint16_t number);
void path_gone(struct path *path, uint16_t number);
int path_is_calm(struct path *path);
void wide_read(struct path *path, const uint8_t *datagram, int length, double now);

int over_take(struct over *over, int layer, int64_t index, uint32_t timestamp, int64_t moment,
              int flags, int temporal, int picture, int base);
int over_again(struct over *over, int layer, int64_t index, uint32_t timestamp, int temporal,
               int picture, int base);
int over_find(const struct over *over, int64_t sequence, int64_t *index);
void marks_read(int codec, const uint8_t *payload, int size, struct marks *marks);

int inflow_came(struct inflow *inflow, int64_t index, uint32_t timestamp, double now, int repairs);
void losses_arrived(struct inflow *inflow, int64_t index, double now);
int losses_due(struct inflow *inflow, double now, double round_trip, int64_t *due);
struct wide *wide_open(void);
void wide_close(struct wide *wide);
void wide_arrived(struct wide *wide, uint16_t sequence, double now);
int wide_write(struct wide *wide, uint32_t sender, uint32_t media, uint8_t *message);
int pump_report(struct pump *pump, struct outlet *outlet, void *session, void *name,
                uint8_t *plain, int length);

struct recent *recent_open(void);
void recent_close(struct recent *recent);
void recent_keep(struct recent *recent, const uint8_t *datagram, int size, double now);
const struct past *recent_find(const struct recent *recent, uint16_t sequence, double now);

struct outlet *outlet_open(int fd, int name_length);
void outlet_close(struct outlet *outlet);
void outlet_flush(struct outlet *outlet);
int64_t outlet_unsent(struct outlet *outlet);
int outlet_put(struct outlet *outlet, uint8_t *name, struct peer *peer);
void outlet_drop(struct outlet *outlet, uint8_t *name);

struct publication *publication_open(void);
void publication_close(struct publication *publication);
int history_keep(struct publication *publication, int64_t order, int marker, uint32_t timestamp,
                 uint8_t *payload, int size, int level);
