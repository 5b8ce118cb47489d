/* Any text as a watch list: an error is one printable sentence; each row that is taken can be found, and be said. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text_plain.h"
#include "behaviour/watch_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
    if (!ok)
        abort();
}

/* She says all that the row says: it matches, by the surest. */
static void find(const struct vg_watch_list *list, const struct vg_watch_row *row)
{
    struct vg_watch_match found[VG_WATCH_MATCHES];
    unsigned contradicted;
    char text[160];
    const struct vg_watch_said said = {
        .mmsi = row->mmsi, .imo = row->imo, .name = row->name, .callsign = row->callsign, .time_us = row->date_us};
    const size_t count = vg_watch_list_find(list, &said, found, &contradicted);
    int own = count == VG_WATCH_MATCHES;
    for (size_t i = 0; i < count; i++) {
        own |= found[i].row == row;
        vg_watch_text(&found[i], text, sizeof text);
        check(vg_text_is_plain(text, strlen(text)) &&
              strncmp(text, found[i].row->list, strlen(found[i].row->list)) == 0);
        check(vg_watch_sure(found[i].by) > 0);
    }
    check(own && vg_watch_list_has(list, row->key));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vg_watch_list *list = NULL;
    char *error = NULL;
    if (vg_watch_list_read((const char *)data, size, "FILE", &list, &error)) {
        for (const char *p = error; p && *p; p++)
            check((unsigned char)*p >= 0x20 && *p != 0x7F);
        check(!list);
        free(error);
        return 0;
    }
    for (size_t i = 0; i < vg_watch_list_count(list) && i < 64; i++) {
        const struct vg_watch_row *row = vg_watch_list_get(list, i);
        check(*row->list && *row->basis && row->key && row->expires_us > row->date_us);
        check(row->imo || row->mmsi || (*row->callsign && *row->name));
        find(list, row);
    }
    vg_watch_list_free(list);
    return 0;
}
