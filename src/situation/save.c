/* The sections of a situation: its clock, the names of its sources, its picture. */
#include <stdio.h>
#include <stdlib.h>

#include "situation/inner.h"
#include "situation/state_file.h"

/* ---- clock ---- */

#define CLOCK_SIZE 33

static uint64_t clock_size(const void *of)
{
    (void)of;
    return CLOCK_SIZE;
}

static enum vg_err write_clock(const void *of, struct vg_out *out)
{
    const struct vg_picture_clock *c = &((const struct vg_situation *)of)->clock;
    uint8_t row[CLOCK_SIZE] = {c->data_clock};
    vg_put_u64(row + 1, (uint64_t)c->clock_us);
    vg_put_u64(row + 9, (uint64_t)c->advanced_us);
    vg_put_u64(row + 17, (uint64_t)c->leap_us);
    vg_put_u64(row + 25, c->leaps);
    vg_out_bytes(out, row, sizeof row);
    return out->err;
}

static enum vg_err read_clock(void *of, struct vg_state_input *in)
{
    struct vg_situation *s = of;
    uint8_t row[CLOCK_SIZE];
    enum vg_err err = vg_state_take(in, row, sizeof row);
    if (err)
        return err;
    struct vg_picture_clock c = {.data_clock = row[0] == 1,
                                 .clock_us = (int64_t)vg_get_u64(row + 1),
                                 .advanced_us = (int64_t)vg_get_u64(row + 9),
                                 .leap_us = (int64_t)vg_get_u64(row + 17),
                                 .leaps = vg_get_u64(row + 25)};
    if (row[0] > 1 || !vg_picture_clock_is_sound(&c))
        return VG_CORRUPT;
    if (c.data_clock != s->clock.data_clock)
        return vg_state_refuse(in, "belongs to a picture that lived by another clock");
    s->clock = c;
    return VG_OK;
}

/* ---- sources ---- */

#define SOURCES_VERSION 2 /* 1 had no lives: the time of the last look, and how old each row is */
#define SOURCES_HEAD    12
#define SOURCE_SIZE     (2 + VG_SOURCE_NAME)
#define LOOKED_SIZE     8
#define LIFE_SIZE       17

static uint32_t count_of(const struct vg_sources *sources)
{
    return atomic_load_explicit(&sources->count, memory_order_relaxed);
}

static uint64_t sources_size(const void *of)
{
    const struct vg_situation *s = of;
    const uint64_t rows = count_of(&s->sources) - 1; /* 0 is always there */
    return SOURCES_HEAD + rows * SOURCE_SIZE + LOOKED_SIZE + rows * LIFE_SIZE;
}

static void write_lives(const struct vg_sources *sources, struct vg_out *out)
{
    uint8_t looked[LOOKED_SIZE], row[LIFE_SIZE];
    vg_put_u64(looked, (uint64_t)sources->looked_us);
    vg_out_bytes(out, looked, sizeof looked);
    for (uint32_t i = 1; i < count_of(sources); i++) {
        vg_put_u64(row, (uint64_t)sources->life[i].heard_us);
        vg_put_u64(row + 8, (uint64_t)sources->life[i].step_us);
        row[16] = sources->life[i].step;
        vg_out_bytes(out, row, sizeof row);
    }
}

static enum vg_err write_sources(const void *of, struct vg_out *out)
{
    const struct vg_sources *sources = &((const struct vg_situation *)of)->sources;
    uint8_t head[SOURCES_HEAD];
    vg_put_u64(head, atomic_load_explicit(&sources->overflowed, memory_order_relaxed));
    vg_put_u32(head + 8, count_of(sources));
    vg_out_bytes(out, head, sizeof head);
    for (uint32_t i = 1; i < count_of(sources); i++) {
        const struct vg_source *source = vg_source_get(sources, (uint16_t)i);
        uint8_t row[SOURCE_SIZE] = {0};
        vg_put_u16(row, source->feed);
        snprintf((char *)row + 2, VG_SOURCE_NAME, "%s", source->name);
        vg_out_bytes(out, row, sizeof row);
    }
    write_lives(sources, out);
    return out->err;
}

/* Times are of the clock of arrivals: no less than 0, and no more than it can come to. */
static bool life_is_sound(const struct vg_source_life *life, bool is_feed)
{
    const int64_t most_us = INT64_C(1) << 61;
    return life->step <= VG_SOURCE_FREE && (life->heard_us == VG_TIME_NONE || life->heard_us >= 0) &&
           life->heard_us <= most_us && life->step_us >= 0 && life->step_us <= most_us &&
           (!is_feed || life->step == VG_SOURCE_USED);
}

/* A row gets its number again, or it is not what was saved. */
static enum vg_err restore(struct vg_sources *sources, uint32_t number, const uint8_t *row,
                           const struct vg_source_life *life)
{
    const char *name = (const char *)row + 2;
    uint16_t feed = vg_get_u16(row);
    if (!memchr(name, '\0', VG_SOURCE_NAME) || feed == 0 || feed > number || !life_is_sound(life, feed == number))
        return VG_CORRUPT;
    return vg_source_restore_life(sources, name, feed, life) == number ? VG_OK : VG_CORRUPT;
}

/* `rows`: those of all sources. Their lives come behind them, or, in version 1, are not known. */
static enum vg_err read_lives(struct vg_sources *sources, uint32_t count, const uint8_t *rows,
                              struct vg_state_input *in)
{
    const bool known = vg_state_version(in) > 1;
    uint8_t looked[LOOKED_SIZE] = {0}, row[LIFE_SIZE];
    enum vg_err err = known ? vg_state_take(in, looked, sizeof looked) : VG_OK;
    sources->looked_us = (int64_t)vg_get_u64(looked);
    if (!err && sources->looked_us < 0)
        err = VG_CORRUPT;
    for (uint32_t i = 1; i < count && !err; i++) {
        struct vg_source_life life = {.heard_us = VG_TIME_NONE};
        err = known ? vg_state_take(in, row, sizeof row) : VG_OK;
        if (known && !err)
            life = (struct vg_source_life){
                .heard_us = (int64_t)vg_get_u64(row), .step_us = (int64_t)vg_get_u64(row + 8), .step = row[16]};
        if (!err)
            err = restore(sources, i, rows + (size_t)(i - 1) * SOURCE_SIZE, &life);
    }
    return err;
}

static enum vg_err read_sources(void *of, struct vg_state_input *in)
{
    struct vg_sources *sources = &((struct vg_situation *)of)->sources;
    uint8_t head[SOURCES_HEAD];
    enum vg_err err = vg_state_take(in, head, sizeof head);
    uint32_t count = err ? 0 : vg_get_u32(head + 8);
    if (err || !count || count > VG_SOURCE_MAX)
        return err ? err : VG_CORRUPT;
    uint8_t *rows = malloc((size_t)count * SOURCE_SIZE);
    if (!rows)
        return VG_NOMEM;
    err = vg_state_take(in, rows, (size_t)(count - 1) * SOURCE_SIZE);
    if (!err)
        err = read_lives(sources, count, rows, in);
    free(rows);
    atomic_store_explicit(&sources->overflowed, vg_get_u64(head), memory_order_relaxed);
    return err;
}

/* ---- picture ---- */

static uint64_t picture_size(const void *of)
{
    return vg_picture_save_size(((const struct vg_situation *)of)->picture);
}

static enum vg_err write_picture(const void *of, struct vg_out *out)
{
    return vg_picture_save(((const struct vg_situation *)of)->picture, out);
}

static enum vg_err take(void *arg, void *bytes, size_t len)
{
    return vg_state_take(arg, bytes, len);
}

static enum vg_err read_picture(void *of, struct vg_state_input *in)
{
    return vg_picture_load_version(((struct vg_situation *)of)->picture, vg_state_version(in), take, in);
}

/* ---- what operators did ---- */

static enum vg_err write_hand(const void *of, struct vg_out *out)
{
    vg_hand_save(((const struct vg_situation *)of)->hand, out);
    return out->err;
}

static uint64_t hand_size(const void *of)
{
    return vg_state_size_of(write_hand, of);
}

static enum vg_err read_hand(void *of, struct vg_state_input *in)
{
    const uint64_t len = vg_state_left(in);
    char *bytes = len <= VG_HAND_MAX * (VG_HAND_LINE + 64) ? malloc(len ? len : 1) : NULL;
    if (!bytes)
        return len > VG_HAND_MAX * (VG_HAND_LINE + 64) ? VG_CORRUPT : VG_NOMEM;
    enum vg_err err = vg_state_take(in, bytes, len);
    if (!err)
        err = vg_hand_load(((struct vg_situation *)of)->hand, bytes, len);
    free(bytes);
    return err;
}

void vg_situation_sections(struct vg_situation *situation, struct vg_state_section *ret)
{
    const struct vg_state_section sections[VG_SITUATION_SECTIONS] = {
        {"clock", VG_STATE_TAG('C', 'L', 'O', 'C'), 1, situation, clock_size, write_clock, read_clock, false},
        {"sources", VG_STATE_TAG('S', 'O', 'U', 'R'), SOURCES_VERSION, situation, sources_size, write_sources,
         read_sources, false},
        {"operators", VG_STATE_TAG('H', 'A', 'N', 'D'), 1, situation, hand_size, write_hand, read_hand, true},
        {"picture", VG_STATE_TAG('P', 'I', 'C', 'T'), VG_PICTURE_SAVE_VERSION, situation, picture_size, write_picture,
         read_picture, false},
        {"tracks", VG_STATE_TAG('T', 'R', 'K', 'S'), 1, &situation->tracking, vg_tracking_size, vg_tracking_write,
         vg_tracking_read, true},
        {"behaviours", VG_STATE_TAG('B', 'E', 'H', 'V'), 1, &situation->behaving, vg_behaving_size, vg_behaving_write,
         vg_behaving_read, true},
    };
    memcpy(ret, sections, sizeof sections);
}
