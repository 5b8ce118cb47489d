/*
 * encode(decode(s)) = s for real sentences: every message of the corpus is taken apart into its fields and built again
 * from nothing but those. Messages whose spare bits are in use (text behind its end and fill bits count as spare) can't
 * come back from fields; they are counted apart.
 */
#include "sensor/ais_util.h"

#include <stdio.h>
#include <stdlib.h>

#include "sensor/ais/layouts.h"

struct round {
    struct vg_ais again;
    const struct vg_ais *msg;
    bool covered[VG_AIS_BITS_MAX];
    const char *failed; /* path of the field that couldn't be set */
    char path[VG_AIS_PATH_SIZE];
};

static void cover(struct round *r, unsigned start, unsigned end)
{
    for (unsigned i = start; i < end && i < VG_AIS_BITS_MAX; i++)
        r->covered[i] = true;
}

/* Up to the first @, blanks at the end included. Returns the bit behind it and behind the @s that fill the field. */
static unsigned exact_text(const struct vg_ais *msg, unsigned start, unsigned end, char *text)
{
    size_t n = 0;
    for (; start + 6 <= end; start += 6) {
        uint32_t v = vg_ais_uint(msg, start, 6);
        if (v == 0)
            break;
        text[n++] = (char)(v < 32 ? v + 64 : v);
    }
    text[n] = '\0';
    while (start + 6 <= end && vg_ais_uint(msg, start, 6) == 0)
        start += 6;
    return start;
}

static void redo_name(struct round *r, const struct vg_ais_field *f, const char *path)
{
    char text[VG_PAYLOAD_CHARS + 1];
    unsigned end = f->start + f->width;
    unsigned read = exact_text(r->msg, f->start, end < r->msg->bits ? end : r->msg->bits, text);
    cover(r, f->start, read);
    if (strlen(text) == f->width / 6) /* full: it goes on behind the last field */
        cover(r, r->msg->layout->bits, exact_text(r->msg, r->msg->layout->bits, r->msg->bits, text + f->width / 6));
    if (vg_ais_set_text(&r->again, path, text))
        r->failed = f->key;
}

static void redo_text(struct round *r, const struct vg_ais_field *f, unsigned base, const char *path, bool application)
{
    char text[VG_PAYLOAD_CHARS + 1];
    unsigned last = application ? vg_ais_application_end(r->msg) : r->msg->bits, start = base + f->start;
    unsigned end = f->width && start + f->width < last ? start + f->width : last;
    cover(r, start, exact_text(r->msg, start, end, text));
    if (start < end && vg_ais_set_text(&r->again, path, text))
        r->failed = f->key;
}

static void redo_data(struct round *r, const struct vg_ais_field *f, unsigned base, const char *path)
{
    unsigned start = base + f->start, end = r->msg->bits - (r->msg->type == 26 ? 20u : 0u), n = 0;
    uint8_t bytes[VG_AIS_BITS_MAX / 8 + 1] = {0};
    if (start > end)
        return;
    for (unsigned i = start; i < end; i++, n++)
        bytes[n / 8] |= (uint8_t)(vg_ais_uint(r->msg, i, 1) << (7 - n % 8));
    cover(r, start, end);
    if (vg_ais_set_data(&r->again, path, bytes, n))
        r->failed = f->key;
}

static void redo_time(struct round *r, const struct vg_ais_field *f, unsigned base, const char *path)
{
    unsigned at = base + f->start, y = f->kind == VG_AIS_TIME ? 14u : 0u;
    struct vg_civil t = {.year = (int32_t)vg_ais_uint(r->msg, at, y),
                         .month = (uint8_t)vg_ais_uint(r->msg, at + y, 4),
                         .day = (uint8_t)vg_ais_uint(r->msg, at + y + 4, 5),
                         .hour = (uint8_t)vg_ais_uint(r->msg, at + y + 9, 5),
                         .minute = (uint8_t)vg_ais_uint(r->msg, at + y + 14, 6),
                         .second = (uint8_t)vg_ais_uint(r->msg, at + 34, y ? 6 : 0)};
    cover(r, at, at + f->width);
    if (vg_ais_set_time(&r->again, path, &t))
        r->failed = f->key;
}

static void redo(void *arg, const struct vg_ais_field *f, unsigned base, const char *path, bool application)
{
    struct round *r = arg;
    bool is_signed = f->kind == VG_AIS_INT || f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT || f->kind == VG_AIS_TURN;
    unsigned start = f->kind == VG_AIS_TAIL ? (unsigned)r->msg->bits - f->start : base + f->start;
    if (r->failed || (f->kind == VG_AIS_TAIL && r->msg->bits < 40u + f->start))
        return;
    if (strcmp(path, "data") == 0 && r->msg->application)
        return; /* its fields say it */
    if (f->kind == VG_AIS_NAME_EXT) {
        redo_name(r, f, path);
    } else if (f->kind == VG_AIS_TEXT) {
        redo_text(r, f, base, path, application);
    } else if (f->kind == VG_AIS_DATA) {
        redo_data(r, f, base, path);
    } else if (f->kind == VG_AIS_ETA || f->kind == VG_AIS_TIME) {
        redo_time(r, f, base, path);
    } else {
        int64_t raw = is_signed ? vg_ais_int(r->msg, start, f->width) : (int64_t)vg_ais_uint(r->msg, start, f->width);
        cover(r, start, start + f->width);
        if (f->kind == VG_AIS_TAIL && vg_ais_set_length(&r->again, r->msg->bits)) /* it counts from the end */
            r->failed = f->key;
        if (vg_ais_set_raw(&r->again, path, raw))
            r->failed = f->key;
    }
}

static bool uses_spare_bits(const struct round *r, const struct vg_payload *p)
{
    for (unsigned i = 38; i < r->msg->bits; i++)
        if (!r->covered[i] && vg_ais_uint(r->msg, i, 1))
            return true;
    char c = p->chars[p->len - 1];
    int six = c < '`' ? c - '0' : c - '`' + 40;
    return six & ((1 << p->fill_bits) - 1);
}

struct tally {
    unsigned messages, spare, same, sentences, same_sentences, shown;
    const char *line;
    size_t len;
};

static void show(struct tally *t, const struct round *r)
{
    if (t->shown++ < 10)
        print_message("  differs (%s%s%s): %.*s\n", r->msg->layout->name, r->failed ? " " : "",
                      r->failed ? r->failed : "", (int)t->len, t->line);
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *p)
{
    static struct round r;
    struct tally *t = arg;
    memset(&r, 0, sizeof r);
    r.msg = msg;
    t->messages++;
    assert_int_equal(vg_ais_blank(msg->layout->name, msg->mmsi, &r.again), VG_OK);
    assert_int_equal(vg_ais_set_raw(&r.again, "repeat", msg->repeat), VG_OK);
    if (msg->application) {
        unsigned head = vg_ais_field(msg->layout, "dac")->start;
        if (vg_ais_set_application(&r.again, vg_ais_uint(msg, head, 10), vg_ais_uint(msg, head + 10, 6)))
            r.failed = "application";
        if (r.again.application != msg->application) { /* an older use of the identifier: by the bits that choose it */
            assert_int_equal(vg_ais_set_length(&r.again, msg->bits), VG_OK);
            vg_ais_choose_application(&r.again);
        }
    }
    vg_ais_each_field(msg, redo, &r);
    if (!r.failed)
        assert_int_equal(vg_ais_set_length(&r.again, msg->bits), VG_OK);
    if (uses_spare_bits(&r, p)) {
        t->spare++;
        return;
    }
    bool same = !r.failed && memcmp(r.again.payload, msg->payload, (msg->bits + 7u) / 8) == 0;
    t->same += same;
    if (!same)
        show(t, &r);
    if (p->fragments > 1 || t->len < 20 || memcmp(t->line, "!", 1) != 0 || memcmp(t->line + 3, "VDM,1,1,,", 9) != 0 ||
        !p->channel || t->line[t->len - 3] != '*' || p->len > 60) /* more is two sentences by the book */
        return;
    char text[1024];
    struct vg_out out = vg_out_fixed(text, sizeof text);
    vg_ais_sentences(&r.again, p->talker, p->channel, 0, NULL, VG_TIME_NONE, &out);
    t->sentences++;
    bool same_text = out.len == t->len + 2 && memcmp(text, t->line, t->len) == 0;
    t->same_sentences += same_text;
    if (!same_text)
        show(t, &r);
}

static char path[1024];

static void real_messages_are_built_again_from_their_fields(void **state)
{
    (void)state;
    FILE *file = fopen(path, "r");
    char line[2048];
    struct tally t = {0};
    struct vg_receiver *receiver;
    assert_non_null(file);
    assert_int_equal(vg_receiver_new(on_message, &t, &receiver), VG_OK);
    while (fgets(line, sizeof line, file)) {
        t.line = line;
        t.len = strcspn(line, "\r\n");
        vg_receiver_push(receiver, line, strlen(line), VG_TIME_NONE);
    }
    fclose(file);
    vg_receiver_free(receiver);
    print_message("encode(decode(s)) = s: %u of %u messages; %u more use spare bits; as one sentence %u of %u\n",
                  t.same, t.messages - t.spare, t.spare, t.same_sentences, t.sentences);
    assert_int_equal(t.same, t.messages - t.spare);
    assert_int_equal(t.same_sentences, t.sentences);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(real_messages_are_built_again_from_their_fields)};
    const char *shared = getenv("VIGIA_SHARED");
    snprintf(path, sizeof path, "%s/data/ais/corpus.nmea", shared ? shared : "");
    FILE *file = fopen(path, "r");
    if (!file) {
        print_message("SKIPPED: no recordings at '%s' (VIGIA_SHARED)\n", path);
        return 77;
    }
    fclose(file);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
