/*
 * Options as a table: a row an option drives the command line, --help and, for the service's settings (config.def), the
 * configuration files and their documentation.
 *
 * Values go into a command's own struct, at the row's offset. Texts are not copied: they live as long as argv. One
 * thread. Wrong calls are told on standard error in one sentence, with the nearest name for a name that doesn't exist.
 */
#ifndef VG_CLI_OPTIONS_H
#define VG_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time_asked.h"

/* What the value is, and the member that takes it. */
enum vg_option_kind {
    VG_OPTION_FLAG,    /* bool; on the command line without a value, in a file true or false */
    VG_OPTION_TEXT,    /* const char *; `low` 1: it may not be empty */
    VG_OPTION_ADDRESS, /* const char *: where to listen (base/address.h) */
    VG_OPTION_FOLDER,  /* const char *: a folder that can be read now */
    VG_OPTION_WHOLE,   /* int64_t from low to high */
    VG_OPTION_NUMBER,  /* double from low to high */
    VG_OPTION_CHOICE,  /* int: the number of the word in `value`, which is "wall|data" */
    VG_OPTION_TIME,    /* int64_t, microseconds since 1970 (base/time_asked.h); of a day its beginning */
    VG_OPTION_END,     /* the same, itself not included; of a day its end */
    VG_OPTION_LAST,    /* the same, included; of a day its last microsecond */
    VG_OPTION_READ,    /* whatever `read` makes of it */
};

struct vg_option {
    const char *name; /* without its -- */
    char letter;      /* '\0': none */
    enum vg_option_kind kind;
    size_t at; /* offset of the member */
    double low, high;
    const char *value; /* what help calls the value: "DIR", "wall|data"; NULL for a flag */
    const char *help;
    const char *initial; /* its value when nobody says one; NULL: what the struct has */
    const char *unit;    /* for the documentation; NULL: none */
    /* Takes a text into the command's whole struct; false if it is not `expected`. */
    bool (*read)(const char *text, void *target);
    const char *expected; /* of READ: "LON,LAT,ZOOM in degrees, zoom 0 to 22" */
};

/* ---- rows that several commands have ---- */

/* The data folder; what the command takes it for. */
#define VG_OPTION_DATA(member_at, help_text)                                                                           \
    {                                                                                                                  \
        .name = "data", .letter = 'd', .kind = VG_OPTION_TEXT, .at = (member_at), .low = 1, .value = "DIR",            \
        .help = (help_text)                                                                                            \
    }

/* Which records of a journal: its folder, the first and the last receive time, the source. */
#define VG_OPTION_JOURNAL(member_at)                                                                                   \
    VG_OPTION_DATA(member_at, "where vigia keeps its data (DIR/journal), or the journal's own folder")
#define VG_OPTION_FROM(member_at)                                                                                      \
    {                                                                                                                  \
        .name = "from", .kind = VG_OPTION_TIME, .at = (member_at), .value = "T",                                       \
        .help = "first receive time: " VG_TIME_ASKED_FORMS                                                             \
    }
#define VG_OPTION_TO(member_at)                                                                                        \
    {                                                                                                                  \
        .name = "to", .kind = VG_OPTION_LAST, .at = (member_at), .value = "T",                                         \
        .help = "last receive time; a day alone: until its end"                                                        \
    }
#define VG_OPTION_SOURCE(member_at)                                                                                    \
    {                                                                                                                  \
        .name = "source", .letter = 's', .kind = VG_OPTION_TEXT, .at = (member_at), .value = "NAME",                   \
        .help = "only this source (a feed's name)"                                                                     \
    }

/* A command's form. `usage` is all its lines, `about` and `end` stand before and behind the options. */
struct vg_form {
    const char *command, *usage, *about, *end;
    const struct vg_option *option;
    size_t count;
    void (*on_value)(void *target, const struct vg_option *option,
                     const char *text); /* of each one taken; may be NULL */
};

#define VG_OPTIONS_MAX 64

/*
 * Reads argv. Returns -1 to go on, with *ret_first the index of the first argument that is no option; else the exit
 * status: help was printed, or the call was wrong.
 */
int vg_options_read(const struct vg_form *form, int argc, char **argv, void *target, int *ret_first);

#define VG_OPTION_WHY 160

/*
 * One value into `target`. False, nothing changed, with what was expected ("a number from 1 to 64") in `why`: a part
 * of a sentence.
 */
bool vg_option_take(const struct vg_option *option, const char *text, void *target, char why[static VG_OPTION_WHY]);

/* What is expected, as above. */
void vg_option_expected(const struct vg_option *option, char why[static VG_OPTION_WHY]);

/* Sets every option that has an initial value to it. The table is right, so nothing can fail. */
void vg_options_initial(const struct vg_option *option, size_t count, void *target);

const struct vg_option *vg_option_find(const struct vg_option *option, size_t count, const char *name);

/* The row whose name is nearest to a word, or NULL if none is near. */
const struct vg_option *vg_option_nearest(const struct vg_option *option, size_t count, const char *word);

/* How many letters must change to make the one word of the other, at most 64 letters of each; swapped letters are one.
 */
unsigned vg_word_distance(const char *a, const char *b);

/* True if one of two words is a likely slip for the other. */
bool vg_word_is_near(const char *a, const char *b);

#endif
