#include "behaviour/event.h"

#include <string.h>

#include "base/fnv.h"

static const char *const keys[] = {
#define X(name, key) key,
    VG_EVENT_KIND_LIST(X)
#undef X
};

const char *vg_event_kind_key(enum vg_event_kind kind)
{
    return kind < VG_EVENT_KINDS ? keys[kind] : "none";
}

bool vg_event_kind_parse(const char *key, enum vg_event_kind *ret)
{
    for (int i = 0; i < VG_EVENT_KINDS; i++)
        if (strcmp(keys[i], key) == 0) {
            *ret = (enum vg_event_kind)i;
            return true;
        }
    return false;
}

const char *vg_event_state_key(enum vg_event_state state)
{
    static const char *const names[] = {"ongoing", "ended", "withdrawn"};
    return state <= VG_EVENT_WITHDRAWN ? names[state] : "none";
}

uint64_t vg_event_id_of(const struct vg_event *event, const char *about)
{
    uint64_t h = vg_fnv_number(VG_FNV_BEGIN, event->kind);
    for (int i = 0; i < event->contacts; i++)
        h = vg_fnv_number(h, event->contact[i].mmsi ? event->contact[i].mmsi : event->contact[i].id);
    h = vg_fnv_number(h, (uint64_t)event->begin_us);
    h = vg_fnv_text(h, about);
    return h ? h : 1;
}

void vg_event_number(struct vg_event *event, const char *key, double value, double limit, const char *unit)
{
    if (event->numbers < VG_EVENT_NUMBERS)
        event->number[event->numbers++] = (struct vg_event_number){key, unit, value, limit};
}

void vg_event_place(struct vg_event *event, uint64_t journal_offset)
{
    event->reports++;
    if (!journal_offset || event->places == VG_EVENT_PLACES)
        return;
    int at = event->places;
    while (at && event->place[at - 1] > journal_offset)
        at--;
    if (at && event->place[at - 1] == journal_offset)
        return;
    memmove(&event->place[at + 1], &event->place[at], (size_t)(event->places - at) * sizeof event->place[0]);
    event->place[at] = journal_offset;
    event->places++;
}
