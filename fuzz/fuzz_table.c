/*
 * Tables: the same reports, counters and refusals however the bytes are cut, and every value within its range. The
 * first byte chooses: a known layout; or, from 128 on, the bytes up to the first NUL are a layout file. Bit 6: a day is
 * told. Whatever the begin of a table is, what is said of it fits its room.
 */
#include <stdlib.h>
#include <string.h>

#include "sensor/table/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CAP         4096
#define TOLD_DAY_US (INT64_C(1732233600) * 1000000)

static struct vg_report whole[CAP], pieces[CAP];

static void must(bool yes)
{
    if (!yes)
        abort();
}

static void check(const struct vg_report *r)
{
    must(r->fields && r->mmsi && r->time_source == VG_TIME_SOURCE_LINE);
    must(r->time_us >= VG_TIME_TEXT_EARLIEST_US && r->time_us <= VG_CSV_LATEST_US);
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

/* Texts of two sizes: the check's, and one that is nearly too small. */
static void ask_head(const struct vg_layout *layout, const char *head, size_t len)
{
    char why[512];
    const char *row = head;
    size_t row_len = 0;
    vg_csv_known(head, len);
    if (vg_csv_header(layout, head, len, len & 1, &row, &row_len))
        must(row >= head && row + row_len <= head + len);
    vg_csv_explain(head, len, why, sizeof why);
    must(memchr(why, '\0', sizeof why) != NULL);
    vg_csv_explain(head, len, why, 64);
    must(memchr(why, '\0', 64) != NULL);
    enum vg_err err = vg_csv_check(layout, head, len, len & 1, VG_CSV_LATEST_US, why, sizeof why);
    must(err == VG_OK || (err == VG_UNSUPPORTED && memchr(why, '\0', sizeof why)) || err == VG_NOMEM);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vg_csv_refusals one, two;
    struct vg_layout layout;
    size_t known;
    char why[256];
    if (size < 2)
        return 0;
    layout = vg_layouts(&known)[(data[0] & 63) % known];
    size_t piece = data[1] % 61 + 1u;
    bool file = data[0] >= 128, dated = data[0] & 64;
    data += 2, size -= 2;
    if (file) {
        const uint8_t *end = memchr(data, '\0', size);
        if (!end || vg_layout_read((const char *)data, (size_t)(end - data), &layout, why, sizeof why))
            return 0;
        size -= (size_t)(end + 1 - data);
        data = end + 1;
    }
    if (dated)
        layout.day_us = TOLD_DAY_US;
    ask_head(&layout, (const char *)data, size);
    size_t n = read_all(&layout, data, size, size + 1, whole, &one);
    must(read_all(&layout, data, size, piece, pieces, &two) == n);
    for (size_t i = 0; i < n; i++)
        check(&whole[i]);
    must(n == CAP || memcmp(&one, &two, sizeof one) == 0);
    must(memcmp(whole, pieces, n * sizeof *whole) == 0);
    return 0;
}
