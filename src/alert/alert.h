/*
 * vg_alert: an event that a person should look at, by a rule. A question with its evidence, never a verdict: confirmed
 * means "it was observed as told", not guilt.
 *
 *     open ──► acknowledged ──► confirmed (as observed)
 *       │            └────────► dismissed (with a reason)
 *       ├── escalated: nobody looked for so many minutes of data time; it stays open
 *       └── withdrawn: later data took the event back
 *     silenced, held: kept and counted, but not told: somebody muted it, or its rule had told enough that hour
 *
 * A plain value that owns what it says. Its id is made of event and rule: the same journal gives the same.
 */
#ifndef VG_ALERT_ALERT_H
#define VG_ALERT_ALERT_H

#include "alert/rules.h"
#include "base/out.h"

#define VG_ALERT_WHO 64  /* bytes of a person's name or role, with the terminator */
#define VG_ALERT_WHY 400 /* of a reason or a note */

#define VG_ALERT_STATE_LIST(X)                                                                                         \
    X(OPEN, "open")                                                                                                    \
    X(ACKNOWLEDGED, "acknowledged")                                                                                    \
    X(CONFIRMED, "confirmed")                                                                                          \
    X(DISMISSED, "dismissed")                                                                                          \
    X(WITHDRAWN, "withdrawn")                                                                                          \
    X(SILENCED, "silenced")                                                                                            \
    X(HELD, "held")

enum vg_alert_state {
#define X(name, key) VG_ALERT_##name,
    VG_ALERT_STATE_LIST(X)
#undef X
        VG_ALERT_STATES
};
const char *vg_alert_state_key(enum vg_alert_state state);
/* False, *ret untouched: there is no such key. */
bool vg_alert_state_parse(const char *key, enum vg_alert_state *ret);

struct vg_alert {
    uint64_t id, event;
    char rule[VG_RULE_NAME], role[VG_RULE_ROLE];
    uint8_t kind, severity, state; /* enum vg_event_kind, vg_severity, vg_alert_state */
    bool exercise;
    int64_t opened_us;        /* data time at which its event was told first */
    int64_t opened_host_us;   /* by the clock of this machine */
    int64_t changed_us;       /* data time of the last step */
    int64_t due_us;           /* data time of the escalation; VG_TIME_NONE: never, or somebody has looked */
    int64_t escalated_us;     /* VG_TIME_NONE: not */
    char owner[VG_ALERT_WHO]; /* who acknowledged, confirmed or dismissed it last; "": nobody */
    char reason[VG_ALERT_WHY];
    struct vg_pos pos; /* of its event */
    uint32_t mmsi;     /* of its first contact; 0: none */
};

/* FNV-1a of event and rule; never 0. Pure. */
uint64_t vg_alert_id_of(uint64_t event, const char *rule);

/*
 * The object's members without the braces: {"id":…,"rule":…,"kind":…,"severity":…,"state":…,…}. Pure. What belongs to
 * it besides (the event, its vessels) is the caller's to add.
 */
void vg_alert_members(struct vg_out *out, const struct vg_alert *alert);

#endif
