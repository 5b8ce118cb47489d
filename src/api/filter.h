/*
 * Which contacts a question is about: bbox, class, flag and the like, as the parameters of a query. Pure, any thread.
 */
#ifndef VG_API_FILTER_H
#define VG_API_FILTER_H

#include "serve/target.h"
#include "vessel/contact.h"

/* Which vessels are wanted. All zero: every one. */
struct vg_filter {
    bool boxed;
    struct vg_box box;
    uint32_t classes;  /* bit (1 << enum vg_class); 0: all */
    uint32_t statuses; /* bit (1 << navigational status); 0: all */
    uint8_t flags;     /* how many of `flag` */
    char flag[16][2];
    bool has_min_speed, has_max_speed;
    double min_speed_kn, max_speed_kn;
    bool typed;
    uint64_t types[4]; /* bitset of ship types */
    char text[64];     /* folded to upper case; "": any */
    uint64_t limit;    /* UINT64_MAX: none */
};

/*
 * Reads the filter parameters that are present (bbox, class, status, flag, type, min_speed, max_speed, q, limit). On
 * VG_SYNTAX or VG_RANGE `why` (of `why_size` bytes) holds a sentence naming the parameter; *ret is untouched.
 */
enum vg_err vg_filter_parse(const struct vg_target *target, struct vg_filter *ret, char *why, size_t why_size);

/* True if the vessel is wanted, as it is shown at a moment. */
bool vg_filter_match(const struct vg_filter *filter, const struct vg_contact *vessel, int64_t now_us);

#endif
