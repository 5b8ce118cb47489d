/* Times, and text of XML, as every form writes them. */
#include <string.h>

#include "base/time.h"
#include "export/inner.h"

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
    static const struct {
        char c;
        const char *reference;
    } marks[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
    const uint8_t *p = (const uint8_t *)text;
    for (size_t i = 0, len = strlen(text), n; i < len; i += n ? n : 1) {
        size_t m = 0;
        n = vg_utf8_length(p + i, len - i);
        while (m < sizeof marks / sizeof *marks && text[i] != marks[m].c)
            m++;
        if (m < sizeof marks / sizeof *marks)
            vg_out_text(out, marks[m].reference);
        else
            vg_out_plain(out, text + i, n ? n : 1);
    }
}
