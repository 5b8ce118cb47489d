/* The styles of names in names.def. Private to src/sim. */
#ifndef VG_SIM_NAMES_H
#define VG_SIM_NAMES_H

enum vg_sim_name_style {
#define NAMES(style, ...) NAMES_##style,
#include "sim/names.def"
#undef NAMES
    NAMES_COUNT
};

#endif
