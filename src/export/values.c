/* Values as several forms write them. Below the forms, which all use them. */
#include "export/inner.h"

void vg_export_deg(struct vg_out *out, int32_t e4min)
{
    vg_out_e4min_deg(out, e4min);
}

void vg_export_time(struct vg_out *out, int64_t time_us)
{
    char text[VG_TIME_TEXT];
    int64_t us = time_us % VG_SECOND_US;
    if (us < 0)
        us += VG_SECOND_US;
    if (us % 1000 == 0) {
        vg_out_bytes(out, text, vg_time_text(time_us, text));
        return;
    }
    size_t n = vg_time_text(time_us - us, text);
    vg_out_bytes(out, text, n - 1);
    vg_out_printf(out, ".%06dZ", (int)us);
}

void vg_export_xml(struct vg_out *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        switch (*p) {
        case '&':
            vg_out_text(out, "&amp;");
            break;
        case '<':
            vg_out_text(out, "&lt;");
            break;
        case '>':
            vg_out_text(out, "&gt;");
            break;
        case '"':
            vg_out_text(out, "&quot;");
            break;
        default:
            vg_out_char(out, (uint8_t)*p < 0x20 ? '?' : *p);
        }
    }
}
