/* What the readers of rules share. Nobody else includes it. */
#ifndef VG_ALERT_RULES_INNER_H
#define VG_ALERT_RULES_INNER_H

#include "alert/rules.h"
#include "site/yaml_events.h"

struct reading {
    struct vg_yaml yaml;
    struct vg_rules *rules;
    struct vg_rules_error error;
    enum vg_err err;
    unsigned rule_line[VG_RULES_MAX]; /* where each begins */
};

/* Each: false, told, if it is something else than expected. */
bool vg_rules_wrong(struct reading *r, const char *key, const char *expected);
bool vg_rules_too_many(struct reading *r, const char *key, unsigned most);
bool vg_rules_number(struct reading *r, const char *key, double low, double high, double *ret);
bool vg_rules_whole(struct reading *r, const char *key, double high, uint32_t *ret);
bool vg_rules_text(struct reading *r, const char *key, char *ret, size_t size);
bool vg_rules_box(struct reading *r, const char *key, struct vg_box *ret); /* [W, S, E, N] */

/* A key that is one of `count` names and stands there once: its number; -1, told, if not. */
int vg_rules_key(struct reading *r, const char *of, const char *const names[], int count, uint32_t *seen);
bool vg_rules_in_mapping(struct reading *r);

/* ---- rules_places.c ---- */
bool vg_rules_area(struct reading *r);
bool vg_rules_escalate(struct reading *r);

#endif
