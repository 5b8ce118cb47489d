/*
 * Feeds: where bytes come from. Files (plain, .gz, .zst), standard input, UDP, TCP as client and as server, serial
 * lines.
 *
 * A feed has a name, a state and counters, and hands every piece of bytes it gets to one callback, in the thread that
 * runs the loop (libuv). It knows nothing of what the bytes mean; the one exception is the file replay, which reads the
 * lines' own times to keep their pace.
 *
 * All functions belong to the loop's thread. Errors after opening are states, not return values: a TCP client that is
 * refused goes on trying with back-off.
 */
#ifndef VG_FEED_FEED_H
#define VG_FEED_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/err.h"
#include "base/time.h"

#define VG_FEED_MAX         64 /* feeds of one service */
#define VG_FEED_NAME        48
#define VG_FEED_CONNECTIONS 64 /* senders to one TCP server feed at once */
#define VG_FEED_PER_ADDRESS 16 /* of them from one address (IPv6: one /64), unless the spec says another number */
/*
 * When all places of a TCP server are taken, or all of an address, the sender that is silent for longest gives way to a
 * newcomer, if it is silent for so long; else the newcomer is closed. Both are counted.
 */
#define VG_FEED_MUTE_MS        5000  /* one that never said anything */
#define VG_FEED_SILENT_MS      30000 /* one that did */
#define VG_FEED_BACKOFF_MIN_MS 500
#define VG_FEED_BACKOFF_MAX_MS 30000

#define VG_FEED_STATE_LIST(X)                                                                                          \
    X(CONNECTING, "connecting") /* nothing heard yet; a TCP server: no senders */                                      \
    X(LIVE, "live")                                                                                                    \
    X(STALLED, "stalled") /* connected, but silent for longer than stall_us */                                         \
    X(DOWN, "down")       /* lost; a client waits to try again */                                                      \
    X(ENDED, "ended")     /* a file or standard input was read to its end */

enum vg_feed_state {
#define X(name, key) VG_FEED_##name,
    VG_FEED_STATE_LIST(X)
#undef X
};

const char *vg_feed_state_key(enum vg_feed_state state);

/* What the bytes of a feed are. Numbers are part of the journal's format. */
#define VG_FEED_LANGUAGE_LIST(X)                                                                                       \
    X(NMEA, "nmea")       /* lines: AIS, radar and base station sentences, mixed as they come */                       \
    X(ASTERIX, "asterix") /* data blocks of radars and trackers */

enum vg_feed_language {
#define X(name, key) VG_FEED_LANGUAGE_##name,
    VG_FEED_LANGUAGE_LIST(X)
#undef X
        VG_FEED_LANGUAGES
};

const char *vg_feed_language_key(enum vg_feed_language language);

/* What a feed's URL says:
 *   udp://ADDRESS:PORT            receive datagrams (multicast groups are joined; ?interface=ADDRESS: by which network)
 *   tcp://HOST:PORT               connect, reconnect
 *   tcp-listen://ADDRESS:PORT     senders connect to us
 *   serial:/dev/ttyUSB0?baud=38400
 *   file:PATH, or just PATH       replay; ?speed=1 (own times), 10, max
 *   stdin: or -
 * Any of them takes ?name=TEXT, ?stall=SECONDS, ?as=nmea|asterix and ?exercise=true. IPv6 addresses stand in [ ]. */
enum vg_feed_kind { VG_FEED_UDP, VG_FEED_TCP, VG_FEED_TCP_LISTEN, VG_FEED_SERIAL, VG_FEED_FILE, VG_FEED_STDIN };

struct vg_feed_spec {
    enum vg_feed_kind kind;
    char name[VG_FEED_NAME]; /* given, or made of the rest: "corpus.nmea", "127.0.0.1:5631" … */
    char url[256];           /* as given, without a secret (there are none yet) */
    char host[128];          /* address or name */
    char path[256];          /* file or device */
    char interface[48];      /* UDP multicast, IPv4: the address of the interface that joins; "": the system chooses */
    uint16_t port;
    uint32_t baud; /* serial; default 38400, 8N1 */
    double speed;  /* file: 1, N, or 0 for as fast as it goes */
    bool speed_given;
    int64_t stall_us; /* default 60 s; 0: never stalls */
    bool stall_given;
    enum vg_feed_language language; /* default NMEA */
    bool exercise;                  /* what it brings is of an exercise or a simulation, not of the sea */
    uint32_t per_address;           /* TCP server: senders of one address; 0: VG_FEED_PER_ADDRESS */
    bool loopback_unlimited;        /* … but not of this machine */
};

/* Reads a URL. VG_SYNTAX/VG_RANGE: *ret_why says what is wrong, a constant sentence. */
enum vg_err vg_feed_parse(const char *url, struct vg_feed_spec *ret, const char **ret_why);

struct vg_feed_status {
    enum vg_feed_state state;
    int64_t since_us; /* wall clock of the last change of state */
    int64_t last_us;  /* wall clock of the last byte; VG_TIME_NONE: none yet */
    uint64_t bytes;
    uint64_t reconnects;  /* connected, or the device opened, again */
    uint64_t rejected;    /* connections over the limit */
    uint64_t given_way;   /* TCP server: silent senders closed for newcomers */
    uint64_t dropped;     /* UDP: datagrams that the system had no room for (Linux counts them; read once a second) */
    uint32_t connections; /* TCP server: senders now */
    double progress;      /* file: 0–1; below 0: not known */
    const char *error;    /* constant, libuv's or the feed's own text, valid until the next state; NULL: none */
};

/* A stream within a feed: a TCP server feed has one for each sender, the others have stream 0. */
struct vg_feed_bytes {
    const void *at;
    size_t len;
    int64_t received_us; /* wall clock, or the line's own time in a paced file replay */
    uint32_t stream; /* 0 … VG_FEED_CONNECTIONS − 1; bytes of different streams must not be joined to one line */
    bool begins;     /* the first bytes of this stream since it was opened or reopened: drop what was unfinished */
    bool ends;       /* the stream was closed or the file ended: an unfinished line is finished; len may be 0 */
    bool datagram;   /* a whole datagram: its end is the end of a line */
    enum vg_feed_language language; /* as the feed's spec says */
};

struct vg_feed; /* opaque */

typedef void vg_feed_on_bytes(void *arg, struct vg_feed *feed, const struct vg_feed_bytes *bytes);
typedef void vg_feed_on_state(void *arg, struct vg_feed *feed, const struct vg_feed_status *status);

struct vg_feed_events {
    vg_feed_on_bytes *bytes;
    vg_feed_on_state *state;
    void *arg;
};

/*
 * Opens a feed on a loop. A missing file, a device that can't be opened, a port in use are errors at once (*ret_why:
 * one sentence, valid until the next call); a TCP server that can't be reached is not. The feed keeps a copy of spec.
 * No callback comes before it returns. After a failure, too, the loop must turn once to free what was begun.
 */
enum vg_err vg_feed_open(uv_loop_t *loop, const struct vg_feed_spec *spec, const struct vg_feed_events *events,
                         struct vg_feed **ret_feed, const char **ret_why);

/* Closes; memory is freed when the loop has run its close callbacks. No callback comes after this. */
void vg_feed_close(struct vg_feed *feed);

const struct vg_feed_spec *vg_feed_spec(const struct vg_feed *feed);
const struct vg_feed_status *vg_feed_status(const struct vg_feed *feed);

/* The port that a listening feed really has (after asking for port 0). */
uint16_t vg_feed_port(const struct vg_feed *feed);

#endif
