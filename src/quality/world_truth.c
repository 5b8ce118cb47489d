/* The truth of a world: its lines into facts. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "quality/cases.h"
#include "quality/table.h"
#include "quality/world.h"

static bool read_kinds(const json_t *list, uint32_t *kinds)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        enum vg_event_kind kind;
        const char *key = json_string_value(json_array_get(list, i));
        if (!key || !vg_event_kind_parse(key, &kind))
            return false;
        *kinds |= UINT32_C(1) << kind;
    }
    return true;
}

static bool read_ships(const json_t *list, struct vg_world_fact *f)
{
    for (size_t i = 0; i < json_array_size(list) && i < VG_WORLD_SHIPS; i++)
        f->mmsi[f->ships++] = (uint32_t)json_integer_value(json_array_get(list, i));
    return json_is_array(list);
}

static bool read_counts(const json_t *value, uint8_t *ret)
{
    static const char *const keys[] = {"must", "may", "neither", "no"};
    const char *key = json_string_value(value);
    for (uint8_t i = 0; key && i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0) {
            *ret = i;
            return true;
        }
    return false;
}

/* "thing" of `params`; -1: it has none. */
static int32_t read_thing(const json_t *params)
{
    const json_t *thing = json_object_get(params, "thing");
    return json_is_integer(thing) ? (int32_t)json_integer_value(thing) : -1;
}

static bool read_fact(const json_t *line, struct vg_world_fact *ret)
{
    enum vg_event_kind kind;
    ret->thing = read_thing(json_object_get(line, "params"));
    const char *key = json_string_value(json_object_get(line, "kind"));
    const char *deed = json_string_value(json_object_get(line, "deed"));
    if (!key || !deed || !vg_event_kind_parse(key, &kind) ||
        !vg_quality_time(json_object_get(line, "begin"), &ret->begin_us) ||
        !vg_quality_time(json_object_get(line, "end"), &ret->end_us) || !read_ships(json_object_get(line, "mmsi"), ret))
        return false;
    ret->kind = (uint8_t)kind;
    ret->kinds = UINT32_C(1) << kind;
    memcpy(ret->deed, deed, strnlen(deed, sizeof ret->deed - 1));
    return read_counts(json_object_get(line, "counts"), &ret->counts) &&
           read_kinds(json_object_get(line, "also"), &ret->kinds) &&
           read_kinds(json_object_get(line, "neither"), &ret->spared);
}

static enum vg_err take_line(struct vg_world_run *run, size_t at, size_t len)
{
    struct vg_world_fact fact = {.line_at = at, .line_len = len};
    void *facts = run->fact;
    json_t *line = json_loadb(run->truth.buf + at, len, 0, NULL);
    const bool good = line && read_fact(line, &fact);
    json_decref(line);
    if (!good)
        return VG_SYNTAX;
    enum vg_err err = vg_quality_grow(&facts, &run->fact_room, run->facts, sizeof *run->fact);
    run->fact = facts;
    if (!err)
        run->fact[run->facts++] = fact;
    return err;
}

enum vg_err vg_world_facts(struct vg_world_run *run)
{
    enum vg_err err = VG_OK;
    for (size_t at = 0; at < run->truth.len && !err;) {
        const char *end = memchr(run->truth.buf + at, '\n', run->truth.len - at);
        const size_t len = end ? (size_t)(end - run->truth.buf) - at : run->truth.len - at;
        err = take_line(run, at, len);
        at += len + 1;
    }
    return err;
}
