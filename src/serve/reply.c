/* Answers: headers that all have, errors as JSON, ETags, gzip, and the budget of memory for bodies. */
#include <stdlib.h>
#include <strings.h>
#include <zlib.h>

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

enum MHD_Result vg_reply_send(struct vg_request *rq, unsigned code, struct MHD_Response *response)
{
    if (!response) {
        vg_count(&rq->serve->no_memory);
        return MHD_NO;
    }
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    size_t route = rq->route ? (size_t)(rq->route - rq->serve->routes) : VG_ROUTES_MAX - 1;
    vg_count(&rq->serve->requests[route][code_index(code)]);
    enum MHD_Result result = MHD_queue_response(rq->connection, code, response);
    MHD_destroy_response(response);
    return result;
}

void vg_json_text(struct vg_out *out, const char *text)
{
    vg_out_json_string(out, text, strlen(text));
}

/* ---- bodies ---- */

struct body {
    struct vg_serve *serve;
    size_t reserved;
    char *bytes;
};

static void free_body(void *arg)
{
    struct body *body = arg;
    vg_bodies_return(body->serve, body->reserved);
    free(body->bytes);
    free(body);
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

/* Packs *body if that makes it smaller. Level 1: the time is another reader's. */
bool vg_gzip(struct vg_out *body)
{
    z_stream z = {.next_in = (Bytef *)body->buf, .avail_in = (uInt)body->len};
    if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    size_t max = body->len - body->len / 8;
    char *packed = malloc(max);
    z.next_out = (Bytef *)packed;
    z.avail_out = (uInt)max;
    bool done = packed && deflate(&z, Z_FINISH) == Z_STREAM_END;
    size_t len = max - z.avail_out;
    deflateEnd(&z);
    if (!done) {
        free(packed);
        return false;
    }
    free(body->buf);
    char *fit = realloc(packed, len);
    body->buf = fit ? fit : packed;
    body->len = len;
    return true;
}

static struct MHD_Response *make_response(struct vg_serve *s, struct vg_out *out)
{
    struct body *body = malloc(sizeof *body);
    if (!body) {
        vg_out_free(out);
        return NULL;
    }
    *body = (struct body){.serve = s, .reserved = out->len, .bytes = out->buf};
    atomic_fetch_add_explicit(&s->bodies, out->len, memory_order_relaxed); /* what is there is there */
    struct MHD_Response *response =
        MHD_create_response_from_buffer_with_free_callback_cls(out->len, out->buf, free_body, body);
    if (!response)
        free_body(body);
    return response;
}

static void add_cache_headers(struct MHD_Response *response, const char *etag, const char *cache)
{
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, cache ? cache : "no-cache");
    if (etag)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, etag);
}

enum MHD_Result vg_reply_bytes(struct vg_request *rq, const char *type, struct vg_out *body, bool packed,
                               const char *etag, const char *cache)
{
    struct MHD_Response *response = make_response(rq->serve, body);
    if (!response)
        return vg_reply_send(rq, 200, NULL);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    if (packed)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    add_cache_headers(response, etag, cache);
    return vg_reply_send(rq, 200, response);
}

enum MHD_Result vg_reply_unchanged(struct vg_request *rq, const char *etag, const char *cache)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    if (response)
        add_cache_headers(response, etag, cache);
    return vg_reply_send(rq, 304, response);
}

enum MHD_Result vg_reply_text(struct vg_request *rq, unsigned code, const char *type, struct vg_out *body,
                              const char *etag)
{
    if (body->err) {
        enum vg_err err = body->err;
        vg_out_free(body);
        if (err == VG_LIMIT)
            return vg_reply_error(rq, 503, "too_large", "the answer would be too large: ask for less, as with bbox");
        vg_count(&rq->serve->no_memory);
        return vg_reply_error(rq, 503, "no_memory", "out of memory");
    }
    bool packed = body->len >= VG_GZIP_MIN && body->len <= VG_GZIP_MAX && vg_request_takes_gzip(rq) && vg_gzip(body);
    struct MHD_Response *response = make_response(rq->serve, body);
    if (!response)
        return vg_reply_send(rq, code, NULL);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    if (packed)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    add_cache_headers(response, etag, NULL);
    return vg_reply_send(rq, code, response);
}

enum MHD_Result vg_reply_error(struct vg_request *rq, unsigned code, const char *name, const char *message)
{
    struct vg_out out = vg_out_growing(16384);
    vg_out_text(&out, "{\"error\":{\"code\":");
    vg_json_text(&out, name);
    vg_out_text(&out, ",\"message\":");
    vg_json_text(&out, message);
    vg_out_text(&out, "}}\n");
    struct MHD_Response *response = out.err ? NULL : make_response(rq->serve, &out);
    if (!response) {
        if (out.err)
            vg_out_free(&out);
        return vg_reply_send(rq, code, NULL);
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    add_cache_headers(response, NULL, NULL);
    if (code == 503)
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "2");
    if (code == 405)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    return vg_reply_send(rq, code, response);
}

enum MHD_Result vg_reply_not_modified(struct vg_request *rq, const char *etag)
{
    return vg_reply_unchanged(rq, etag, NULL);
}

/* ---- what the client has and takes ---- */

static const char *header(struct vg_request *rq, const char *name)
{
    return MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, name);
}

/* The weak comparison of RFC 9110, 8.8.3.2: W/ does not count. */
bool vg_etag_listed(const char *list, const char *etag)
{
    if (strncmp(etag, "W/", 2) == 0)
        etag += 2;
    size_t n = strlen(etag);
    for (const char *p = list; *p;) {
        p += strspn(p, " \t,");
        if (*p == '*')
            return true;
        if (strncmp(p, "W/", 2) == 0)
            p += 2;
        if (strncmp(p, etag, n) == 0 && (!p[n] || strchr(" \t,", p[n])))
            return true;
        p += strcspn(p, ",");
    }
    return false;
}

bool vg_request_has(struct vg_request *rq, const char *etag)
{
    const char *list = header(rq, MHD_HTTP_HEADER_IF_NONE_MATCH);
    return list && vg_etag_listed(list, etag);
}

/* "gzip", "gzip;q=0.5", "*" but not "gzip;q=0". */
bool vg_accepts_gzip(const char *list)
{
    for (const char *p = list; *p;) {
        p += strspn(p, " \t,");
        size_t word = strcspn(p, " \t,;"), whole = strcspn(p, ",");
        if ((word == 4 && strncasecmp(p, "gzip", 4) == 0) || (word == 1 && *p == '*')) {
            const char *q = memchr(p, '=', whole);
            if (!q)
                return true;
            size_t zero = strspn(++q, "0.");
            return zero < (size_t)(p + whole - q) && q[zero] >= '1' && q[zero] <= '9';
        }
        p += whole;
    }
    return false;
}

bool vg_request_takes_gzip(struct vg_request *rq)
{
    const char *list = header(rq, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    return list && vg_accepts_gzip(list);
}
