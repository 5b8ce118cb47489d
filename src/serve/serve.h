/*
 * The transport: libmicrohttpd with epoll in some threads, the routes of an application on top.
 *
 *     vg_serve_new(&options, &app, &serve, &why)     the address is taken, nobody is answered yet
 *     vg_job_queue_new, vg_flows_new, vg_notices_new
 *     vg_serve_begin(serve, &why)
 *     …
 *     vg_serve_stop(serve)
 */
#ifndef VG_SERVE_SERVE_H
#define VG_SERVE_SERVE_H

#include "serve/http.h"

/* A number that is 0 stands for the default in its comment. Strings are copied. */
struct vg_serve_options {
    const char *listen;       /* "127.0.0.1:8080", "[::1]:8080", port 0: any */
    uint32_t max_connections; /* 1024 */
    uint32_t stuck_s;         /* a connection that takes or gives nothing for so long is dropped; 120 */
    uint32_t body_s;          /* a request's body must be there after so long; 30 */
    bool trust_network;       /* an address that others can reach is allowed */
    uint32_t head_s;          /* the head of a request must be there after so long, however it trickles; 20 */
    uint32_t per_address;     /* connections of one address (IPv6: one /64); 64 */
    bool loopback_unlimited;  /* … but not of this machine's own: a reverse proxy, a bench */
    const char *hosts;        /* names that it answers to besides its address, with commas between; NULL: none */
};

/*
 * Takes the address. VG_ARG, VG_IO: *ret_why is a sentence with what to do (port in use, bad address), this thread's
 * until its next call. VG_ARG, too, for an address that others can reach without `trust_network`: what counts is the
 * address that a name stands for, not its text. `app` is copied, what it points to outlives the server.
 */
enum vg_err vg_serve_new(const struct vg_serve_options *options, const struct vg_app *app, struct vg_serve **ret_serve,
                         const char **ret_why);

/* A name or address as `hosts` takes it; IPv6 with or without [ ]. False, *ret untouched, if it is none. Any thread. */
struct vg_authority;
bool vg_host_take(const char *text, size_t len, struct vg_authority *ret);

#define VG_SERVE_REACHED                                                                                               \
    "can be reached by others, and there are no accounts yet: everyone who reaches it would see all. "                 \
    "Add trust-network (--trust-network) if that is meant"

/* True if `listen` is an address in numbers that others can reach. A name is judged by vg_serve_new(). Any thread. */
bool vg_serve_is_reached(const char *listen);

/* Starts to answer. On failure the server is still to be stopped. */
enum vg_err vg_serve_begin(struct vg_serve *serve, const char **ret_why);

/* The address it really listens on, "127.0.0.1:41234". */
const char *vg_serve_address(const struct vg_serve *serve);

/* Ends flows and jobs, closes, frees. NULL is fine. */
void vg_serve_stop(struct vg_serve *serve);

#endif
