#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "archive/store_inner.h"
#include "base/out.h"

/*
 * 1: without the table of details, which is read and written on as 2. 3: there are, or were, mixed parts, which a
 * version of vigia that knows 2 would pass over without a word. 4: there are, or were, parts of the tables of
 * detections and tracks, which one that knows 3 would neither compact, check nor let go.
 */
#define FORMAT         2
#define FORMAT_MIXED   3
#define FORMAT_SENSORS 4

/* A whole number ≥ 0, or false. */
static bool get(const json_t *root, const char *key, uint64_t *ret_value)
{
    const json_t *value = json_object_get(root, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *ret_value = (uint64_t)json_integer_value(value);
    return true;
}

/* False: too long, or no text. */
static bool get_note(const json_t *root, char note[static VG_STORE_NOTE])
{
    const json_t *value = json_object_get(root, "note");
    if (value && (!json_is_string(value) || json_string_length(value) >= VG_STORE_NOTE))
        return false;
    snprintf(note, VG_STORE_NOTE, "%s", value ? json_string_value(value) : "");
    return true;
}

static bool get_emptied(const json_t *root, bool *ret_emptied)
{
    const json_t *value = json_object_get(root, "emptied");
    *ret_emptied = json_is_true(value);
    return !value || json_is_boolean(value);
}

/* "list": [number, bytes]; false: it is there, and is none. */
static bool get_list(const json_t *root, struct vg_store_list_at *ret_at)
{
    const json_t *value = json_object_get(root, "list");
    if (!value)
        return true;
    const json_t *number = json_array_get(value, 0), *bytes = json_array_get(value, 1);
    if (json_array_size(value) != 2 || !json_is_integer(number) || !json_is_integer(bytes) ||
        json_integer_value(number) < 1 || json_integer_value(number) > (json_int_t)VG_STORE_NUMBER_MAX ||
        json_integer_value(bytes) < 0)
        return false;
    *ret_at = (struct vg_store_list_at){(uint64_t)json_integer_value(number), (uint64_t)json_integer_value(bytes)};
    return true;
}

/* "missing": [[from, to], …]; false: it is there, and is none. */
static bool get_missing(const json_t *root, struct vg_store_state *state)
{
    const json_t *value = json_object_get(root, "missing");
    if (value && (!json_is_array(value) || json_array_size(value) > VG_STORE_MISSING))
        return false;
    for (state->missing_count = 0; state->missing_count < json_array_size(value); state->missing_count++) {
        const json_t *range = json_array_get(value, state->missing_count);
        json_int_t from = json_integer_value(json_array_get(range, 0)),
                   to = json_integer_value(json_array_get(range, 1));
        if (json_array_size(range) != 2 || from < 0 || to <= from)
            return false;
        state->missing[state->missing_count] = (struct vg_offset_range){(uint64_t)from, (uint64_t)to};
    }
    return true;
}

static void put_missing(struct vg_out *out, const struct vg_store_state *state)
{
    vg_out_text(out, ", \"missing\": [");
    for (size_t i = 0; i < state->missing_count; i++)
        vg_out_printf(out, "%s[%" PRIu64 ", %" PRIu64 "]", i ? ", " : "", state->missing[i].from, state->missing[i].to);
    vg_out_char(out, ']');
}

size_t vg_store_state_text(const struct vg_store_state *state, char ret_text[static VG_STORE_STATE_MAX])
{
    struct vg_out out = vg_out_fixed(ret_text, VG_STORE_STATE_MAX);
    vg_out_printf(&out, "{\"format\": %d, \"commit\": %" PRIu64 ", \"mark\": %" PRIu64,
                  state->sensors ? FORMAT_SENSORS
                  : state->mixed ? FORMAT_MIXED
                                 : FORMAT,
                  state->commit, state->mark);
    if (state->emptied)
        vg_out_text(&out, ", \"emptied\": true");
    if (state->list.number)
        vg_out_printf(&out, ", \"list\": [%" PRIu64 ", %" PRIu64 "]", state->list.number, state->list.bytes);
    if (state->missing_count)
        put_missing(&out, state);
    if (*state->note) {
        vg_out_text(&out, ", \"note\": ");
        vg_out_json_string(&out, state->note, strlen(state->note));
    }
    vg_out_text(&out, "}\n");
    return out.err ? 0 : out.len;
}

enum vg_err vg_store_state_parse(const char *bytes, size_t len, struct vg_store_state *ret_state)
{
    struct vg_store_state state = {0};
    uint64_t format;
    json_t *root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);
    bool known = json_is_object(root) && get(root, "format", &format) && format >= 1;
    bool newer = known && format > FORMAT_SENSORS;
    bool good = known && !newer && get(root, "commit", &state.commit) && state.commit <= VG_STORE_NUMBER_MAX &&
                get(root, "mark", &state.mark) && get_note(root, state.note) && get_emptied(root, &state.emptied) &&
                get_list(root, &state.list) && get_missing(root, &state);
    json_decref(root);
    state.mixed = known && format >= FORMAT_MIXED;
    state.sensors = known && format >= FORMAT_SENSORS;
    if (good)
        *ret_state = state;
    return good ? VG_OK : newer ? VG_UNSUPPORTED : VG_CORRUPT;
}

static enum vg_err state_path(const char *dir, char path[static VG_ATOMIC_PATH])
{
    int n = snprintf(path, VG_ATOMIC_PATH, "%s/state.json", dir);
    return n > 0 && n < VG_ATOMIC_PATH ? VG_OK : VG_RANGE;
}

enum vg_err vg_store_state_read(const char *dir, struct vg_store_state *ret_state)
{
    char path[VG_ATOMIC_PATH], bytes[VG_STORE_STATE_MAX];
    size_t len = 0;
    ssize_t n;
    enum vg_err err = state_path(dir, path);
    if (err)
        return err;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? VG_NOT_FOUND : VG_IO;
    while ((n = read(fd, bytes + len, sizeof bytes - len)) != 0) {
        if (n < 0 && errno != EINTR)
            break;
        len += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    return n < 0 ? VG_IO : vg_store_state_parse(bytes, len, ret_state);
}

enum vg_err vg_store_state_write(const char *dir, const struct vg_store_state *state)
{
    char path[VG_ATOMIC_PATH], text[VG_STORE_STATE_MAX];
    struct vg_atomic file;
    enum vg_err err = state_path(dir, path);
    if (err)
        return err;
    if (state->mark > INT64_MAX)
        return VG_RANGE;
    size_t len = vg_store_state_text(state, text);
    if (!len)
        return VG_LIMIT;
    err = vg_atomic_open(&file, path);
    if (err)
        return err;
    err = vg_atomic_write(&file, text, len);
    if (err) {
        vg_atomic_abandon(&file);
        return err;
    }
    err = vg_atomic_commit(&file);
    /* If the new state can be read it is the state, though its folder could not be synced: after a power cut the old
     * one may be back, and the parts it doesn't know are removed and taken from the journal again. */
    struct vg_store_state now;
    if (err && !vg_store_state_read(dir, &now) && now.commit == state->commit && now.mark == state->mark)
        return VG_OK;
    return err;
}

enum vg_err vg_store_mark(const char *dir, uint64_t *ret_mark)
{
    struct vg_store_state state = {0};
    enum vg_err err = vg_store_state_read(dir, &state);
    if (!err || err == VG_NOT_FOUND)
        *ret_mark = state.mark;
    return err == VG_NOT_FOUND ? VG_OK : err;
}
