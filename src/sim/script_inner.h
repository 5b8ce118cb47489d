/*
 * A scenario's text as forms: a mapping is a table of keys with what they take, their bounds, and where the value goes.
 * What script_read.c and script_values.c share; nobody else includes it.
 */
#ifndef VG_SIM_SCRIPT_INNER_H
#define VG_SIM_SCRIPT_INNER_H

#include "sim/script.h"
#include "sim/world.h"
#include "site/yaml_events.h"

enum vg_sim_take {
    NAME,
    STATION,
    SOURCE,
    REGION,
    NUMBER,
    WHOLE,
    SEED,
    TIME,
    DEED_KEY,
    BOX,
    PLACE,
    POINTS,
    LIST,
    KINDS,
    TIMES
};

struct vg_sim_form;

struct vg_sim_key {
    const char *name;
    uint8_t take; /* enum vg_sim_take */
    bool demanded;
    size_t at;
    double low, high;
    double times;                   /* a value is stored so many times larger; 0: as it is */
    const struct vg_sim_form *form; /* LIST: what its mappings are; TIMES: NULL deeds, else life */
};

struct vg_sim_form {
    const char *what; /* for "expected …" */
    const struct vg_sim_key *keys;
    size_t count;
    size_t size, max, count_at; /* of a list: bytes of one, how many at most, where their number stands */
    bool (*whole)(struct vg_yaml *y, unsigned line, const void *one); /* NULL: nothing more is asked */
};

struct vg_sim_reading {
    struct vg_yaml yaml;
    struct vg_sim_script *script;
    struct vg_sim_script_error error;
    bool wrong;
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Tells what is wrong first; a vg_yaml's way of telling, `arg` is the reading. */
void vg_sim_script_tell(void *arg, unsigned line, const char *key, const char *what);

/* A mapping into *ret, as its form says. False, told: it is something else. */
bool vg_sim_form_read(struct vg_sim_reading *reading, const char *key, const struct vg_sim_form *form, void *ret);

#endif
