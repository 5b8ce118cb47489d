/* /api/v1/storage: the data folder, as the service tells it. */
#include <string.h>

#include "serve/inner.h"

void vg_storage_read(struct vg_serve *s, struct vg_storage_status *ret)
{
    pthread_mutex_lock(&s->lock);
    *ret = s->storage;
    pthread_mutex_unlock(&s->lock);
}

static void text_or_null(struct vg_out *out, const char *name, const char *text)
{
    vg_out_printf(out, ",\"%s\":", name);
    if (*text)
        vg_json_text(out, text);
    else
        vg_out_text(out, "null");
}

static void time_or_null(struct vg_out *out, const char *name, int64_t time_us)
{
    vg_out_printf(out, ",\"%s\":", name);
    if (time_us == VG_TIME_NONE)
        vg_out_text(out, "null");
    else
        vg_out_json_time(out, time_us);
}

bool vg_storage_fails(const struct vg_storage_status *k)
{
    return *k->error || k->archive_failing;
}

void vg_write_storage_event(struct vg_out *out, const struct vg_storage_status *k)
{
    vg_out_printf(out, "{\"state\":\"%s\"", vg_storage_fails(k) ? "failing" : "ok");
    text_or_null(out, "error", k->error);
    text_or_null(out, "archive_error", k->archive_failing ? k->archive_error : "");
    time_or_null(out, "since", *k->error ? k->failing_us : VG_TIME_NONE);
    vg_out_printf(out, ",\"lost_entries\":%llu,\"lost_bytes\":%llu}", (unsigned long long)k->lost_entries,
                  (unsigned long long)k->lost_bytes);
}

void vg_serve_storage(struct vg_serve *s, const struct vg_storage_status *board)
{
    pthread_mutex_lock(&s->lock);
    bool turned =
        vg_storage_fails(&s->storage) != vg_storage_fails(board) || strcmp(s->storage.error, board->error) != 0;
    s->storage = *board;
    pthread_mutex_unlock(&s->lock);
    if (!turned)
        return;
    char buf[1024];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_write_storage_event(&out, board);
    if (!out.err)
        vg_serve_notice(s, "storage", buf, out.len);
}

enum MHD_Result vg_handle_storage(struct vg_request *rq)
{
    struct vg_storage_status k;
    struct vg_out out = vg_out_growing(16384);
    vg_storage_read(rq->serve, &k);
    vg_out_printf(&out, "{\"kept\":%s", k.kept ? "true" : "false");
    if (k.kept) {
        vg_out_printf(&out, ",\"state\":\"%s\"", vg_storage_fails(&k) ? "failing" : "ok");
        text_or_null(&out, "error", k.error);
        time_or_null(&out, "failing_since", *k.error ? k.failing_us : VG_TIME_NONE);
        text_or_null(&out, "archive_error", k.archive_failing ? k.archive_error : "");
        time_or_null(&out, "archived_until", k.archived_us);
        time_or_null(&out, "saved", k.saved_us);
#define X(name, kind, suffix, text) vg_out_printf(&out, ",\"" #name "\":%llu", (unsigned long long)k.name);
        VG_STORAGE_LIST(X)
#undef X
    }
    vg_out_text(&out, "}\n");
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}
