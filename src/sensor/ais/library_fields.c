/* libvigia-ais: a message's fields by name. */
#include <math.h>
#include <string.h>

#include <vigia/ais.h>

#include "sensor/ais/layouts.h"
#include "sensor/ais/library.h"

struct visit {
    const struct vg_ais *msg;
    vigia_ais_on_field *on;
    void *arg;
};

/* Our own decimal digits as a number: strtod() would heed the program's locale. NAN for anything else. */
static double number_of(const char *text)
{
    int64_t digits = 0, divisor = 1;
    bool minus = *text == '-', fraction = false;
    if (!*(text += minus))
        return (double)NAN;
    for (; *text; text++) {
        if (*text == '.' && !fraction) {
            fraction = true;
            continue;
        }
        if (*text < '0' || *text > '9' || digits > INT64_MAX / 100)
            return (double)NAN;
        digits = digits * 10 + (*text - '0');
        divisor *= fraction ? 10 : 1;
    }
    return (double)(minus ? -digits : digits) / (double)divisor;
}

static bool is_number(const struct vg_ais_field *f)
{
    switch (f->kind) {
    case VG_AIS_TEXT:
    case VG_AIS_NAME_EXT:
    case VG_AIS_DATA:
    case VG_AIS_ETA:
    case VG_AIS_TIME:
    case VG_AIS_REPEAT:
        return false;
    default:
        return true;
    }
}

/* The value as text, terminated; false if the message lacks the field. */
static bool put_text(const struct vg_ais *msg, const struct vg_ais_field *f, unsigned base, char *value, size_t size)
{
    *value = '\0';
    if (f->kind == VG_AIS_REPEAT || base + f->start >= msg->bits)
        return false;
    if (f->kind == VG_AIS_TEXT) {
        vg_ais_text(msg, base + f->start, f->width, value, size);
        return true;
    }
    if (f->kind == VG_AIS_NAME_EXT) {
        vg_ais_name_ext(msg, base + f->start, f->width, value, size);
        return true;
    }
    struct vg_out out = vg_out_fixed(value, size - 1);
    bool has = vg_ais_put_value(msg, f, base, &out, false);
    value[has ? out.len : 0] = '\0';
    return has;
}

static void visit_field(void *arg, const struct vg_ais_field *f, unsigned base, const char *path, bool application)
{
    struct visit *v = arg;
    char value[VG_AIS_JSON_MAX];
    (void)application;
    if (!put_text(v->msg, f, base, value, sizeof value))
        return;
    v->on(v->arg, &(struct vigia_ais_field){.key = path,
                                            .unit = f->unit ? f->unit : "",
                                            .what = f->what ? f->what : "",
                                            .value = value,
                                            .number = is_number(f) ? number_of(value) : (double)NAN});
}

void vigia_ais_each_field(const struct vigia_ais_message *m, vigia_ais_on_field *on, void *arg)
{
    struct visit v = {m->msg, on, arg};
    vg_ais_each_field(m->msg, visit_field, &v);
}

/* ---- one field ---- */

struct wanted {
    const char *key;
    double *number;
    char *buf;
    size_t size, len;
    bool found, is_number;
};

static void look(void *arg, const struct vigia_ais_field *field)
{
    struct wanted *w = arg;
    if (w->found || strcmp(field->key, w->key) != 0)
        return;
    w->found = true;
    w->is_number = !isnan(field->number);
    if (w->number && w->is_number)
        *w->number = field->number;
    if (w->buf || !w->number)
        w->len = vg_library_text(field->value, strlen(field->value), w->buf, w->size);
}

int vigia_ais_number(const struct vigia_ais_message *m, const char *key, double *ret)
{
    struct wanted w = {.key = key, .number = ret};
    vigia_ais_each_field(m, look, &w);
    return w.found && w.is_number;
}

size_t vigia_ais_value(const struct vigia_ais_message *m, const char *key, char *buf, size_t size)
{
    struct wanted w = {.key = key, .buf = buf, .size = size};
    if (size)
        *buf = '\0';
    vigia_ais_each_field(m, look, &w);
    return w.len;
}
