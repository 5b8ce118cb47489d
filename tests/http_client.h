/* A small HTTP client: one request, one answer; or a body that does not end, read as it comes. Blocking, with a limit.
 */
#ifndef VG_TESTS_HTTP_CLIENT_H
#define VG_TESTS_HTTP_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

#define HTTP_WAIT_MS 300000 /* a test that hangs ends; a slow machine doesn't end it */

struct http {
    int fd;
    int status;
    bool chunked, ended;
    size_t length; /* of the body, if not chunked */
    char head[8192];
    /* what was read behind the head or the last chunk */
    char raw[65536];
    size_t raw_len, raw_pos;
    size_t chunk_left;
    /* whole body, after http_get() */
    char *body;
    size_t body_len;
};

/* receive_buffer 0: the system's; from NULL: the system's choice, else the address to come from, as "127.0.0.2" */
static inline int http_connect_from(const char *from, const char *address, int receive_buffer)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    const char *colon = strrchr(address, ':');
    char host[64];
    snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);
    assert_int_equal(inet_pton(AF_INET, host, &at.sin_addr), 1);
    at.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    if (receive_buffer)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    if (from) {
        struct sockaddr_in mine = {.sin_family = AF_INET};
        assert_int_equal(inet_pton(AF_INET, from, &mine.sin_addr), 1);
        assert_int_equal(bind(fd, (struct sockaddr *)&mine, sizeof mine), 0);
    }
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static inline int http_connect(const char *address, int receive_buffer)
{
    return http_connect_from(NULL, address, receive_buffer);
}

static inline void http_write(int fd, const char *text)
{
    size_t len = strlen(text);
    assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* More bytes into raw. False at the end of the connection. */
static inline bool http_more(struct http *h)
{
    if (h->raw_pos == h->raw_len)
        h->raw_pos = h->raw_len = 0;
    struct pollfd p = {.fd = h->fd, .events = POLLIN};
    if (poll(&p, 1, HTTP_WAIT_MS) != 1)
        fail_msg("the server said nothing for five minutes");
    ssize_t n = recv(h->fd, h->raw + h->raw_len, sizeof h->raw - h->raw_len, 0);
    if (n > 0)
        h->raw_len += (size_t)n;
    return n > 0;
}

static inline const char *http_header(const struct http *h, const char *name)
{
    static _Thread_local char value[1024];
    size_t n = strlen(name);
    for (const char *line = strstr(h->head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':') {
            const char *from = line + 3 + n + strspn(line + 3 + n, " ");
            snprintf(value, sizeof value, "%.*s", (int)strcspn(from, "\r"), from);
            return value;
        }
    return NULL;
}

static inline void http_read_head(struct http *h)
{
    size_t n = 0;
    for (;;) {
        if (h->raw_pos == h->raw_len && !http_more(h))
            fail_msg("the connection ended within the head");
        assert_true(n + 1 < sizeof h->head);
        h->head[n++] = h->raw[h->raw_pos++];
        h->head[n] = '\0';
        if (n >= 4 && memcmp(h->head + n - 4, "\r\n\r\n", 4) == 0)
            break;
    }
    assert_int_equal(sscanf(h->head, "HTTP/1.%*d %d", &h->status), 1);
    const char *encoding = http_header(h, "Transfer-Encoding");
    h->chunked = encoding && strcasecmp(encoding, "chunked") == 0;
    const char *length = http_header(h, "Content-Length");
    h->length = length ? strtoul(length, NULL, 10) : 0;
}

/* Opens a connection, sends, reads the head. extra: further header lines, each with its end. */
static inline void http_open(struct http *h, const char *address, const char *method, const char *target,
                             const char *extra, int receive_buffer)
{
    char *text = NULL;
    memset(h, 0, sizeof *h);
    h->fd = http_connect(address, receive_buffer);
    const char *host = strstr(extra, "Host:") ? "" : "Host: localhost\r\n";
    assert_true(asprintf(&text, "%s %s HTTP/1.1\r\n%s%s\r\n", method, target, host, extra) > 0);
    http_write(h->fd, text);
    free(text);
    http_read_head(h);
}

static inline char http_byte(struct http *h)
{
    if (h->raw_pos == h->raw_len && !http_more(h)) {
        h->ended = true;
        return '\n';
    }
    return h->raw[h->raw_pos++];
}

static inline void http_next_chunk(struct http *h)
{
    char line[32];
    do { /* the line end of the chunk before is an empty line */
        size_t n = 0;
        for (char c; (c = http_byte(h)) != '\n';)
            if (n + 1 < sizeof line)
                line[n++] = c;
        line[n] = '\0';
    } while (!h->ended && line[0] == '\r');
    h->chunk_left = h->ended ? 0 : strtoul(line, NULL, 16);
    if (!h->chunk_left)
        h->ended = true;
}

/* Up to max bytes of a chunked body; waits for the first. 0: the end. */
static inline size_t http_read(struct http *h, void *buf, size_t max)
{
    if (!h->chunk_left && !h->ended)
        http_next_chunk(h);
    if (h->ended)
        return 0;
    if (h->raw_pos == h->raw_len && !http_more(h)) {
        h->ended = true;
        return 0;
    }
    size_t n = h->raw_len - h->raw_pos;
    n = n < max ? n : max;
    n = n < h->chunk_left ? n : h->chunk_left;
    memcpy(buf, h->raw + h->raw_pos, n);
    h->raw_pos += n;
    h->chunk_left -= n;
    return n;
}

static inline void http_close(struct http *h)
{
    close(h->fd);
    free(h->body);
    free(h);
}

/* The body of known length that follows a head. */
static inline void http_read_body(struct http *h)
{
    assert_false(h->chunked);
    h->body = malloc(h->length + 1);
    while (h->body_len < h->length) {
        if (h->raw_pos == h->raw_len && !http_more(h))
            fail_msg("the body ended early");
        size_t n = h->raw_len - h->raw_pos;
        assert_true(h->body_len + n <= h->length);
        memcpy(h->body + h->body_len, h->raw + h->raw_pos, n);
        h->body_len += n;
        h->raw_pos += n;
    }
    h->body[h->body_len] = '\0';
}

/* A whole answer with a body of known length. Free with http_close(). */
static inline struct http *http_ask(const char *address, const char *method, const char *target, const char *extra)
{
    struct http *h = malloc(sizeof *h);
    http_open(h, address, method, target, extra, 0);
    if (strcmp(method, "HEAD") == 0 || h->status == 304)
        h->body = calloc(1, 1);
    else
        http_read_body(h);
    return h;
}

/* The same of a request with a body. NULL type: no Content-Type. */
static inline struct http *http_send(const char *address, const char *method, const char *target, const char *type,
                                     const char *body)
{
    char headers[256], *text;
    struct http *h = calloc(1, sizeof *h);
    snprintf(headers, sizeof headers, "%s%s%s", type ? "Content-Type: " : "", type ? type : "", type ? "\r\n" : "");
    assert_true(asprintf(&text, "%s %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %zu\r\n\r\n%s", method, target,
                         headers, strlen(body), body) > 0);
    h->fd = http_connect(address, 0);
    http_write(h->fd, text);
    free(text);
    http_read_head(h);
    http_read_body(h);
    return h;
}

static inline struct http *http_get(const char *address, const char *target)
{
    return http_ask(address, "GET", target, "");
}

#endif
