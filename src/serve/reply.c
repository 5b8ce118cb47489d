/* Answers: headers that all have, errors as JSON, and the budget of memory for bodies. */
#include <stdlib.h>
#include <sys/socket.h>

#include "serve/inner.h"

static const char *const headers[][2] = {
    {"Content-Security-Policy",
     "default-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
     "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

static unsigned code_index(unsigned code)
{
    static const unsigned codes[] = {
#define X(number) number,
        VG_CODE_LIST(X)
#undef X
    };
    for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] == code)
            return i;
    return VG_CODE_OTHER;
}

bool vg_reply_nothing(struct vg_request *rq)
{
    vg_count(&rq->serve->no_memory);
    return false;
}

bool vg_reply_send(struct vg_request *rq, unsigned code, struct MHD_Response *response)
{
    if (!response)
        return vg_reply_nothing(rq);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    if (rq->closes)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    rq->answered_us = vg_clock_monotonic_us();
    size_t route = rq->route ? (size_t)(rq->route - rq->serve->app.routes) : VG_ROUTES_MAX - 1;
    vg_count(&rq->serve->requests[route][code_index(code)]);
    bool queued = MHD_queue_response(rq->connection, code, response) == MHD_YES;
    MHD_destroy_response(response);
    return queued;
}

/* ---- bodies ---- */

/* Immutable, and counted once however many are sent of it. */
struct vg_shared {
    _Atomic uint32_t holders;
    struct vg_serve *serve;
    size_t len;
    char *bytes;
};

static void let_go(void *arg)
{
    struct vg_shared *shared = arg;
    if (atomic_fetch_sub_explicit(&shared->holders, 1, memory_order_acq_rel) > 1)
        return;
    vg_bodies_return(shared->serve, shared->len);
    free(shared->bytes);
    free(shared);
}

void vg_shared_let_go(struct vg_shared *shared)
{
    if (shared)
        let_go(shared);
}

void vg_shared_hold(struct vg_shared *shared)
{
    atomic_fetch_add_explicit(&shared->holders, 1, memory_order_relaxed);
}

size_t vg_shared_len(const struct vg_shared *shared)
{
    return shared->len;
}

struct vg_shared *vg_shared_new(struct vg_serve *s, struct vg_out *out)
{
    struct vg_shared *shared = malloc(sizeof *shared);
    if (!shared) {
        vg_out_free(out);
        return NULL;
    }
    *shared = (struct vg_shared){.holders = 1, .serve = s, .len = out->len, .bytes = out->buf};
    atomic_fetch_add_explicit(&s->bodies, out->len, memory_order_relaxed); /* what is there is there */
    return shared;
}

/*
 * Shares of the memory: one address may have as much on its way as is left for all others. One that takes nothing can
 * have half of it, two have two thirds; something is always left for who has nothing yet. An answer counts once for the
 * memory, and in full for each address that takes it.
 */
bool vg_bodies_have_share(const struct vg_serve *s, size_t sending, size_t bytes)
{
    size_t used = atomic_load_explicit(&s->bodies, memory_order_relaxed);
    size_t left = used < VG_BODIES_MAX ? VG_BODIES_MAX - used : 0;
    return bytes <= left && (!sending || sending <= left - bytes);
}

bool vg_reply_has_share(struct vg_request *rq)
{
    struct vg_serve *s = rq->serve;
    pthread_mutex_lock(&s->lock);
    size_t sending = rq->of->peer->sending;
    bool has = !sending || vg_bodies_have_share(s, sending, 0);
    pthread_mutex_unlock(&s->lock);
    if (!has)
        vg_count(&s->busy);
    return has;
}

static void charge(struct vg_request *rq, size_t len)
{
    if (len < VG_BODY_CHARGED)
        return;
    rq->charged = len;
    pthread_mutex_lock(&rq->serve->lock);
    rq->of->peer->sending += len;
    pthread_mutex_unlock(&rq->serve->lock);
}

void vg_reply_done(struct vg_request *rq)
{
    if (!rq->charged)
        return;
    pthread_mutex_lock(&rq->serve->lock);
    rq->of->peer->sending -= rq->charged;
    pthread_mutex_unlock(&rq->serve->lock);
    rq->charged = 0;
}

/* Takes one hold of it over. */
static struct MHD_Response *response_of(struct vg_request *rq, struct vg_shared *shared)
{
    if (!shared)
        return NULL;
    rq->answer_bytes = shared->len;
    charge(rq, shared->len);
    struct MHD_Response *response =
        MHD_create_response_from_buffer_with_free_callback_cls(shared->len, shared->bytes, let_go, shared);
    if (!response)
        let_go(shared);
    return response;
}

bool vg_bodies_reserve(struct vg_serve *s, size_t bytes)
{
    if (atomic_fetch_add_explicit(&s->bodies, bytes, memory_order_relaxed) + bytes <= VG_BODIES_MAX)
        return true;
    vg_bodies_return(s, bytes);
    vg_count(&s->busy);
    return false;
}

void vg_bodies_return(struct vg_serve *s, size_t bytes)
{
    atomic_fetch_sub_explicit(&s->bodies, bytes, memory_order_relaxed);
}

static struct MHD_Response *make_response(struct vg_request *rq, struct vg_out *out)
{
    return response_of(rq, vg_shared_new(rq->serve, out));
}

static void add_cache_headers(struct MHD_Response *response, const char *etag, const char *cache)
{
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, cache ? cache : "no-cache");
    if (etag)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, etag);
}

void vg_reply_number(struct vg_request *rq, const char *name, uint64_t value)
{
    rq->number_name[rq->number_name[0] && rq->number_name[0] != name] = name;
    rq->number = value;
}

void vg_reply_add_number(const struct vg_request *rq, struct MHD_Response *response)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)rq->number);
    for (int i = 0; i < 2 && rq->number_name[i]; i++)
        MHD_add_response_header(response, rq->number_name[i], text);
}

void vg_reply_saved_as(struct vg_request *rq, const char *filename)
{
    size_t n = 0;
    for (const char *p = filename; *p && n + 1 < sizeof rq->saved_as; p++)
        if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("-_.", *p))
            rq->saved_as[n++] = *p;
    rq->saved_as[n] = '\0';
}

static void add_saved_as(const struct vg_request *rq, struct MHD_Response *response)
{
    char text[sizeof rq->saved_as + 32];
    if (!*rq->saved_as)
        return;
    snprintf(text, sizeof text, "attachment; filename=\"%s\"", rq->saved_as);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, text);
}

static bool send_bytes(struct vg_request *rq, const char *type, struct MHD_Response *response, bool packed,
                       const char *etag, const char *cache)
{
    if (!response)
        return vg_reply_nothing(rq);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    if (packed)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    add_cache_headers(response, etag, cache);
    vg_reply_add_number(rq, response);
    add_saved_as(rq, response);
    return vg_reply_send(rq, 200, response);
}

bool vg_reply_bytes(struct vg_request *rq, const char *type, struct vg_out *body, bool packed, const char *etag,
                    const char *cache)
{
    return send_bytes(rq, type, make_response(rq, body), packed, etag, cache);
}

/* libmicrohttpd gives the kernel all that it takes: megabytes at once, for each of many readers, while others wait for
 * the thread. With a smaller buffer each turn is short. */
static void send_in_pieces(const struct vg_request *rq)
{
    int size = VG_SEND_BUFFER;
    setsockopt(rq->of->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

bool vg_reply_shared(struct vg_request *rq, const char *type, struct vg_shared *shared, bool packed, const char *etag)
{
    vg_shared_hold(shared);
    if (shared->len > VG_GZIP_INLINE)
        send_in_pieces(rq);
    return send_bytes(rq, type, response_of(rq, shared), packed, etag, NULL);
}

bool vg_reply_unchanged(struct vg_request *rq, const char *etag, const char *cache)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    if (response) { /* as the 200 would have it (RFC 9110, 15.4.5) */
        MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
        add_cache_headers(response, etag, cache);
    }
    return vg_reply_send(rq, 304, response);
}

bool vg_reply_text(struct vg_request *rq, unsigned code, const char *type, struct vg_out *body, const char *etag)
{
    if (body->err) {
        enum vg_err err = body->err;
        vg_out_free(body);
        if (err == VG_LIMIT)
            return vg_reply_error(rq, 503, "too_large", "the answer would be too large: ask for less, as with bbox");
        return vg_reply_no_memory(rq);
    }
    bool packed = body->len >= VG_GZIP_MIN && body->len <= VG_GZIP_INLINE && vg_request_takes_gzip(rq) && vg_gzip(body);
    struct MHD_Response *response = make_response(rq, body);
    if (!response)
        return vg_reply_nothing(rq);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    if (packed)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    add_cache_headers(response, etag, NULL);
    return vg_reply_send(rq, code, response);
}

bool vg_reply_error(struct vg_request *rq, unsigned code, const char *name, const char *message)
{
    struct vg_out out = vg_out_growing(16384);
    vg_out_text(&out, "{\"error\":{\"code\":");
    vg_json_text(&out, name);
    vg_out_text(&out, ",\"message\":");
    vg_json_text(&out, message);
    vg_out_text(&out, "}}\n");
    struct MHD_Response *response = out.err ? NULL : make_response(rq, &out);
    if (!response) {
        if (out.err)
            vg_out_free(&out);
        return vg_reply_nothing(rq);
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    add_cache_headers(response, NULL, NULL);
    if (code == 503)
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "2");
    if (code == 405)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, rq->allow);
    return vg_reply_send(rq, code, response);
}

bool vg_reply_no_memory(struct vg_request *rq)
{
    vg_count(&rq->serve->no_memory);
    return vg_reply_error(rq, 503, "no_memory", "out of memory");
}

bool vg_reply_head(struct vg_request *rq, const char *type)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    if (response)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    return vg_reply_send(rq, 200, response);
}
