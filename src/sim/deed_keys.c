/* What deeds are called in scenarios and in the truth. */
#include "sim/script.h"

static const char *const deed_keys[DEED_COUNT] = {
#define DEED(key, ...) #key,
#define LIFE(key, ...) #key,
#include "sim/deeds.def"
#undef DEED
#undef LIFE
};

static const bool is_life[DEED_COUNT] = {
#define LIFE(key, ...) [DEED_##key] = true,
#include "sim/deeds.def"
#undef LIFE
};

const char *vg_sim_deed_key(int deed)
{
    return deed_keys[deed];
}

bool vg_sim_deed_is_life(int deed)
{
    return is_life[deed];
}
