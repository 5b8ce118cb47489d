/*
 * Tables: the same reports, counters and refusals however the bytes are cut, and every value within its range. The
 * first byte chooses: a known layout; or, from 128 on, the bytes up to the first NUL are a layout file.
 */
#include <stdlib.h>
#include <string.h>

#include "sensor/table/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CAP 4096

static struct vg_report whole[CAP], pieces[CAP];

static void must(bool yes)
{
    if (!yes)
        abort();
}

static void check(const struct vg_report *r)
{
    must(r->fields && r->mmsi);
    must(!(r->fields & VG_FIELD_BIT(POS)) || vg_pos_valid(r->pos));
    must(r->cog_ddeg < 3600 && r->heading_deg < 360 && r->sog_dkn <= 10220 && r->status < 16 && r->message <= 27);
    must(memchr(r->name, '\0', sizeof r->name) && memchr(r->callsign, '\0', sizeof r->callsign));
    must(memchr(r->destination, '\0', sizeof r->destination) != NULL);
}

static size_t read_all(const struct vg_layout *layout, const uint8_t *data, size_t size, size_t piece,
                       struct vg_report *ret, struct vg_csv_refusals *refusals)
{
    struct vg_csv *t;
    size_t count = 0, n;
    if (vg_csv_new(layout, 1, &t))
        return 0;
    for (size_t at = 0; at < size && count < CAP;) {
        size_t taken, give = size - at < piece ? size - at : piece;
        count += vg_csv_push(t, data + at, give, ret + count, CAP - count, &taken);
        at += taken;
    }
    while (count < CAP && (n = vg_csv_end(t, ret + count, CAP - count)) > 0)
        count += n;
    *refusals = *vg_csv_refusals(t);
    vg_csv_free(t);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vg_csv_refusals one, two;
    struct vg_layout read;
    size_t known;
    char why[256];
    if (size < 2)
        return 0;
    const struct vg_layout *layout = vg_layouts(&known) + data[0] % known;
    size_t piece = data[1] % 61 + 1u;
    bool file = data[0] >= 128;
    data += 2, size -= 2;
    if (file) {
        const uint8_t *end = memchr(data, '\0', size);
        if (!end || vg_layout_read((const char *)data, (size_t)(end - data), &read, why, sizeof why))
            return 0;
        size -= (size_t)(end + 1 - data);
        data = end + 1;
        layout = &read;
    }
    vg_csv_known((const char *)data, size);
    size_t n = read_all(layout, data, size, size + 1, whole, &one);
    must(read_all(layout, data, size, piece, pieces, &two) == n);
    for (size_t i = 0; i < n; i++)
        check(&whole[i]);
    must(n == CAP || memcmp(&one, &two, sizeof one) == 0);
    must(memcmp(whole, pieces, n * sizeof *whole) == 0);
    return 0;
}
