#include "sensor/table/cell.h"

#include <string.h>

#include "base/out.h"
#include "report/report.h"

static const struct unit {
    char sort;
    int32_t num, den;
} units[] = {
#define X(name, key, sort, num, den) {sort, num, den},
    VG_UNIT_LIST(X)
#undef X
};

void vg_unit_factor(enum vg_unit unit, int64_t *ret_num, int64_t *ret_den)
{
    *ret_num = units[unit].num;
    *ret_den = units[unit].den;
}

bool vg_unit_fits(enum vg_unit unit, enum vg_cell cell)
{
    bool place = cell == VG_CELL_LON || cell == VG_CELL_LAT;
    if (unit == VG_UNIT_DEGREES_MINUTES)
        return place;
    char sort = cell == VG_CELL_SOG                                       ? 'v'
                : place || cell == VG_CELL_COG || cell == VG_CELL_HEADING ? 'a'
                : (cell >= VG_CELL_LENGTH && cell <= VG_CELL_DRAUGHT)     ? 'l'
                                                                          : 'x';
    return unit == VG_UNIT_NONE || units[unit].sort == sort;
}

struct word {
    const char *plain; /* letters and digits only */
    int code;
};

/* ITU-R M.1371-5, navigational status, in the words of the Danish Maritime Authority, Signal K, canboat and others. */
static const struct word statuses[] = {
    {"underwayusingengine", 0},
    {"atanchor", 1},
    {"notundercommand", 2},
    {"restrictedmaneuverability", 3},
    {"restrictedmanoeuvrability", 3},
    {"constrainedbyherdraught", 4},
    {"moored", 5},
    {"aground", 6},
    {"engagedinfishing", 7},
    {"engagedinfishingactivity", 7},
    {"underwaysailing", 8},
    {"powerdrivenvesseltowingastern", 11},
    {"powerdrivenvesselpushingahead", 12},
    {"powerdrivenvesselpushingaheadortowingalongside", 12},
    {"aissart", 14},
    {"aissartactive", 14},
    {"undefined", 15},
    {"unknownvalue", 15},
    {"notdefined", 15},
    {"undefineddefault", 15},
    {"motoring", 0},
    {"anchored", 1},
    {"restrictedmanouverability", 3},
    {"constrainedbydraft", 4},
    {"constrainedbydraught", 4},
    {"fishing", 7},
    {"sailing", 8},
    {"hazardousmaterialhighspeed", 9},
    {"hazardousmaterialwinginground", 10},
    {"default", 15},
};

/* Table 53: the first code of each kind, for words tell no more. */
static const struct word shiptypes[] = {
    {"wig", 20},
    {"winginground", 20},
    {"fishing", 30},
    {"towing", 31},
    {"towinglongwide", 32},
    {"dredging", 33},
    {"diving", 34},
    {"military", 35},
    {"sailing", 36},
    {"pleasure", 37},
    {"hsc", 40},
    {"pilot", 50},
    {"sar", 51},
    {"tug", 52},
    {"porttender", 53},
    {"antipollution", 54},
    {"lawenforcement", 55},
    {"medical", 58},
    {"medicaltransport", 58},
    {"notpartytoconflict", 59},
    {"shipsaccordingtorr", 59},
    {"passenger", 60},
    {"cargo", 70},
    {"tanker", 80},
    {"other", 90},
};

static const struct word classes[] = {
    {"a", VG_CLASS_SHIP_A},
    {"classa", VG_CLASS_SHIP_A},
    {"b", VG_CLASS_SHIP_B},
    {"classb", VG_CLASS_SHIP_B},
    {"basestation", VG_CLASS_BASE},
    {"aton", VG_CLASS_ATON},
    {"sarairborne", VG_CLASS_SAR},
    {"searchandrescuetransponder", VG_CLASS_SART},
    {"manoverboarddevice", VG_CLASS_MOB},
};

/*
 * The types of the Coast Guard's vessel database (AVIS), which MarineCadastre gave instead of AIS types from 2015 to
 * 2017: NOAA's table groups both ("AIS Vessel Type and Group Codes used by the Marine Cadastre Project", 2018,
 * https://coast.noaa.gov/data/marinecadastre/ais/VesselTypeCodes2018.pdf). The first AIS type of the same group.
 */
static const uint8_t avis_shiptypes[] = {
    30, 30,             /* 1001: fishing, fish processing */
    70, 70,             /* 1003: freight barge and ship */
    90, 90, 90, 90, 90, /* 1005: industrial, miscellaneous, drilling unit, no vessel */
    90, 90,             /* 1010: offshore supply, oil recovery */
    60, 60, 60, 60,     /* 1012: passengers, inspected or not, ships and barges */
    70, 80, 90,         /* 1016: public freight, public tanker, other public vessel */
    37, 90, 35, 90,     /* 1019: recreational, research, military, other */
    31, 80, 31,         /* 1023: tow, tanker, tow */
};
#define AVIS_FIRST 1001

int vg_avis_shiptype(int64_t code)
{
    bool one = code >= AVIS_FIRST && code < AVIS_FIRST + (int64_t)sizeof avis_shiptypes;
    return one ? avis_shiptypes[code - AVIS_FIRST] : -1;
}

bool vg_cell_decimal(const struct vg_row_cell *c, char mark, struct vg_decimal *ret)
{
    if (mark)
        return vg_decimal_read(c->at, c->len, mark, ret);
    return vg_decimal_read(c->at, c->len, '.', ret) || vg_decimal_read(c->at, c->len, ',', ret);
}

static int find_word(const struct word *words, size_t count, const struct vg_row_cell *c)
{
    char plain[VG_COLUMN_NAME];
    vg_name_plain(c->at, c->len, plain);
    for (size_t i = 0; i < count; i++)
        if (*words[i].plain == *plain && strcmp(words[i].plain, plain) == 0)
            return words[i].code;
    return -1;
}

int vg_word_status(const struct vg_row_cell *c)
{
    return find_word(statuses, sizeof statuses / sizeof *statuses, c);
}

#define WORD_LEAST 5 /* letters of a word that may begin a longer one: "Cargo ship - All" */

int vg_word_shiptype(const struct vg_row_cell *c)
{
    static const size_t count = sizeof shiptypes / sizeof *shiptypes;
    char plain[VG_COLUMN_NAME];
    int code = find_word(shiptypes, count, c);
    vg_name_plain(c->at, c->len, plain);
    for (size_t i = 0; i < count && code < 0; i++) {
        size_t len = strlen(shiptypes[i].plain);
        if (len >= WORD_LEAST && strncmp(plain, shiptypes[i].plain, len) == 0)
            code = shiptypes[i].code;
    }
    return code;
}

int vg_word_class(const struct vg_row_cell *c)
{
    return find_word(classes, sizeof classes / sizeof *classes, c);
}

bool vg_cell_is_absent(const struct vg_row_cell *c)
{
    static const char *const words[] = {"unknown", "undefined", "null", "nan"};
    char plain[VG_COLUMN_NAME];
    if (!c->len)
        return true;
    if (c->len > 9 || (*c->at >= '0' && *c->at <= '9'))
        return false;
    if (c->len == 2 && memcmp(c->at, "\\N", 2) == 0)
        return true;
    vg_name_plain(c->at, c->len, plain);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*plain == *words[i] && strcmp(plain, words[i]) == 0)
            return true;
    return false;
}

size_t vg_cell_words(const struct vg_row_cell *c, char quote, char *ret, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < c->len;) {
        const uint8_t *p = (const uint8_t *)c->at + i;
        size_t bytes = vg_utf8_length(p, c->len - i);
        bool plain = bytes && !vg_utf8_is_harmful(vg_utf8_code_point(p, bytes));
        if (n + (plain ? bytes : 1) > size - 1)
            break;
        if (plain)
            memcpy(ret + n, p, bytes);
        else
            ret[n] = '?';
        n += plain ? bytes : 1;
        i += bytes ? bytes : 1;
        if (c->doubled && *p == (uint8_t)quote)
            i++;
    }
    while (n && ret[n - 1] == ' ')
        n--;
    ret[n] = '\0';
    return n;
}
