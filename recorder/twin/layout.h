/* What the compiled half of the recorder and Python share: C compiler and cffi both read this.
 * Plain declarations only, so that cffi can. Sizes are those of reorder.py and depacketize.py. */

#define HELD 1024
#define FAR 4096
#define FRAME_LIMIT 8388608

/* One thing that came of packets: `packets.Found`. */
struct found {
    double arrival;
    uint64_t at; /* of its octets among those of all */
    uint32_t size;
    uint32_t handle;
    uint32_t rtp;
    uint8_t kind;
    uint8_t codec;
    uint8_t key;
    uint8_t unused;
};

/* All that came of one call, in order; valid until the next. */
struct told {
    struct found *found;
    uint8_t *data;
    uint64_t octets;
    uint32_t count;
    int32_t broken; /* 1: the batch is no batch from some point on; 2: memory was short */
};

struct incoming;

int64_t layout_sizes(void);
struct incoming *incoming_open(void);
void incoming_close(struct incoming *incoming);
const struct told *incoming_batch(struct incoming *incoming, const uint8_t *batch, int64_t length);
const struct told *incoming_expire(struct incoming *incoming, double now);
int stream_open(struct incoming *incoming, uint32_t handle, int codec);
const struct told *stream_close(struct incoming *incoming, uint32_t handle, double now);
