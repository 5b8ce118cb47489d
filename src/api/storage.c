/* /api/v1/storage: the data folder, as the service tells it. */
#include "api/inner.h"

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

bool vg_handle_storage(struct vg_request *rq)
{
    struct vg_storage_status k;
    struct vg_out out = vg_out_growing(16384);
    vg_storage_read(vg_api_of(rq), &k);
    vg_out_printf(&out, "{\"kept\":%s", k.kept ? "true" : "false");
    if (k.kept) {
        vg_out_printf(&out, ",\"state\":\"%s\"", vg_storage_is_failing(&k) ? "failing" : "ok");
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
