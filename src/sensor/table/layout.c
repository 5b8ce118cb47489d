/* The known layouts, and which of a header's columns is which. */
#include "sensor/table/layout.h"

#include <stdlib.h>
#include <string.h>

#include "sensor/table/row.h"

#define C(name, cell)                                                                                                  \
    {                                                                                                                  \
        name, VG_CELL_##cell, VG_UNIT_NONE                                                                             \
    }

/*
 * MarineCadastre (NOAA and others), both generations: MMSI,BaseDateTime,LAT,LON … and mmsi,base_date_time,longitude …;
 * names are compared by letters and digits only. https://coast.noaa.gov/data/marinecadastre/ais/
 */
static const struct vg_layout known[] = {
    {.name = "noaa",
     .delimiter = ',',
     .quote = '"',
     .decimal = '.',
     .wraps = true,
     .columns = 21,
     .column = {C("basedatetime", TIME),
                C("mmsi", MMSI),
                C("lat", LAT),
                C("latitude", LAT),
                C("lon", LON),
                C("longitude", LON),
                C("sog", SOG),
                C("cog", COG),
                C("heading", HEADING),
                C("vesselname", NAME),
                C("imo", IMO),
                C("callsign", CALLSIGN),
                C("vesseltype", SHIPTYPE),
                C("status", STATUS),
                C("length", LENGTH),
                C("width", WIDTH),
                C("draft", DRAUGHT),
                C("cargo", IGNORED),
                C("transceiverclass", CLASS),
                C("transceiver", CLASS),
                C("geometry", IGNORED)}},
    /* The Danish Maritime Authority's daily files: `# Timestamp,Type of mobile,MMSI,Latitude,…`. A–D: M.1371. */
    {.name = "dma",
     .quote = '"',
     .decimal = '.',
     .time = "DD/MM/YYYY hh:mm:ss",
     .columns = 26,
     .column = {C("timestamp", TIME),    C("typeofmobile", CLASS),
                C("mmsi", MMSI),         C("latitude", LAT),
                C("longitude", LON),     C("navigationalstatus", STATUS),
                C("rot", TURN),          C("sog", SOG),
                C("cog", COG),           C("heading", HEADING),
                C("imo", IMO),           C("callsign", CALLSIGN),
                C("name", NAME),         C("shiptype", SHIPTYPE),
                C("cargotype", IGNORED), C("width", WIDTH),
                C("length", LENGTH),     C("typeofpositionfixingdevice", IGNORED),
                C("draught", DRAUGHT),   C("destination", DESTINATION),
                C("eta", ETA),           C("datasourcetype", IGNORED),
                C("a", TO_BOW),          C("b", TO_STERN),
                C("c", TO_PORT),         C("d", TO_STARBOARD)}},
    /* Names that can't be taken for anything else; times in ISO 8601 or seconds since 1970. */
    {.name = "plain",
     .quote = '"',
     .decimal = '.',
     .columns = 27,
     .column = {C("time", TIME),       C("timestamp", TIME),
                C("datetime", TIME),   C("mmsi", MMSI),
                C("lat", LAT),         C("latitude", LAT),
                C("lon", LON),         C("long", LON),
                C("longitude", LON),   C("lng", LON),
                C("sog", SOG),         C("speed", SOG),
                C("cog", COG),         C("course", COG),
                C("heading", HEADING), C("status", STATUS),
                C("name", NAME),       C("callsign", CALLSIGN),
                C("imo", IMO),         C("shiptype", SHIPTYPE),
                C("draught", DRAUGHT), C("destination", DESTINATION),
                C("tobow", TO_BOW),    C("tostern", TO_STERN),
                C("toport", TO_PORT),  C("tostarboard", TO_STARBOARD),
                C("class", CLASS)}},
};

const struct vg_layout *vg_layouts(size_t *ret_count)
{
    *ret_count = sizeof known / sizeof *known;
    return known;
}

/* They are told by their first lines (sensor/json/log.h), not by a header. */
static const struct vg_layout logs[] = {{.name = "json", .json = true}, {.name = "json-si", .json = true, .si = true}};

const struct vg_layout *vg_layout_find(const char *name)
{
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++)
        if (strcmp(logs[i].name, name) == 0)
            return &logs[i];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            return &known[i];
    return NULL;
}

const char *vg_cell_key(enum vg_cell cell)
{
    static const char *const keys[] = {
#define X(name, key, what) key,
        VG_CELL_LIST(X)
#undef X
    };
    return (unsigned)cell < VG_CELL_COUNT ? keys[cell] : "unknown";
}

const char *vg_cell_text(enum vg_cell cell)
{
    static const char *const texts[] = {
#define X(name, key, what) what,
        VG_CELL_LIST(X)
#undef X
    };
    return (unsigned)cell < VG_CELL_COUNT ? texts[cell] : "unknown";
}

void vg_name_plain(const char *name, size_t len, char ret[static VG_COLUMN_NAME])
{
    size_t n = 0;
    for (size_t i = 0; i < len && n < VG_COLUMN_NAME - 1; i++) {
        char c = name[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (uint8_t)c >= 0x80)
            ret[n++] = c;
    }
    ret[n] = '\0';
}

static void take_column(struct vg_columns *columns, const struct vg_layout_column *c, size_t at)
{
    if (columns->cell[c->cell].at != VG_COLUMN_NOWHERE)
        return; /* the first of two counts */
    columns->cell[c->cell].at = (uint16_t)at;
    columns->cell[c->cell].unit = c->unit;
}

static bool is_enough(const struct vg_columns *c)
{
    return c->cell[VG_CELL_TIME].at != VG_COLUMN_NOWHERE && c->cell[VG_CELL_MMSI].at != VG_COLUMN_NOWHERE &&
           c->cell[VG_CELL_LON].at != VG_COLUMN_NOWHERE && c->cell[VG_CELL_LAT].at != VG_COLUMN_NOWHERE;
}

static void begin(struct vg_columns *ret, char delimiter)
{
    memset(ret, 0, sizeof *ret);
    ret->delimiter = delimiter;
    for (size_t i = 0; i < VG_CELL_COUNT; i++)
        ret->cell[i].at = VG_COLUMN_NOWHERE;
}

static bool match_numbers(const struct vg_layout *l, struct vg_columns *ret)
{
    begin(ret, l->delimiter ? l->delimiter : ',');
    for (size_t i = 0; i < l->columns; i++) {
        unsigned long n = strtoul(l->column[i].name, NULL, 10);
        if (n < 1 || n > VG_ROW_CELLS)
            return false;
        take_column(ret, &l->column[i], n - 1);
        if (n > ret->count)
            ret->count = n;
    }
    return is_enough(ret);
}

static bool match_with(const struct vg_layout *l, const char *header, size_t len, char delimiter,
                       struct vg_columns *ret)
{
    struct vg_row row;
    begin(ret, delimiter);
    if (vg_row_split(header, len, delimiter, l->quote, &row))
        return false;
    ret->count = row.count;
    for (size_t at = 0; at < row.count && at < VG_ROW_CELLS; at++) {
        char name[VG_COLUMN_NAME], wanted[VG_COLUMN_NAME];
        vg_name_plain(row.cell[at].at, row.cell[at].len, name);
        for (size_t i = 0; i < l->columns; i++) {
            vg_name_plain(l->column[i].name, strlen(l->column[i].name), wanted);
            if (*name && strcmp(name, wanted) == 0)
                take_column(ret, &l->column[i], at);
        }
    }
    return is_enough(ret);
}

bool vg_layout_match(const struct vg_layout *l, const char *header, size_t len, struct vg_columns *ret)
{
    static const char delimiters[] = ",;\t|";
    struct vg_columns found;
    bool ok = false;
    if (l->headless)
        ok = match_numbers(l, &found);
    else if (l->delimiter)
        ok = match_with(l, header, len, l->delimiter, &found);
    for (const char *d = delimiters; *d && !ok && !l->headless && !l->delimiter; d++)
        ok = match_with(l, header, len, *d, &found);
    if (ok)
        *ret = found;
    return ok;
}
