/* Members of a JSON object, each with the comma before it. */
#include <math.h>

#include "api/json.h"
#include "serve/http.h"

void vg_json_key(struct vg_out *out, const char *name)
{
    vg_out_text(out, ",\"");
    vg_out_text(out, name);
    vg_out_text(out, "\":");
}

void vg_json_number(struct vg_out *out, const char *name, uint64_t value)
{
    vg_json_key(out, name);
    vg_out_uint(out, value);
}

void vg_json_text_or_null(struct vg_out *out, const char *name, const char *text)
{
    vg_json_key(out, name);
    if (*text)
        vg_json_text(out, text);
    else
        vg_out_text(out, "null");
}

void vg_json_time_or_null(struct vg_out *out, const char *name, int64_t time_us)
{
    vg_json_key(out, name);
    if (time_us == VG_TIME_NONE)
        vg_out_text(out, "null");
    else
        vg_out_json_time(out, time_us);
}

void vg_json_number_or_null(struct vg_out *out, const char *name, bool known, int64_t value)
{
    vg_json_key(out, name);
    if (known)
        vg_out_int(out, value);
    else
        vg_out_text(out, "null");
}

void vg_json_real(struct vg_out *out, const char *name, double value, int decimals)
{
    vg_json_key(out, name);
    if (isfinite(value))
        vg_out_printf(out, "%.*f", decimals, value);
    else
        vg_out_text(out, "null");
}

void vg_json_seconds_or_null(struct vg_out *out, const char *name, bool known, int64_t us)
{
    vg_json_key(out, name);
    if (known)
        vg_out_printf(out, "%.3f", (double)us / 1e6);
    else
        vg_out_text(out, "null");
}
