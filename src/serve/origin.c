/*
 * Whose requests are answered: those that name us, and come from no other site's page.
 *
 * A page of any site can make its own name mean our address and then read what we serve as if it were its own (DNS
 * rebinding). Its requests still carry that name in Host: only names that are ours are answered. And it can have a
 * browser ask us without being able to read the answer: that costs us the work and tells it the time that it took. Such
 * requests carry Sec-Fetch-Site or Origin: they are refused, but for a link that leads a person to the page.
 */
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "serve/inner.h"

/* ---- names ---- */

static bool local_address(const struct vg_request *rq, uint8_t ret[static 16], bool *ret_loopback)
{
    struct sockaddr_storage at = {.ss_family = AF_UNSPEC};
    socklen_t len = sizeof at;
    if (getsockname(rq->of->fd, (struct sockaddr *)&at, &len))
        return false;
    *ret_loopback = vg_sockaddr_is_loopback((struct sockaddr *)&at);
    return vg_sockaddr_bytes((struct sockaddr *)&at, ret);
}

static bool is_loopback_literal(const struct vg_authority *a)
{
    struct vg_net net;
    memcpy(net.bytes, a->address, sizeof net.bytes);
    return vg_net_is_loopback(&net);
}

/* Addresses in numbers can't be made to mean another: one that only this machine reaches answers to all of them. */
static bool literal_is_ours(const struct vg_request *rq, const struct vg_authority *a)
{
    uint8_t local[16];
    bool loopback;
    if (rq->serve->loopback)
        return true;
    return local_address(rq, local, &loopback) &&
           (memcmp(local, a->address, sizeof local) == 0 || (loopback && is_loopback_literal(a)));
}

/* localhost and all below it (RFC 6761, 6.3): of a connection from this machine. */
static bool is_localhost(const struct vg_request *rq, const char *host)
{
    size_t n = strlen(host);
    uint8_t local[16];
    bool loopback = false;
    if (strcmp(host, "localhost") != 0 && (n <= 10 || strcmp(host + n - 10, ".localhost") != 0))
        return false;
    return rq->serve->loopback || (local_address(rq, local, &loopback) && loopback);
}

/* One of those that --host names. */
static bool is_named(const struct vg_serve *s, const struct vg_authority *a)
{
    struct vg_authority named;
    for (const char *p = s->hosts; p && *p; p += *p == ',') {
        size_t n = strcspn(p, ",");
        if (vg_host_take(p, n, &named) && strcmp(named.host, a->host) == 0)
            return true;
        p += n;
    }
    return false;
}

bool vg_host_take(const char *text, size_t len, struct vg_authority *ret)
{
    char bracketed[VG_AUTHORITY_HOST];
    if (vg_authority_parse(text, len, ret))
        return true;
    if (len + 3 > sizeof bracketed || !memchr(text, ':', len)) /* IPv6 as people write it */
        return false;
    snprintf(bracketed, sizeof bracketed, "[%.*s]", (int)len, text);
    return vg_authority_parse(bracketed, len + 2, ret);
}

static bool host_is_ours(const struct vg_request *rq, const struct vg_authority *a)
{
    return strcasecmp(a->host, rq->serve->listen_host) == 0 || is_named(rq->serve, a) || is_localhost(rq, a->host) ||
           (a->literal && literal_is_ours(rq, a));
}

/* ---- headers ---- */

struct header_values {
    const char *name;
    unsigned count;
    const char *first;
    bool differ;
};

static enum MHD_Result on_header(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    struct header_values *h = arg;
    if (strcasecmp(name, h->name) != 0)
        return MHD_YES;
    value = value ? value : "";
    if (h->count++)
        h->differ = h->differ || strcmp(value, h->first) != 0;
    else
        h->first = value;
    return MHD_YES;
}

static struct header_values header(const struct vg_request *rq, const char *name)
{
    struct header_values h = {.name = name};
    MHD_get_connection_values(rq->connection, MHD_HEADER_KIND, on_header, &h);
    return h;
}

bool vg_request_names_us(struct vg_request *rq)
{
    struct header_values host = header(rq, MHD_HTTP_HEADER_HOST);
    struct vg_authority a;
    if (host.count > 1) {
        vg_refuse_request(rq, 400, "bad_host", "the request has more than one Host header");
        return false;
    }
    if (!host.count) /* HTTP/1.0: no browser of today; others must send one, and libmicrohttpd sees to it */
        return true;
    if (vg_authority_parse(host.first, strlen(host.first), &a) && host_is_ours(rq, &a))
        return true;
    vg_count(&rq->serve->foreign_hosts);
    vg_refuse_request(
        rq, 421, "misdirected",
        rq->serve->loopback
            ? "this server listens on this machine only and answers to localhost or an IP address in the "
              "Host header, and to names given with --host NAME (setting host)"
            : "this server does not answer to that name in the Host header: it answers to the address that "
              "it was reached by, and to names given with --host NAME (setting host)");
    return false;
}

/* ---- other sites ---- */

/* "https://vigia.example:8443": the same as Host says, or one of --host's (a reverse proxy may change Host). */
static bool origin_is_ours(const struct vg_request *rq, const char *origin)
{
    struct vg_authority from, to;
    bool tls = strncasecmp(origin, "https://", 8) == 0;
    if (!tls && strncasecmp(origin, "http://", 7) != 0)
        return false;
    origin += tls ? 8 : 7;
    if (!vg_authority_parse(origin, strlen(origin), &from))
        return false;
    if (is_named(rq->serve, &from))
        return true;
    const char *host = vg_request_header(rq, MHD_HTTP_HEADER_HOST);
    if (!host || !vg_authority_parse(host, strlen(host), &to) || strcmp(from.host, to.host) != 0)
        return false;
    unsigned usual = tls ? 443 : 80;
    return (from.port_given ? from.port : usual) == (to.port_given ? to.port : usual);
}

static bool says(const char *value, const char *word)
{
    return value && strcasecmp(value, word) == 0;
}

bool vg_request_is_foreign(const struct vg_request *rq)
{
    struct header_values site = header(rq, "Sec-Fetch-Site"), origin = header(rq, MHD_HTTP_HEADER_ORIGIN);
    if (origin.count && (origin.differ || !origin_is_ours(rq, origin.first)))
        return true;
    return site.count && (site.differ || (!says(site.first, "same-origin") && !says(site.first, "none")));
}

bool vg_request_is_visit(const struct vg_request *rq)
{
    return !header(rq, MHD_HTTP_HEADER_ORIGIN).count && says(vg_request_header(rq, "Sec-Fetch-Mode"), "navigate") &&
           says(vg_request_header(rq, "Sec-Fetch-Dest"), "document");
}
