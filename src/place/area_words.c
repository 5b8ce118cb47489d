/* Words for what areas' rules mean: ship types of ITU-R M.1371 by groups, or as numbers and ranges. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "place/area_inner.h"

static const struct {
    const char *word;
    uint8_t from, to;
} groups[] = {
    {"wing_in_ground", 20, 29}, {"fishing", 30, 30},  {"towing", 31, 32},  {"dredging", 33, 33},
    {"diving", 34, 34},         {"military", 35, 35}, {"sailing", 36, 36}, {"pleasure", 37, 37},
    {"high_speed", 40, 49},     {"pilot", 50, 50},    {"rescue", 51, 51},  {"tug", 52, 52},
    {"port_tender", 53, 53},    {"law", 55, 55},      {"medical", 58, 58}, {"passenger", 60, 69},
    {"cargo", 70, 79},          {"tanker", 80, 89},   {"other", 90, 99},   {"unknown", 0, 0},
};
#define GROUPS (sizeof groups / sizeof groups[0])

static void set(uint64_t types[static 4], unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++)
        types[i / 64] |= UINT64_C(1) << i % 64;
}

bool vg_area_types_add(const char *word, uint64_t types[static 4])
{
    for (size_t i = 0; i < GROUPS; i++)
        if (strcmp(groups[i].word, word) == 0) {
            set(types, groups[i].from, groups[i].to);
            return true;
        }
    char *end;
    if (*word < '0' || *word > '9')
        return false;
    const unsigned long from = strtoul(word, &end, 10);
    unsigned long to = from;
    if (*end == '-' && end[1] >= '0' && end[1] <= '9')
        to = strtoul(end + 1, &end, 10);
    if (*end || from > to || to > 255)
        return false;
    set(types, (unsigned)from, (unsigned)to);
    return true;
}

const char *vg_area_on_key(unsigned bit)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_AREA_ON_LIST(X)
#undef X
    };
    return bit < VG_AREA_ON_COUNT ? keys[bit] : "none";
}
