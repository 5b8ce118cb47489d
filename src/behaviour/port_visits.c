#include "behaviour/port_visits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const keys[VG_PORT_EVENT_KINDS] = {"PORT_ENTRY",      "PORT_GAP_BEGIN", "PORT_GAP_END",
                                                      "PORT_STOP_BEGIN", "PORT_STOP_END",  "PORT_EXIT"};

bool vg_port_event_parse(const char *key, enum vg_port_event_kind *ret)
{
    for (int i = 0; i < VG_PORT_EVENT_KINDS; i++)
        if (strcmp(keys[i], key) == 0) {
            *ret = (enum vg_port_event_kind)i;
            return true;
        }
    return false;
}

#define BIT(kind) (1u << VG_PORT_##kind)

int vg_port_confidence(uint32_t kinds)
{
    const bool lay = kinds & (BIT(STOP_BEGIN) | BIT(STOP_END) | BIT(GAP_BEGIN) | BIT(GAP_END));
    const int borders = !!(kinds & BIT(ENTRY)) + !!(kinds & BIT(EXIT));
    if (lay)
        return 2 + borders;
    return borders ? 1 : 0;
}

static int by_time_and_kind(const void *a, const void *b)
{
    const struct vg_port_event *x = a, *y = b;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

/* On a plane, as the definition has it: it only tells near from far. */
static bool are_apart(const struct vg_port_event *a, const struct vg_port_event *b)
{
    if (a->segment == b->segment)
        return false;
    const double scale = cos((a->lat_deg + b->lat_deg) / 2 * (M_PI / 180));
    return hypot(b->lat_deg - a->lat_deg, scale * remainder(b->lon_deg - a->lon_deg, 360)) * 60 > VG_PORT_BETWEEN_NM;
}

static void tell(const struct vg_port_event *first, size_t count, vg_port_visit_sink *on, void *arg)
{
    uint32_t kinds = 0;
    for (size_t i = 0; i < count; i++)
        kinds |= 1u << first[i].kind;
    if (count)
        on(arg, &(struct vg_port_visit){.event = first,
                                        .events = count,
                                        .begin_us = first->time_us,
                                        .end_us = first[count - 1].time_us,
                                        .confidence = vg_port_confidence(kinds)});
}

void vg_port_visits(struct vg_port_event *events, size_t count, vg_port_visit_sink *on, void *arg)
{
    if (!count)
        return;
    qsort(events, count, sizeof *events, by_time_and_kind);
    size_t begin = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > begin && (events[i].kind == VG_PORT_ENTRY || are_apart(&events[i - 1], &events[i]))) {
            tell(&events[begin], i - begin, on, arg);
            begin = i;
        }
        if (events[i].kind == VG_PORT_EXIT) {
            tell(&events[begin], i + 1 - begin, on, arg);
            begin = i + 1;
        }
    }
    tell(&events[begin], count - begin, on, arg);
}
