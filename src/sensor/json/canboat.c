/*
 * canboat's analyzer -json: the AIS messages of NMEA 2000, by PGN. Members are named, not numbered; a value may be a
 * word, a number, or with -nv an object with `value` and `name`. Lengths are metres, speeds metres a second. Angles are
 * degrees, turns degrees a second; with -si they are radians, which the log's first line says: "units":"si".
 * Reference: canboat's pgn.h, and fieldtype.c for the units.
 */
#include <stdio.h>
#include <string.h>

#include "sensor/json/record.h"
#include "sensor/table/cell.h"

#define DEG_PER_RAD (180 / 3.14159265358979323846)
#define KN_PER_MPS  (3600.0 / 1852)

/* A value is {"value":18,"name":"Standard Class B position report"} with -nv. */
static const json_t *at(const struct vg_log_record *r, const char *key)
{
    const json_t *v = json_object_get(json_object_get(r->object, "fields"), key);
    const json_t *inner = json_object_get(v, "value");
    return inner ? inner : v;
}

static double degrees(const struct vg_log_record *r)
{
    return r->si ? DEG_PER_RAD : 1;
}

struct word {
    const char *plain; /* letters and digits only */
    int code;
};

static int find(const struct word *words, size_t count, const char *text)
{
    char plain[VG_COLUMN_NAME];
    vg_name_plain(text, strlen(text), plain);
    for (size_t i = 0; i < count; i++)
        if (strncmp(words[i].plain, plain, VG_COLUMN_NAME - 1) == 0)
            return words[i].code;
    return -1;
}

/* ---- which message ---- */

static const struct {
    int pgn;
    uint8_t message;
} pgns[] = {{129038, 1}, {129039, 18}, {129040, 19}, {129041, 21}, {129793, 4},
            {129794, 5}, {129798, 9},  {129802, 14}, {129809, 24}, {129810, 24}};

/* Of the message numbers that share a PGN. */
static const struct word messages[] = {
    {"assignedscheduledclassapositionreport", 2},
    {"interrogatedclassapositionreport", 3},
    {"utcdateresponse", 11},
    {"positionreportforlongrangeapplications", 27},
};

static uint8_t message_of(const struct vg_log_record *r)
{
    const json_t *pgn = json_object_get(r->object, "pgn"), *id = at(r, "Message ID");
    uint8_t message = 0;
    for (size_t i = 0; i < sizeof pgns / sizeof *pgns; i++)
        if (json_is_integer(pgn) && json_integer_value(pgn) == pgns[i].pgn)
            message = pgns[i].message;
    if (!message)
        return 0;
    if (json_is_integer(id) && json_integer_value(id) >= 1 && json_integer_value(id) <= 27)
        return (uint8_t)json_integer_value(id);
    const char *text = json_string_value(id);
    int code = text ? find(messages, sizeof messages / sizeof *messages, text) : -1;
    return code > 0 ? (uint8_t)code : message;
}

/* ---- words ---- */

static const struct word shiptypes[] = {
    {"unavailable", 0},
    {"towingexceeds200morwiderthan25m", 32},
    {"engagedindredgingorunderwateroperations", 33},
    {"engagedindivingoperations", 34},
    {"engagedinmilitaryoperations", 35},
    {"highspeedcraft", 40},
    {"pilotvessel", 50},
    {"spare", 56},
    {"spare2", 57},
    {"shipsandaircraftofstatesnotpartiestoanarmedconflict", 59},
    {"passengership", 60},
    {"cargoship", 70},
};

/* "Tanker (hazard cat X)": the first digit is the kind, the second the cargo. */
static const struct word cargoes[] = {
    {"hazardcatx", 1}, {"hazardcaty", 2}, {"hazardcatz", 3}, {"hazardcatos", 4}, {"noadditionalinformation", 9}};

static int shiptype_of(const char *text)
{
    char kind[64];
    const char *bracket = strchr(text, '(');
    size_t len = bracket ? (size_t)(bracket - text) : strlen(text);
    if (len >= sizeof kind)
        return -1;
    memcpy(kind, text, len);
    kind[len] = '\0';
    const struct vg_row_cell cell = {.at = kind, .len = (uint32_t)len};
    int code = find(shiptypes, sizeof shiptypes / sizeof *shiptypes, kind);
    if (code < 0)
        code = vg_word_shiptype(&cell);
    int cargo = bracket ? find(cargoes, sizeof cargoes / sizeof *cargoes, bracket) : 0;
    return code < 0 || cargo < 0 ? -1 : code + cargo;
}

static int status_of(const char *text)
{
    const struct vg_row_cell cell = {.at = text, .len = (uint32_t)strlen(text)};
    return vg_word_status(&cell);
}

/* Table 74 of M.1371, in canboat's words. */
static const struct word aids[] = {
    {"defaulttypeofatonnotspecified", 0},
    {"referencepoint", 1},
    {"referecepoint", 1}, /* as it was once written */
    {"racon", 2},
    {"fixedstructureoffshore", 3},
    {"reservedforfutureuse", 4},
    {"fixedlightwithoutsectors", 5},
    {"fixedlightwithsectors", 6},
    {"fixedleadinglightfront", 7},
    {"fixedleadinglightrear", 8},
    {"fixedbeaconcardinaln", 9},
    {"fixedbeaconcardinale", 10},
    {"fixedbeaconcardinals", 11},
    {"fixedbeaconcardinalw", 12},
    {"fixedbeaconporthand", 13},
    {"fixedbeaconstarboardhand", 14},
    {"fixedbeaconpreferredchannelporthand", 15},
    {"fixedbeaconpreferredchannelstarboardhand", 16},
    {"fixedbeaconisolateddanger", 17},
    {"fixedbeaconsafewater", 18},
    {"fixedbeaconspecialmark", 19},
    {"floatingatoncardinaln", 20},
    {"floatingatoncardinale", 21},
    {"floatingatoncardinals", 22},
    {"floatingatoncardinalw", 23},
    {"floatingatonporthandmark", 24},
    {"floatingatonstarboardhandmark", 25},
    {"floatingatonpreferredchannelporthand", 26},
    {"floatingatonpreferredchannelstarboardhand", 27},
    {"floatingatonisolateddanger", 28},
    {"floatingatonsafewater", 29},
    {"floatingatonspecialmark", 30},
    {"floatingatonlightvessellanbyrigs", 31},
};

static int aid_of(const char *text)
{
    return find(aids, sizeof aids / sizeof *aids, text);
}

/* The code of a word, or the number that stands there; −1: none (or refused). */
static int code_at(struct vg_log_record *r, const char *key, int code_of(const char *))
{
    const json_t *v = at(r, key);
    const char *text = json_string_value(v);
    int code = text ? code_of(text) : json_is_integer(v) ? (int)(json_integer_value(v) & 0xFFF) : -1;
    if (text && *text && code < 0)
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
    return code;
}

/* ---- reports ---- */

static void put_code(struct vg_log_record *r, const char *key, int code_of(const char *), vg_log_putter *put)
{
    int code = code_at(r, key, code_of);
    if (code >= 0 && put(vg_log_last(r), code) == VG_PUT_REFUSED)
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
}

static void put_motion(struct vg_log_record *r)
{
    const json_t *heading = at(r, "Heading"), *accuracy = at(r, "Position Accuracy");
    const char *word = json_string_value(accuracy);
    vg_log_position(r, at(r, "Longitude"), at(r, "Latitude"), VG_E4MIN_PER_DEGREE);
    vg_log_accuracy(r, accuracy);
    if (word && strcmp(word, "High") == 0 && (vg_log_last(r)->fields & VG_FIELD_BIT(POS)))
        vg_log_last(r)->accurate = true;
    vg_log_put(r, at(r, "SOG"), 10 * KN_PER_MPS, vg_put_speed);
    vg_log_course(r, at(r, "COG"), degrees(r));
    vg_log_heading(r, heading ? heading : at(r, "True Heading"), degrees(r));
    vg_log_put(r, at(r, "Rate of Turn"), 60 * 1000 * degrees(r), vg_put_turn_rate);
    put_code(r, "Nav Status", status_of, vg_put_status);
    vg_log_altitude(r, at(r, "Altitude"));
}

static double metres(struct vg_log_record *r, const char *key, double none)
{
    double v;
    return vg_log_number(r, at(r, key), &v) ? v : none;
}

static void put_sizes(struct vg_log_record *r)
{
    bool aid = vg_log_last(r)->message == 21;
    vg_log_sizes(r, metres(r, aid ? "Length/Diameter" : "Length", 0), metres(r, aid ? "Beam/Diameter" : "Beam", 0),
                 metres(r, aid ? "Position Reference from True North Facing Edge" : "Position reference from Bow", -1),
                 metres(r, aid ? "Position Reference from Starboard Edge" : "Position reference from Starboard", -1));
}

/* "2022.11.05" and "20:10:00"; either may be missing. */
static void put_eta(struct vg_log_record *r)
{
    const char *date = json_string_value(at(r, "ETA Date")), *time = json_string_value(at(r, "ETA Time"));
    unsigned year, month = 0, day = 0, hour = 24, minute = 60;
    if (date && sscanf(date, "%4u%*1[.-]%2u%*1[.-]%2u", &year, &month, &day) != 3)
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
    if (time && sscanf(time, "%2u:%2u", &hour, &minute) != 2)
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
    vg_log_eta(r, month, day, hour, minute);
}

static void put_particulars(struct vg_log_record *r)
{
    uint8_t message = vg_log_last(r)->message;
    vg_log_words(r, at(r, message == 21 ? "AtoN Name" : "Name"), VG_FIELD_NAME);
    vg_log_words(r, at(r, "Callsign"), VG_FIELD_CALLSIGN);
    vg_log_put(r, at(r, "IMO number"), 1, vg_put_imo);
    put_code(r, "Type of ship", shiptype_of, vg_put_shiptype);
    put_sizes(r);
    vg_log_parent(r, at(r, "Mothership User ID"));
    if (message == 5) {
        vg_log_words(r, at(r, "Destination"), VG_FIELD_DESTINATION);
        vg_log_put(r, at(r, "Draft"), 10, vg_put_draught);
        put_eta(r);
    }
    if (message == 14)
        vg_log_words(r, at(r, "Safety Related Text"), VG_FIELD_TEXT);
    if (message == 21)
        vg_log_aid(r, code_at(r, "AtoN Type", aid_of), at(r, "Off Position Indicator"), at(r, "Virtual AtoN Flag"));
}

enum vg_csv_refusal vg_log_read_canboat(struct vg_log_record *r)
{
    const json_t *time = json_object_get(r->object, "timestamp");
    uint8_t message = message_of(r);
    if (!message)
        return VG_CSV_REFUSAL_JSON_OTHER;
    if (time && !vg_log_time(time, "YYYY-MM-DD-hh:mm:ss", &r->time_us)) /* as it was written until 2021 */
        return VG_CSV_REFUSAL_TIME;
    const json_t *user = at(r, "User ID");
    enum vg_csv_refusal refusal = vg_log_begin(r, user ? user : at(r, "Source ID"), message);
    if (refusal)
        return refusal;
    vg_log_last(r)->time_us = r->time_us;
    put_motion(r);
    put_particulars(r);
    return VG_CSV_REFUSAL_NONE;
}
