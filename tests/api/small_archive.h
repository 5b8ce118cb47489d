/* An archive of a few rows in a folder of its own, and whole answers about it. */
#ifndef VG_TESTS_API_SMALL_ARCHIVE_H
#define VG_TESTS_API_SMALL_ARCHIVE_H

#include <ftw.h>

#include "archive/store.h"
#include "server.h"

#define BEGIN_US (INT64_C(1700000000) / 3600 * 3600 * VG_SECOND_US) /* 2023-11-14T22:00:00Z */
#define BEGIN    "2023-11-14T22:00:00Z"

struct small_archive {
    char folder[40];
    struct vg_sources sources;
    struct vg_store_writer *writer;
    uint64_t mark;
};

/* Opens it for more rows; the first time there is none yet. Source 1 is `feed`. */
static inline void archive_begin(struct small_archive *a, const char *feed)
{
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    const char *why = "";
    if (!*a->folder) {
        snprintf(a->folder, sizeof a->folder, "/tmp/vigia-small-XXXXXX");
        assert_non_null(mkdtemp(a->folder));
    }
    assert_int_equal(vg_sources_init(&a->sources), VG_OK);
    assert_int_equal(vg_source_feed(&a->sources, feed), 1);
    if (vg_store_open(a->folder, &rules, &a->sources, &a->writer, &a->mark, &why))
        fail_msg("%s", why);
}

static inline void archive_add(struct small_archive *a, struct vg_report r)
{
    assert_int_equal(vg_store_add(a->writer, &r), VG_OK);
}

static inline void archive_end(struct small_archive *a)
{
    assert_int_equal(vg_store_commit(a->writer, a->mark + 1), VG_OK);
    vg_store_close(a->writer);
    vg_sources_free(&a->sources);
}

static inline int archive_drop_entry(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

static inline void archive_drop(const struct small_archive *a)
{
    nftw(a->folder, archive_drop_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static inline struct server *archive_server(const struct small_archive *a)
{
    struct vg_api_options o = server_options();
    o.archive_dir = a->folder;
    return server_open(&o);
}

/* ---- reports, in seconds after BEGIN_US ---- */

static inline struct vg_report said_by(uint32_t mmsi, int64_t s, uint8_t message)
{
    return (struct vg_report){.time_us = BEGIN_US + s * VG_SECOND_US,
                              .mmsi = mmsi,
                              .source = 1,
                              .sensor = VG_SENSOR_AIS,
                              .message = message,
                              .class = (uint8_t)vg_message_class(message),
                              .pos = VG_POS_NONE};
}

/* A place and nothing else. */
static inline struct vg_report seen_at(uint32_t mmsi, int64_t s, uint8_t message, double lon, double lat)
{
    struct vg_report r = said_by(mmsi, s, message);
    r.fields = VG_FIELD_BIT(POS);
    r.measured = VG_MEASURED_POSITION;
    r.pos = vg_pos_from_deg(lon, lat);
    return r;
}

static inline struct vg_report named_as(uint32_t mmsi, int64_t s, uint8_t message, const char *name)
{
    struct vg_report r = said_by(mmsi, s, message);
    r.fields = VG_FIELD_BIT(NAME);
    snprintf(r.name, sizeof r.name, "%s", name);
    return r;
}

/* ---- answers ---- */

static inline size_t body_part(struct http *h, size_t room)
{
    if (h->chunked)
        return http_read(h, h->body + h->body_len, room);
    if (h->raw_pos == h->raw_len && !http_more(h))
        return 0;
    size_t n = h->raw_len - h->raw_pos < room ? h->raw_len - h->raw_pos : room;
    memcpy(h->body + h->body_len, h->raw + h->raw_pos, n);
    h->raw_pos += n;
    return n;
}

/* The answer to /api/v1/history`question`, also a chunked one, at most a MiB. */
static inline struct http *history_ask(struct server *server, const char *question, const char *extra)
{
    const size_t cap = 1 << 20;
    char target[256];
    struct http *h = calloc(1, sizeof *h);
    snprintf(target, sizeof target, "/api/v1/history%s", question);
    http_open(h, server->address, "GET", target, extra, 0);
    h->body = malloc(cap + 1);
    for (size_t n = 1; n && h->status != 304 && (h->chunked || h->body_len < h->length); h->body_len += n)
        n = body_part(h, cap - h->body_len);
    h->body[h->body_len] = '\0';
    return h;
}

#endif
