/* The sections of a situation: its clock, the names of its sources, its picture. */
#include <stdio.h>

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

#define SOURCES_HEAD 12
#define SOURCE_SIZE  (2 + VG_SOURCE_NAME)

static uint32_t count_of(const struct vg_sources *sources)
{
    return atomic_load_explicit(&sources->count, memory_order_relaxed);
}

static uint64_t sources_size(const void *of)
{
    const struct vg_situation *s = of;
    return SOURCES_HEAD + (uint64_t)(count_of(&s->sources) - 1) * SOURCE_SIZE; /* 0 is always there */
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
    return out->err;
}

/* A row gets its number again, or it is not what was saved. */
static enum vg_err read_source(struct vg_sources *sources, uint32_t number, struct vg_state_input *in)
{
    uint8_t row[SOURCE_SIZE];
    enum vg_err err = vg_state_take(in, row, sizeof row);
    if (err)
        return err;
    const char *name = (const char *)row + 2;
    uint16_t feed = vg_get_u16(row);
    if (!memchr(name, '\0', VG_SOURCE_NAME) || feed == 0 || feed > number)
        return VG_CORRUPT;
    return vg_source_restore(sources, name, feed) == number ? VG_OK : VG_CORRUPT;
}

static enum vg_err read_sources(void *of, struct vg_state_input *in)
{
    struct vg_sources *sources = &((struct vg_situation *)of)->sources;
    uint8_t head[SOURCES_HEAD];
    enum vg_err err = vg_state_take(in, head, sizeof head);
    uint32_t count = err ? 0 : vg_get_u32(head + 8);
    if (err || !count || count > VG_SOURCE_MAX)
        return err ? err : VG_CORRUPT;
    for (uint32_t i = 1; i < count && !err; i++)
        err = read_source(sources, i, in);
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

void vg_situation_sections(struct vg_situation *situation, struct vg_state_section *ret)
{
    const struct vg_state_section sections[VG_SITUATION_SECTIONS] = {
        {"clock", VG_STATE_TAG('C', 'L', 'O', 'C'), 1, situation, clock_size, write_clock, read_clock},
        {"sources", VG_STATE_TAG('S', 'O', 'U', 'R'), 1, situation, sources_size, write_sources, read_sources},
        {"picture", VG_STATE_TAG('P', 'I', 'C', 'T'), VG_PICTURE_SAVE_VERSION, situation, picture_size, write_picture,
         read_picture},
    };
    memcpy(ret, sections, sizeof sections);
}
