/* The fast ways against the plain one: same messages, same text, same reports, same refusals, however the bytes are
 * cut. */
#include <stdlib.h>
#include <string.h>

#include "nmea/line.h"
#include "sensor/ais/batch.h"
#include "sensor/ais/layouts.h"
#include "sensor/ais/parallel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX    (4 << 20)
#define REPORTS_MAX 4096

struct heard {
    char *text;
    size_t len;
    size_t reports;
    struct vg_report report[REPORTS_MAX];
    bool plain;
};

static struct heard *plain, *fast;

static enum vg_err keep(void *arg, const void *bytes, size_t len)
{
    struct heard *h = arg;
    if (len > TEXT_MAX - h->len)
        abort();
    memcpy(h->text + h->len, bytes, len);
    h->len += len;
    return VG_OK;
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct heard *h = arg;
    struct vg_out out = vg_out_fixed(h->text + h->len, TEXT_MAX - h->len);
    (h->plain ? vg_ais_json_plain : vg_ais_json)(msg, payload, &out);
    vg_out_char(&out, '\n');
    if (out.err)
        abort();
    h->len += out.len;
    if (h->reports == REPORTS_MAX)
        return;
    struct vg_report *r = &h->report[h->reports];
    memset(r, 0, sizeof *r);
    if (!(h->plain ? vg_ais_report_by_table : vg_ais_report)(msg, r))
        return;
    r->time_us = payload->time_us;
    r->journal_offset = payload->journal_offset;
    h->reports++;
}

static void same(bool yes)
{
    if (!yes)
        abort();
}

static void same_refusals(const struct vg_refusals *a, const struct vg_refusals *b)
{
    same(memcmp(a->count, b->count, sizeof a->count) == 0);
    for (int i = 0; i < VG_REFUSAL_COUNT; i++)
        same(strcmp(a->example[i], b->example[i]) == 0);
}

static void same_reports(const struct heard *a, const struct vg_report *b, size_t n)
{
    same(a->reports == n);
    for (size_t i = 0; i < n; i++) {
        const struct vg_report *x = &a->report[i], *y = &b[i];
        same(x->time_us == y->time_us && x->journal_offset == y->journal_offset && x->mmsi == y->mmsi &&
             x->fields == y->fields && x->message == y->message && x->pos.lon_e4min == y->pos.lon_e4min &&
             x->pos.lat_e4min == y->pos.lat_e4min && x->sog_dkn == y->sog_dkn && x->cog_ddeg == y->cog_ddeg &&
             x->heading_deg == y->heading_deg && x->turn_raw == y->turn_raw && x->imo == y->imo &&
             strcmp(x->name, y->name) == 0 && strcmp(x->destination, y->destination) == 0 &&
             strcmp(x->callsign, y->callsign) == 0 && strcmp(x->text, y->text) == 0);
    }
}

static enum vg_err keep_parts(void *arg, const struct iovec *parts, int count)
{
    for (int i = 0; i < count; i++)
        keep(arg, parts[i].iov_base, parts[i].iov_len);
    return VG_OK;
}

struct input {
    const uint8_t *at;
    size_t len;
};

static enum vg_err read_some(void *arg, void *bytes, size_t cap, size_t *ret_len)
{
    struct input *in = arg;
    if (!in->len)
        return VG_EOF;
    *ret_len = in->len < cap ? in->len : cap;
    memcpy(bytes, in->at, *ret_len);
    in->at += *ret_len;
    in->len -= *ret_len;
    return VG_OK;
}

static struct input parallel_input;

static enum vg_err read_parallel(void *arg, void *bytes, size_t cap, size_t *ret_len)
{
    (void)arg;
    return read_some(&parallel_input, bytes, cap, ret_len);
}

static struct vg_receiver *receive(struct heard *h, const uint8_t *data, size_t size, size_t piece)
{
    struct vg_receiver *r;
    h->len = h->reports = 0;
    if (vg_receiver_new(on_message, h, &r))
        abort();
    for (size_t at = 0; at < size; at += piece)
        vg_receiver_push(r, data + at, size - at < piece ? size - at : piece, VG_TIME_NONE);
    vg_receiver_end(r);
    return r;
}

static void batch(const struct heard *expected, const struct vg_receiver *r, const uint8_t *data, size_t size)
{
    static struct vg_report report[REPORTS_MAX + VG_BATCH_LINE_MAX];
    struct vg_batch *b;
    size_t n = 0, taken;
    if (vg_batch_new(false, &b))
        abort();
    for (size_t at = 0; at < size && n <= REPORTS_MAX - VG_BATCH_LINE_MAX; at += taken)
        n += vg_batch_push(b, data + at, size - at, VG_TIME_NONE, report + n, REPORTS_MAX - n, &taken);
    n += vg_batch_end(b, report + n, VG_BATCH_LINE_MAX);
    if (expected->reports < REPORTS_MAX - VG_BATCH_LINE_MAX) {
        same_reports(expected, report, n);
        same_refusals(vg_receiver_refusals(r), vg_batch_refusals(b));
    }
    vg_batch_free(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vg_parallel_result result;
    if (size < 2 || size > 100000)
        return 0;
    if (!plain) {
        plain = calloc(1, sizeof *plain);
        fast = calloc(1, sizeof *fast);
        plain->text = malloc(TEXT_MAX);
        fast->text = malloc(TEXT_MAX);
        plain->plain = true;
    }
    size_t piece = (size_t)data[0] * 4 + 1, block = 64 + (size_t)data[1] * 8;
    data += 2;
    size -= 2;
    vg_line_use(VG_LINE_PLAIN);
    struct vg_receiver *r = receive(plain, data, size, size ? size : 1);
    for (int path = VG_LINE_PORTABLE; path < VG_LINE_PATHS; path++) {
        if (!vg_line_use((enum vg_line_path)path))
            continue;
        struct vg_receiver *f = receive(fast, data, size, path % 2 ? piece : size + 1);
        same(plain->len == fast->len && memcmp(plain->text, fast->text, plain->len) == 0);
        same_reports(plain, fast->report, fast->reports);
        same_refusals(vg_receiver_refusals(r), vg_receiver_refusals(f));
        vg_receiver_free(f);
        batch(plain, r, data, size);
    }
    fast->len = 0;
    parallel_input = (struct input){data, size};
    struct vg_parallel how = {1 + piece % 2, block, false, read_parallel, keep_parts, fast};
    same(vg_parallel_decode(&how, &result) == VG_OK);
    same(plain->len == fast->len && memcmp(plain->text, fast->text, plain->len) == 0);
    same_refusals(vg_receiver_refusals(r), &result.refusals);
    vg_receiver_free(r);
    return 0;
}
