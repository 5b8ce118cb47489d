/*
 * Messages as JSON and CSV, driven by the field tables. What write_fast.c can't write comes here, and its output is
 * tested against this.
 */
#include <pthread.h>
#include <string.h>

#include "sensor/ais/ais.h"
#include "sensor/ais/layouts.h"

static void put_members(const struct vg_ais *msg, const struct vg_ais_layout *layout, unsigned base, struct vg_out *out)
{
    for (size_t i = 0; i < layout->fields; i++)
        vg_ais_put_member(msg, &layout->field[i], base, out);
}

static void put_signal(const struct vg_payload *p, struct vg_out *out)
{
    if (p->known & VG_KNOWN_SIGNAL) {
        vg_out_text(out, ",\"signal_dbm\":");
        vg_out_scaled(out, p->signal_ddbm, 1);
    }
    if (p->known & VG_KNOWN_SNR) {
        vg_out_text(out, ",\"snr_db\":");
        vg_out_scaled(out, p->snr_ddb, 1);
    }
    if (p->known & VG_KNOWN_SLOT) {
        vg_out_text(out, ",\"slot\":");
        vg_out_int(out, p->slot);
    }
}

void vg_ais_put_reception(const struct vg_payload *p, struct vg_out *out)
{
    vg_out_text(out, ",\"line\":");
    vg_out_uint(out, p->line);
    if (p->time_us != VG_TIME_NONE) {
        vg_out_text(out, ",\"rxtime\":");
        vg_out_json_time(out, p->time_us);
    }
    if (p->station[0]) {
        vg_out_text(out, ",\"station\":");
        vg_out_json_plain(out, p->station, strlen(p->station));
    }
    if (p->channel) {
        vg_out_text(out, ",\"channel\":");
        vg_out_json_plain(out, &p->channel, 1);
    }
    vg_out_text(out, ",\"talker\":");
    vg_out_json_plain(out, p->talker, strlen(p->talker));
    if (p->vdo)
        vg_out_text(out, ",\"own\":true");
    if (p->known)
        put_signal(p, out);
}

/* The reasons, each as `"key"`, in the given brackets; nothing if there is no suspicion. */
static void put_reasons(const struct vg_ais *msg, const char *before, const char *quote, const char *after,
                        struct vg_out *out)
{
    struct vg_suspicion s = vg_ais_suspicion(msg);
    if (s.score < VG_SUSPECT_SCORE)
        return;
    for (int i = 0, n = 0; i < VG_SUSPECT_COUNT; i++) {
        if (!(s.reasons >> i & 1))
            continue;
        vg_out_text(out, n++ ? (*quote ? "," : " ") : before);
        vg_out_text(out, quote);
        vg_out_text(out, vg_suspect_key((enum vg_suspect)i));
        vg_out_text(out, quote);
    }
    vg_out_text(out, after);
}

void vg_ais_put_doubts(const struct vg_ais *msg, struct vg_out *out)
{
    unsigned extra = vg_ais_extra_bits(msg);
    if (extra) {
        vg_out_text(out, ",\"extra_bits\":");
        vg_out_uint(out, extra);
    }
    put_reasons(msg, ",\"suspect\":[", "\"", "]", out);
}

void vg_ais_json_plain(const struct vg_ais *msg, const struct vg_payload *payload, struct vg_out *out)
{
    vg_out_text(out, "{\"type\":");
    vg_out_uint(out, msg->type);
    vg_out_text(out, ",\"repeat\":");
    vg_out_uint(out, msg->repeat);
    vg_out_text(out, ",\"mmsi\":");
    vg_out_uint(out, msg->mmsi);
    put_members(msg, msg->layout, 0, out);
    vg_ais_put_partial(msg, msg->layout, 0, out);
    if (msg->application)
        vg_ais_put_application(msg, out);
    vg_ais_put_doubts(msg, out);
    if (payload)
        vg_ais_put_reception(payload, out);
    vg_out_char(out, '}');
}

/* ---- CSV: one column for each key of any layout, in the order of first appearance ---- */

#define COLUMNS_MAX 192

static struct {
    pthread_once_t once;
    size_t count;
    const char *key[COLUMNS_MAX];
} columns = {.once = PTHREAD_ONCE_INIT};

static void add_column(const char *key)
{
    for (size_t i = 0; i < columns.count; i++)
        if (strcmp(columns.key[i], key) == 0)
            return;
    if (columns.count < COLUMNS_MAX)
        columns.key[columns.count++] = key;
}

static void collect_columns(void)
{
    size_t n;
    const struct vg_ais_layout *layout = vg_ais_layouts(&n);
    for (size_t i = 0; i < n && layout[i].type; i++)
        for (size_t k = 0; k < layout[i].fields; k++) {
            add_column(layout[i].field[k].key);
            if (layout[i].field[k].kind == VG_AIS_TURN)
                add_column("turn_raw");
        }
    add_column("suspect");
    add_column("application"); /* hundreds of keys, and arrays: one cell with a JSON object */
}

const char *const *vg_ais_csv_columns(size_t *ret_count)
{
    pthread_once(&columns.once, collect_columns);
    *ret_count = columns.count;
    return columns.key;
}

static const char reception_columns[] = "line,rxtime,station,channel,talker,type,repeat,mmsi";

void vg_ais_csv_header(struct vg_out *out)
{
    pthread_once(&columns.once, collect_columns);
    vg_out_text(out, reception_columns);
    for (size_t i = 0; i < columns.count; i++) {
        vg_out_char(out, ',');
        vg_out_text(out, columns.key[i]);
    }
    vg_out_text(out, VG_CSV_END);
}

/* `{"key":value…}`, the comma in front of the first member made the brace. */
static void put_application_cell(const struct vg_ais *msg, struct vg_out *out)
{
    char json[VG_AIS_JSON_MAX];
    struct vg_out members = vg_out_fixed(json, sizeof json - 1);
    vg_ais_put_application(msg, &members);
    if (members.err || !members.len)
        return;
    json[0] = '{';
    json[members.len] = '}';
    vg_out_csv_string(out, json, members.len + 1);
}

void vg_ais_put_last_cells(const struct vg_ais *msg, struct vg_out *out)
{
    vg_out_char(out, ',');
    put_reasons(msg, "", "", "", out);
    vg_out_char(out, ',');
    if (msg->application)
        put_application_cell(msg, out);
}

/* Of the columns before the last ones. */
static void put_cell(const struct vg_ais *msg, const char *key, struct vg_out *out)
{
    const struct vg_ais_field *f;
    if ((f = vg_ais_field(msg->layout, key))) {
        vg_ais_put_value(msg, f, 0, out, false);
    } else if (strcmp(key, "turn_raw") == 0 && (f = vg_ais_field(msg->layout, "turn"))) {
        int64_t raw;
        if (vg_ais_raw(msg, f, 0, &raw) == VG_AIS_PRESENT)
            vg_out_int(out, raw);
    }
}

void vg_ais_csv_plain(const struct vg_ais *msg, const struct vg_payload *p, struct vg_out *out)
{
    pthread_once(&columns.once, collect_columns);
    if (p) {
        vg_out_uint(out, p->line);
        vg_out_char(out, ',');
        if (p->time_us != VG_TIME_NONE) {
            char text[VG_TIME_TEXT];
            vg_out_bytes(out, text, vg_time_text(p->time_us, text));
        }
        vg_out_char(out, ',');
        vg_out_csv_string(out, p->station, strlen(p->station));
        vg_out_char(out, ',');
        if (p->channel)
            vg_out_csv_string(out, &p->channel, 1);
        vg_out_char(out, ',');
        vg_out_text(out, p->talker);
    } else {
        vg_out_text(out, ",,,,");
    }
    vg_out_char(out, ',');
    vg_out_uint(out, msg->type);
    vg_out_char(out, ',');
    vg_out_uint(out, msg->repeat);
    vg_out_char(out, ',');
    vg_out_uint(out, msg->mmsi);
    for (size_t i = 0; i + VG_AIS_LAST_COLUMNS < columns.count; i++) {
        vg_out_char(out, ',');
        put_cell(msg, columns.key[i], out);
    }
    vg_ais_put_last_cells(msg, out);
    vg_out_text(out, VG_CSV_END);
}
