/* /api/v1/storage: the data folder, as the service tells it. */
#include "api/inner.h"

static void write_damage(struct vg_out *out, const struct vg_storage_status *k)
{
    vg_out_text(out, ",\"damage\":[");
    for (size_t i = 0; i < k->damage_count; i++) {
        vg_out_text(out, i ? ",{\"what\":" : "{\"what\":");
        vg_json_text(out, k->damage[i].what);
        vg_json_key(out, "path");
        vg_json_text(out, k->damage[i].path);
        vg_json_key(out, "error");
        vg_json_text(out, k->damage[i].error);
        vg_out_char(out, '}');
    }
    vg_out_char(out, ']');
    if (k->damages)
        vg_json_text_or_null(out, "repair", k->repair);
}

bool vg_handle_storage(struct vg_request *rq)
{
    struct vg_storage_status k;
    struct vg_out out = vg_out_growing(65536);
    vg_storage_read(vg_api_of(rq), &k);
    vg_out_printf(&out, "{\"kept\":%s", k.kept ? "true" : "false");
    if (k.kept) {
        vg_out_printf(&out, ",\"state\":\"%s\"", vg_storage_is_failing(&k) ? "failing" : "ok");
        vg_json_text_or_null(&out, "error", k.error);
        vg_json_time_or_null(&out, "failing_since", *k.error ? k.failing_us : VG_TIME_NONE);
        vg_json_text_or_null(&out, "archive_error", k.archive_failing ? k.archive_error : "");
        vg_json_time_or_null(&out, "archived_until", k.archived_us);
        vg_json_time_or_null(&out, "saved", k.saved_us);
        vg_json_time_or_null(&out, "archive_from", k.archive_from_us);
        vg_json_time_or_null(&out, "retired_until", k.retired_until_us);
        vg_json_space(&out, &k.disk);
#define X(name, kind, suffix, text) vg_out_printf(&out, ",\"" #name "\":%llu", (unsigned long long)k.name);
        VG_STORAGE_LIST(X)
#undef X
        write_damage(&out, &k);
    }
    vg_out_text(&out, "}\n");
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}
