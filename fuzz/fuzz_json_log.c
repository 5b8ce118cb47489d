/*
 * Logs of JSON objects: the same reports, counters and refusals however the bytes are cut, and every value within its
 * range. The first byte chooses the unit of canboat's angles, the second the size of the pieces.
 */
#include <stdlib.h>
#include <string.h>

#include "sensor/ais/batch.h"
#include "sensor/json/log.h"

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
    must(r->fields && r->mmsi && r->mmsi <= 0x3FFFFFFF);
    must(!(r->fields & VG_FIELD_BIT(POS)) || vg_pos_valid(r->pos));
    must(r->cog_ddeg < 3600 && r->heading_deg < 360 && r->sog_dkn <= 10220 && r->status < 16 && r->message <= 27);
    must(r->altitude_m >= 0 && r->altitude_m <= 4094 && r->aid_type < 32 && r->turn_raw > -128);
    must(r->eta_month <= 12 && r->eta_day <= 31 && r->eta_hour <= 24 && r->eta_minute <= 60);
    must(memchr(r->name, '\0', sizeof r->name) && memchr(r->callsign, '\0', sizeof r->callsign));
    must(memchr(r->destination, '\0', sizeof r->destination) && memchr(r->text, '\0', sizeof r->text));
    must((r->time_us == VG_TIME_NONE) == (r->time_source == VG_TIME_SOURCE_UNKNOWN));
}

static size_t read_all(bool si, const uint8_t *data, size_t size, size_t piece, struct vg_report *ret,
                       struct vg_csv_refusals *refusals)
{
    struct vg_json_log *l;
    size_t count = 0, n;
    if (vg_json_log_new(si, 1, &l))
        return 0;
    for (size_t at = 0; at < size && CAP - count >= VG_BATCH_LINE_MAX;) {
        size_t taken, give = size - at < piece ? size - at : piece;
        count += vg_json_log_push(l, data + at, give, ret + count, CAP - count, &taken);
        at += taken;
    }
    while ((n = vg_json_log_end(l, ret + count, CAP - count)) > 0)
        count += n;
    *refusals = *vg_json_log_refusals(l);
    vg_json_log_free(l);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vg_csv_refusals one, two;
    if (size < 2)
        return 0;
    bool si = data[0] & 1;
    size_t piece = data[1] % 61 + 1u;
    data += 2, size -= 2;
    vg_json_log_head((const char *)data, size, data[-2] & 2);
    size_t n = read_all(si, data, size, size + 1, whole, &one);
    must(read_all(si, data, size, piece, pieces, &two) == n);
    for (size_t i = 0; i < n; i++)
        check(&whole[i]);
    must(CAP - n < VG_BATCH_LINE_MAX || memcmp(&one, &two, sizeof one) == 0);
    must(memcmp(whole, pieces, n * sizeof *whole) == 0);
    return 0;
}
