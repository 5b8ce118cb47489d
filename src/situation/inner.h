/* What the files of this room share. Nobody else includes it. */
#ifndef VG_SITUATION_INNER_H
#define VG_SITUATION_INNER_H

#include "situation/behaving.h"
#include "situation/picture_clock.h"
#include "situation/situation.h"
#include "situation/tracking.h"

struct vg_situation {
    struct vg_picture_clock clock;
    struct vg_sources sources;
    struct vg_picture *picture;
    struct vg_tracking tracking;
    struct vg_behaving behaving;
    struct vg_hand *hand;
    uint64_t journal; /* vg_journal_number() */
    vg_notice_sink *on_event;
    void *on_event_arg;
};

#endif
