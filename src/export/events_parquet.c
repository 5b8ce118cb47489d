#include "export/events_parquet.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "archive/parquet_write.h"
#include "archive/query.h"
#include "base/text_plain.h"
#include "base/time.h"
#include "behaviour/event_json.h"
#include "behaviour/innocent.h"

#define TEXT 4096 /* bytes of one cell; `numbers` is the longest, some 2 KiB */

/* name, physical type, logical type, bits, precision, scale, whether the row has it, its value. e: the event */
#define NUMBER_LIST(X)                                                                                                 \
    X("revision", INT32, UINT, 16, 0, 0, true, e->revision)                                                            \
    X("begin", INT64, TIME_US, 0, 0, 0, e->begin_us != VG_TIME_NONE, e->begin_us)                                      \
    X("end", INT64, TIME_US, 0, 0, 0, e->end_us != VG_TIME_NONE, e->end_us)                                            \
    X("told", INT64, TIME_US, 0, 0, 0, e->told_us != VG_TIME_NONE, e->told_us)                                         \
    X("lon", INT32, DECIMAL, 0, 9, 6, vg_pos_valid(e->pos), vg_e6deg_from_e4min(e->pos.lon_e4min))                     \
    X("lat", INT32, DECIMAL, 0, 9, 6, vg_pos_valid(e->pos), vg_e6deg_from_e4min(e->pos.lat_e4min))                     \
    X("mmsi", INT32, UINT, 32, 0, 0, e->contacts > 0 && e->contact[0].mmsi, e->contact[0].mmsi)                        \
    X("other_mmsi", INT32, UINT, 32, 0, 0, e->contacts > 1 && e->contact[1].mmsi, e->contact[1].mmsi)                  \
    X("confidence", INT32, DECIMAL, 0, 5, 4, isfinite(e->confidence), llround(e->confidence * 1e4))                    \
    X("reports", INT32, UINT, 32, 0, 0, true, e->reports)                                                              \
    X("exercise", INT32, UINT, 8, 0, 0, true, e->exercise)

#define ALERT_NUMBER_LIST(X)                                                                                           \
    X("opened", INT64, TIME_US, 0, 0, 0, a && a->opened_us != VG_TIME_NONE, a->opened_us)                              \
    X("changed", INT64, TIME_US, 0, 0, 0, a && a->changed_us != VG_TIME_NONE, a->changed_us)

/* name, what writes its text into `o` */
#define TEXT_LIST(X)                                                                                                   \
    X("id", vg_out_printf(o, "%016" PRIx64, e->id))                                                                    \
    X("kind", vg_out_text(o, vg_event_kind_key((enum vg_event_kind)e->kind)))                                          \
    X("state", vg_out_text(o, vg_event_state_key((enum vg_event_state)e->state)))                                      \
    X("contacts", put_contacts(o, e))                                                                                  \
    X("numbers", vg_event_numbers_json(o, e))                                                                          \
    X("places", put_places(o, e))                                                                                      \
    X("text", vg_out_plain(o, e->text, strnlen(e->text, sizeof e->text)))                                              \
    X("innocent", put_innocent(o, e))

#define ALERT_TEXT_LIST(X)                                                                                             \
    X("alert", put_word(o, a ? a->id : ""))                                                                            \
    X("rule", put_word(o, a ? a->rule : ""))                                                                           \
    X("severity", put_word(o, a ? a->severity : ""))                                                                   \
    X("alert_state", put_word(o, a ? a->state : ""))                                                                   \
    X("for", put_word(o, a ? a->role : ""))                                                                            \
    X("owner", put_word(o, a ? a->owner : ""))                                                                         \
    X("reason", put_word(o, a ? a->reason : ""))

#define X(name, type, logical, bits, precision, scale, said, value) +1
enum { ALERT_NUMBERS = ALERT_NUMBER_LIST(X), NUMBERS = NUMBER_LIST(X) };
#undef X
#define X(name, put) +1
enum { ALERT_TEXTS = ALERT_TEXT_LIST(X), TEXTS = TEXT_LIST(X) };
#undef X
enum { ALERT_COLUMNS = ALERT_NUMBERS + ALERT_TEXTS, COLUMNS = ALERT_COLUMNS + NUMBERS + TEXTS };

/* Those of alerts first, so that events alone have the columns behind them. */
static const struct vg_parquet_column columns[COLUMNS] = {
#define X(name, put) {name, VG_PARQUET_BYTES, VG_PARQUET_STRING, 0, 0, 0, true},
    ALERT_TEXT_LIST(X)
#undef X
#define X(name, type, logical, bits, precision, scale, said, value)                                                    \
    {name, VG_PARQUET_##type, VG_PARQUET_##logical, bits, precision, scale, true},
        ALERT_NUMBER_LIST(X)
#undef X
#define X(name, put) {name, VG_PARQUET_BYTES, VG_PARQUET_STRING, 0, 0, 0, true},
            TEXT_LIST(X)
#undef X
#define X(name, type, logical, bits, precision, scale, said, value)                                                    \
    {name, VG_PARQUET_##type, VG_PARQUET_##logical, bits, precision, scale, true},
                NUMBER_LIST(X)
#undef X
};

struct vg_events_parquet {
    struct vg_parquet_writer *writer;
    bool alerts;
    int64_t number[COLUMNS]; /* of the row */
    uint8_t present[COLUMNS];
    struct vg_parquet_text text[COLUMNS];
    char bytes[COLUMNS][TEXT];
};

/* ---- texts ---- */

static void put_word(struct vg_out *o, const char *text)
{
    vg_out_plain(o, text, strlen(text));
}

static void put_contacts(struct vg_out *o, const struct vg_event *e)
{
    for (int i = 0; i < e->contacts; i++)
        if (e->contact[i].id)
            vg_out_printf(o, "%s%016" PRIx64, o->len ? " " : "", e->contact[i].id);
}

static void put_places(struct vg_out *o, const struct vg_event *e)
{
    for (int i = 0; i < e->places; i++)
        vg_out_printf(o, "%s%" PRIu64, i ? " " : "", e->place[i]);
}

static void put_innocent(struct vg_out *o, const struct vg_event *e)
{
    for (const char *const *key = vg_event_innocent((enum vg_event_kind)e->kind); *key; key++) {
        vg_out_text(o, o->len ? " " : "");
        vg_out_text(o, *key);
    }
}

/* ---- rows ---- */

enum vg_err vg_events_parquet_new(bool alerts, vg_out_sink *sink, void *arg, struct vg_events_parquet **ret)
{
    const struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    const size_t from = alerts ? 0 : ALERT_COLUMNS;
    struct vg_events_parquet *f = calloc(1, sizeof *f);
    if (!f)
        return VG_NOMEM;
    f->alerts = alerts;
    enum vg_err err = vg_parquet_writer_new(columns + from, COLUMNS - from, &options, sink, arg, &f->writer);
    if (err)
        free(f);
    else
        *ret = f;
    return err;
}

#define X_NUMBER(name, type, logical, bits, precision, scale, said, value)                                             \
    f->present[c] = (said);                                                                                            \
    f->number[c] = f->present[c] ? (int64_t)(value) : 0;                                                               \
    c++;
#define X_TEXT(name, put)                                                                                              \
    {                                                                                                                  \
        struct vg_out out = vg_out_fixed(f->bytes[c], TEXT), *o = &out;                                                \
        put;                                                                                                           \
        f->text[c] = (struct vg_parquet_text){f->bytes[c], (uint32_t)out.len};                                         \
        f->present[c] = out.len > 0 && !out.err;                                                                       \
        c++;                                                                                                           \
    }

enum vg_err vg_events_parquet_row(struct vg_events_parquet *f, const struct vg_event *e, const struct vg_alert_row *a)
{
    struct vg_parquet_cells cells[COLUMNS];
    size_t c = 0;
    ALERT_TEXT_LIST(X_TEXT)
    ALERT_NUMBER_LIST(X_NUMBER)
    TEXT_LIST(X_TEXT)
    NUMBER_LIST(X_NUMBER)
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = columns[i].type == VG_PARQUET_BYTES
                       ? (struct vg_parquet_cells){.texts = &f->text[i], .present = &f->present[i]}
                       : (struct vg_parquet_cells){.ints = &f->number[i], .present = &f->present[i]};
    return vg_parquet_write(f->writer, cells + (f->alerts ? 0 : ALERT_COLUMNS), 1);
}

enum vg_err vg_events_parquet_end(struct vg_events_parquet *f)
{
    return vg_parquet_finish(f->writer);
}

void vg_events_parquet_free(struct vg_events_parquet *f)
{
    if (f)
        vg_parquet_writer_free(f->writer);
    free(f);
}
