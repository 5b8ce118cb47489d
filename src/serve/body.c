/*
 * Bodies of requests: JSON, read whole within the route's limit before the handler is called. A body arrives piece by
 * piece through the same threads as everything else, so that a slow sender holds its connection and nothing more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "serve/inner.h"

bool vg_body_is_announced(const struct vg_request *rq)
{
    const char *length = vg_request_header(rq, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return (length && strspn(length, "0") < strlen(length)) || vg_request_header(rq, MHD_HTTP_HEADER_TRANSFER_ENCODING);
}

static size_t most(const struct vg_request *rq)
{
    return rq->route->body.most ? rq->route->body.most : VG_REQUEST_BODY;
}

static void refuse_size(struct vg_request *rq)
{
    char why[100];
    snprintf(why, sizeof why, "the body is larger than the %zu bytes that this address takes", most(rq));
    vg_count(&rq->serve->bodies_too_large);
    vg_refuse_request(rq, 413, "too_large", why);
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    size_t n = sizeof json - 1;
    return type && strncasecmp(type, json, n) == 0 && (!type[n] || strchr("; \t", type[n]));
}

void vg_body_begin(struct vg_request *rq)
{
    uint64_t length = 0;
    const char *text = vg_request_header(rq, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (!vg_body_is_announced(rq)) {
        vg_refuse_request(rq, 400, "no_body", "this address needs a body of JSON");
    } else if (!is_json(vg_request_header(rq, MHD_HTTP_HEADER_CONTENT_TYPE)) ||
               vg_request_header(rq, MHD_HTTP_HEADER_CONTENT_ENCODING)) {
        vg_refuse_request(rq, 415, "not_json", "the body must be application/json, without a Content-Encoding");
    } else if (text && (vg_uint_parse(text, UINT64_MAX / 2, &length) || length > most(rq))) {
        refuse_size(rq);
    } else if (!vg_bodies_reserve(rq->serve, most(rq))) {
        vg_refuse_request(rq, 503, "busy", "too many large bodies are on their way: try again soon");
    } else {
        rq->body.reserved = most(rq);
        rq->body.bytes = malloc(most(rq)); /* pages cost nothing until they are written */
        if (!rq->body.bytes)
            vg_refuse_request(rq, 503, "no_memory", "out of memory");
    }
}

/* Reads what nobody wants, so that the sender hears why; but not for ever. */
static bool drain(struct vg_request *rq, size_t len)
{
    rq->body.drained += len;
    return rq->body.drained <= VG_DRAIN_MAX;
}

bool vg_body_take(struct vg_request *rq, const char *bytes, size_t len)
{
    if (vg_clock_monotonic_us() - rq->begun_us > rq->serve->body_s * VG_SECOND_US) {
        vg_count(&rq->serve->bodies_too_slow);
        return false;
    }
    if (rq->refusal.code || !rq->route->body.schema)
        return drain(rq, len);
    if (len > most(rq) - rq->body.len) {
        refuse_size(rq);
        return drain(rq, len);
    }
    memcpy(rq->body.bytes + rq->body.len, bytes, len);
    rq->body.len += len;
    return true;
}

void vg_body_end(struct vg_request *rq)
{
    json_error_t error;
    char why[400];
    rq->body.json = json_loadb(rq->body.bytes, rq->body.len, JSON_REJECT_DUPLICATES, &error);
    if (rq->body.json)
        return;
    snprintf(why, sizeof why, "the body is not JSON: line %d, column %d: %s", error.line, error.column, error.text);
    vg_refuse_request(rq, 400, "bad_body", why);
}

void vg_body_free(struct vg_request *rq)
{
    json_decref(rq->body.json);
    free(rq->body.bytes);
    if (rq->body.reserved)
        vg_bodies_return(rq->serve, rq->body.reserved);
}

const json_t *vg_request_json(const struct vg_request *rq)
{
    return rq->body.json;
}
