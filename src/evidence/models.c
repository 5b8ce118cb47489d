#include "evidence/models.h"

#include <stdio.h>
#include <string.h>

/* Made at build (cmake/behaviour_parameters.cmake). */
static const struct {
    const char *name, *hash;
} files[] = {
#define VG_BEHAVIOUR_FILE(name, hash) {name, hash},
#define VG_BEHAVIOUR_PARAMETER(file, name, value, about)
#include "behaviour_parameters.inc"
#undef VG_BEHAVIOUR_FILE
#undef VG_BEHAVIOUR_PARAMETER
};

static const struct {
    const char *file, *name, *value, *about;
} parameters[] = {
#define VG_BEHAVIOUR_FILE(name, hash)
#define VG_BEHAVIOUR_PARAMETER(file, name, value, about) {file, name, value, about},
#include "behaviour_parameters.inc"
#undef VG_BEHAVIOUR_FILE
#undef VG_BEHAVIOUR_PARAMETER
};

/* What the names of a kind's files begin with, with blanks between. A kind without a row has files of its own name. */
static const char *const begins[VG_EVENT_KINDS] = {
    [VG_EVENT_GAP] = "gap. gap_ reception.",
    [VG_EVENT_DISABLING] = "gap. gap_ reception. trees.",
    [VG_EVENT_ENCOUNTER] = "encounter. encounter_ pairs. nearby.",
    [VG_EVENT_LOITERING] = "loitering. past.",
    [VG_EVENT_PORT_VISIT] = "port_visit anchorage.",
    [VG_EVENT_FISHING] = "fishing",
    [VG_EVENT_IDENTITY] = "identity. static_data. renumbered.",
    [VG_EVENT_WATCHLIST] = "watch",
    [VG_EVENT_AREA] = "area. stays.",
    [VG_EVENT_SPOOFING] = "spoofing. identity.",
    [VG_EVENT_DEVIATION] = "deviation. lanes.",
    [VG_EVENT_ANOMALY] = "anomaly trees.",
    [VG_EVENT_CLOSE_QUARTERS] = "close_quarters. pairs. nearby.",
    [VG_EVENT_DARK] = "sensed.",
    [VG_EVENT_UNSEEN] = "sensed.",
    [VG_EVENT_TWO_IDENTITIES] = "sensed.",
    [VG_EVENT_MEETING] = "meeting. nearby.",
};

static bool is_of_kind(const char *file, enum vg_event_kind kind)
{
    char own[32];
    snprintf(own, sizeof own, "%s.", vg_event_kind_key(kind));
    for (const char *p = begins[kind] ? begins[kind] : own; *p; p += strspn(p, " ")) {
        const size_t n = strcspn(p, " ");
        if (strncmp(file, p, n) == 0)
            return true;
        p += n;
    }
    return false;
}

static bool is_wanted(const char *file, uint32_t kinds)
{
    for (int i = 0; i < VG_EVENT_KINDS; i++)
        if (kinds >> i & 1 && is_of_kind(file, (enum vg_event_kind)i))
            return true;
    return false;
}

static void put_file(struct vg_sheet *s, const char *file, const char *hash)
{
    char text[200];
    bool any = false;
    vg_sheet_heading(s, 3, file);
    snprintf(text, sizeof text, "SHA-256 %s", hash);
    vg_sheet_text(s, text);
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        if (strcmp(parameters[i].file, file) != 0)
            continue;
        snprintf(text, sizeof text, "%.60s%s%.80s", parameters[i].value, *parameters[i].about ? " · " : "",
                 parameters[i].about);
        vg_sheet_fact(s, parameters[i].name, text);
        any = true;
    }
    if (!any)
        vg_sheet_text(s, vg_word(s->language, "case", "no_parameters"));
}

void vg_models_sheet(struct vg_sheet *s, uint32_t kinds)
{
    vg_sheet_text(s, vg_word(s->language, "case", "models_about"));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (is_wanted(files[i].name, kinds))
            put_file(s, files[i].name, files[i].hash);
    vg_sheet_end(s);
}
