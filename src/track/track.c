#include "track/track.h"

const char *vg_track_event_key(enum vg_track_event_kind kind)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_TRACK_EVENT_LIST(X)
#undef X
    };
    return kind < VG_TRACK_EVENT_KINDS ? keys[kind] : "unknown";
}
