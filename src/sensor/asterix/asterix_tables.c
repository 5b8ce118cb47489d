/* The tables of the categories: cat*.def, made by tools/asterix_tables.py. */
#include "sensor/asterix/asterix_inner.h"

#define FIXED(title, width, of, num, den, in, value)                                                                   \
    {.name = title,                                                                                                    \
     .name_len = sizeof(title) - 1,                                                                                    \
     .shape = VG_ASTERIX_FIXED,                                                                                        \
     .kind = VG_ASTERIX_##of,                                                                                          \
     .bits = width,                                                                                                    \
     .size = 1,                                                                                                        \
     .key = value,                                                                                                     \
     .unit = in,                                                                                                       \
     .lsb = (double)(num) / (double)(den)},
#define SPARE(width) {.shape = VG_ASTERIX_SPARE, .bits = width, .size = 1},
#define FX           {.shape = VG_ASTERIX_FX, .bits = 1, .size = 1},
#define NONE         {.shape = VG_ASTERIX_NONE, .size = 1},
#define TREE(of, title, width, below, all, value)                                                                      \
    {.name = title,                                                                                                    \
     .name_len = sizeof(title) - 1,                                                                                    \
     .shape = VG_ASTERIX_##of,                                                                                         \
     .bits = width,                                                                                                    \
     .count = below,                                                                                                   \
     .size = all,                                                                                                      \
     .key = value},
#define GROUP(title, width, below, all, value)      TREE(GROUP, title, width, below, all, value)
#define EXTENDED(title, width, below, all, value)   TREE(EXTENDED, title, width, below, all, value)
#define REPETITIVE(title, width, below, all, value) TREE(REPETITIVE, title, width, below, all, value)
#define CHAIN(title, width, below, all, value)      TREE(CHAIN, title, width, below, all, value)
#define EXPLICIT(title, width, below, all, value)   TREE(EXPLICIT, title, width, below, all, value)
#define COMPOUND(title, width, below, all, value)   TREE(COMPOUND, title, width, below, all, value)
#define CASE(title, width, below, all, value)       TREE(CASE, title, width, below, all, value)

static const struct vg_asterix_node nodes001[] = {
#include "sensor/asterix/cat001.def"
};
static const struct vg_asterix_node nodes002[] = {
#include "sensor/asterix/cat002.def"
};
static const struct vg_asterix_node nodes004[] = {
#include "sensor/asterix/cat004.def"
};
static const struct vg_asterix_node nodes010[] = {
#include "sensor/asterix/cat010.def"
};
static const struct vg_asterix_node nodes015[] = {
#include "sensor/asterix/cat015.def"
};
static const struct vg_asterix_node nodes016[] = {
#include "sensor/asterix/cat016.def"
};
static const struct vg_asterix_node nodes019[] = {
#include "sensor/asterix/cat019.def"
};
static const struct vg_asterix_node nodes020[] = {
#include "sensor/asterix/cat020.def"
};
static const struct vg_asterix_node nodes021[] = {
#include "sensor/asterix/cat021.def"
};
static const struct vg_asterix_node nodes021_2_1[] = {
#include "sensor/asterix/cat021_2_1.def"
};
static const struct vg_asterix_node nodes021_0_26[] = {
#include "sensor/asterix/cat021_0_26.def"
};
static const struct vg_asterix_node nodes034[] = {
#include "sensor/asterix/cat034.def"
};
static const struct vg_asterix_node nodes048[] = {
#include "sensor/asterix/cat048.def"
};
static const struct vg_asterix_node nodes062[] = {
#include "sensor/asterix/cat062.def"
};
static const struct vg_asterix_node nodes063[] = {
#include "sensor/asterix/cat063.def"
};
static const struct vg_asterix_node nodes065[] = {
#include "sensor/asterix/cat065.def"
};
static const struct vg_asterix_node nodes205[] = {
#include "sensor/asterix/cat205.def"
};
static const struct vg_asterix_node nodes240[] = {
#include "sensor/asterix/cat240.def"
};
static const struct vg_asterix_node nodes247[] = {
#include "sensor/asterix/cat247.def"
};

#undef FIXED /* asks for the lists of items instead */
#define SLOT(number, item, at, octets) [(number)-1] = {(at) + 1, octets},

static const struct vg_asterix_slot slots002[] = {
#include "sensor/asterix/cat002.def"
};
static const struct vg_asterix_slot slots004[] = {
#include "sensor/asterix/cat004.def"
};
static const struct vg_asterix_slot slots010[] = {
#include "sensor/asterix/cat010.def"
};
static const struct vg_asterix_slot slots015[] = {
#include "sensor/asterix/cat015.def"
};
static const struct vg_asterix_slot slots016[] = {
#include "sensor/asterix/cat016.def"
};
static const struct vg_asterix_slot slots019[] = {
#include "sensor/asterix/cat019.def"
};
static const struct vg_asterix_slot slots020[] = {
#include "sensor/asterix/cat020.def"
};
static const struct vg_asterix_slot slots021[] = {
#include "sensor/asterix/cat021.def"
};
static const struct vg_asterix_slot slots021_2_1[] = {
#include "sensor/asterix/cat021_2_1.def"
};
static const struct vg_asterix_slot slots021_0_26[] = {
#include "sensor/asterix/cat021_0_26.def"
};
static const struct vg_asterix_slot slots034[] = {
#include "sensor/asterix/cat034.def"
};
static const struct vg_asterix_slot slots048[] = {
#include "sensor/asterix/cat048.def"
};
static const struct vg_asterix_slot slots062[] = {
#include "sensor/asterix/cat062.def"
};
static const struct vg_asterix_slot slots063[] = {
#include "sensor/asterix/cat063.def"
};
static const struct vg_asterix_slot slots065[] = {
#include "sensor/asterix/cat065.def"
};
static const struct vg_asterix_slot slots205[] = {
#include "sensor/asterix/cat205.def"
};
static const struct vg_asterix_slot slots240[] = {
#include "sensor/asterix/cat240.def"
};
static const struct vg_asterix_slot slots247[] = {
#include "sensor/asterix/cat247.def"
};

#define SLOT_PLOT(number, item, at, octets) [(number)-1] = {(at) + 1, octets},
static const struct vg_asterix_slot plots001[] = {
#include "sensor/asterix/cat001.def"
};
#undef SLOT_PLOT
#define SLOT_TRACK(number, item, at, octets) [(number)-1] = {(at) + 1, octets},
static const struct vg_asterix_slot tracks001[] = {
#include "sensor/asterix/cat001.def"
};

#define COUNT(array) (uint8_t)(sizeof(array) / sizeof *(array))
#define ROW(number, edition, id)                                                                                       \
    {                                                                                                                  \
        number, edition, nodes##id, {slots##id},                                                                       \
        {                                                                                                              \
            COUNT(slots##id)                                                                                           \
        }                                                                                                              \
    }

/* Of a category the edition that is tried first stands first. 2.7 of 021 reads 2.1 as well, but for its extensions. */
const struct vg_asterix_edition vg_asterix_editions[] = {
    {1, "1.4", nodes001, {plots001, tracks001}, {COUNT(plots001), COUNT(tracks001)}},
    ROW(2, "1.2", 002),
    ROW(4, "1.13", 004),
    ROW(10, "1.1", 010),
    ROW(15, "1.2", 015),
    ROW(16, "1.0", 016),
    ROW(19, "1.3", 019),
    ROW(20, "1.11", 020),
    ROW(21, "2.7", 021),
    ROW(21, "2.1", 021_2_1),
    ROW(21, "0.26", 021_0_26),
    ROW(34, "1.29", 034),
    ROW(48, "1.32", 048),
    ROW(62, "1.21", 062),
    ROW(63, "1.7", 063),
    ROW(65, "1.6", 065),
    ROW(205, "1.0", 205),
    ROW(240, "1.3", 240),
    ROW(247, "1.3", 247),
};
const size_t vg_asterix_edition_count = COUNT(vg_asterix_editions);

const struct vg_asterix_edition *vg_asterix_edition_first(uint8_t category)
{
    for (size_t i = 0; i < vg_asterix_edition_count; i++)
        if (vg_asterix_editions[i].category == category)
            return &vg_asterix_editions[i];
    return NULL;
}

const char *vg_asterix_edition_name(const struct vg_asterix_edition *edition)
{
    return edition->name;
}

uint8_t vg_asterix_edition_category(const struct vg_asterix_edition *edition)
{
    return edition->category;
}
