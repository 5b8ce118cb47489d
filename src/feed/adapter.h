/*
 * Inside the room: what all kinds of feeds share, and the table that a kind fills in.
 *
 * A kind is one file: a struct that begins with struct vg_feed, and a vg_feed_adapter. To write a new one: register
 * every libuv handle with vg_feed_own(), drop it with vg_feed_drop(), hand bytes to vg_feed_hand() and stop at once
 * when that says false (somebody closed the feed in a callback).
 */
#ifndef VG_FEED_ADAPTER_H
#define VG_FEED_ADAPTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <termios.h>
#include <uv.h>

#include "feed/feed.h"
#include "feed/file_reader.h"

#define VG_FEED_TEXT        192          /* room for a sentence with a path or a system's reason in it */
#define VG_FEED_READ_BYTES  65536        /* one read from a socket */
#define VG_FEED_TURN_BYTES  (256 * 1024) /* the most that a file or pipe delivers before others get their turn */
#define VG_FEED_KEEPALIVE_S 30           /* silence after which TCP asks the other side if it is still there … */
#define VG_FEED_PROBE_S     10           /* … how often it repeats that … */
#define VG_FEED_PROBES      3            /* … and when it gives up: a half-open connection is found within a minute */

struct vg_feed_adapter {
    size_t size; /* of the kind's own struct */
    bool awaits; /* nobody confirms a connection: silence counts from opening (UDP, serial, standard input) */
    /* Fails only with what can't get better by waiting. Handles it registered are dropped by `close` in that case too.
     */
    enum vg_err (*open)(struct vg_feed *feed, const char **ret_why);
    void (*close)(struct vg_feed *feed);   /* drops all handles, cancels requests */
    void (*release)(struct vg_feed *feed); /* frees what no handle uses any more; may be NULL */
};

extern const struct vg_feed_adapter vg_feed_udp, vg_feed_tcp, vg_feed_tcp_listen, vg_feed_serial, vg_feed_file,
    vg_feed_stdin;

struct vg_feed {
    const struct vg_feed_adapter *adapter;
    uv_loop_t *loop;
    struct vg_feed_spec spec;
    struct vg_feed_events events;
    struct vg_feed_status status;
    uv_timer_t stall;
    uint64_t heard_ms;   /* loop time of the last byte, or of connecting */
    uint32_t backoff_ms; /* the next wait */
    unsigned pending;    /* handles and requests that will still call back */
    bool opened;         /* vg_feed_open() has returned: callbacks may be called */
    bool watching;       /* connected: silence is measured */
    bool closing;
    uint16_t port;
    char text[VG_FEED_TEXT]; /* room for status.error */
};

/* ---- memory: the feed is freed when nothing will call back any more ---- */

void vg_feed_own(struct vg_feed *feed, uv_handle_t *handle);
void vg_feed_drop(struct vg_feed *feed, uv_handle_t *handle);

/* One of `pending` has called back. False: the feed is closing (and may be freed): don't touch it. */
bool vg_feed_settled(struct vg_feed *feed);

/* ---- state ---- */

/* Enters a state, with a reason that stays valid (constant, libuv's, or in feed->text). False: closed by a callback. */
bool vg_feed_become(struct vg_feed *feed, enum vg_feed_state state, const char *error);

/* Starts and stops the measuring of silence. */
void vg_feed_watch(struct vg_feed *feed);
void vg_feed_unwatch(struct vg_feed *feed);

/* How long to wait before the next attempt; doubles up to the maximum, and falls back when bytes flow. No jitter: the
 * library rolls no dice, and a station has few feeds. */
uint32_t vg_feed_backoff_ms(struct vg_feed *feed);

/* Hands bytes on, counts them, and becomes LIVE if len > 0. received_us VG_TIME_NONE: now. False: closed. */
bool vg_feed_hand(struct vg_feed *feed, struct vg_feed_bytes bytes);

/*
 * What a reader says of the block that these bytes are, for languages that are no lines. A capture's streams beyond
 * those that a feed has share places; what isn't carried on there is dropped.
 */
void vg_feed_as_block(struct vg_feed_bytes *bytes, const struct vg_file_block *block);

/* ---- sentences that say why ---- */

/* Formats into a buffer of this thread, good until the next call. */
const char *vg_feed_why(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The system's constant text for an errno value. */
const char *vg_feed_errno_text(int error);

/* Sets *ret_why to "WHAT: libuv's text" and returns the vg_err that fits. uv_error is negative, as libuv's are. */
enum vg_err vg_feed_uv_failed(int uv_error, const char *what, const char **ret_why);

/* ---- addresses ---- */

/* A numeric IPv4 or IPv6 address (with %zone) and port. */
enum vg_err vg_feed_address(const struct vg_feed_spec *spec, struct sockaddr_storage *ret, const char **ret_why);
uint16_t vg_feed_address_port(const struct sockaddr_storage *address);

/* Turns keep-alive on for a connected TCP handle. */
void vg_feed_keepalive(uv_tcp_t *tcp);

/* The termios constant for a baud rate; false if it is not a standard one. */
bool vg_serial_speed(uint32_t baud, speed_t *ret_speed);

/* ---- the reader, one step at a time (reader.c) ---- */

/* Takes over a descriptor (also one that doesn't block); closes it with the reader, and on failure. */
enum vg_err vg_file_reader_adopt(int fd, struct vg_file_reader **ret_reader, const char **ret_why);

/*
 * As vg_file_reader_next(), but reads at most once and never waits: VG_OK with *ret_len 0 means "nothing now", and
 * *ret_wait then says whether the descriptor has nothing to give (or the step was merely not enough).
 */
enum vg_err vg_file_reader_step(struct vg_file_reader *reader, const void **ret_bytes, size_t *ret_len, bool *ret_wait,
                                const char **ret_why);

#endif
