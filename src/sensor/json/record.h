/*
 * A record of a JSON log becoming reports: what the readers of the kinds share. Within sensor/json; one thread.
 *
 * Readers take members by vg_log_number() and vg_log_text() and put them by the functions below, which refuse what is
 * out of range and pass over what says "not available".
 */
#ifndef VG_SENSOR_JSON_RECORD_H
#define VG_SENSOR_JSON_RECORD_H

#include <jansson.h>

#include "report/put.h"
#include "sensor/json/log.h"

struct vg_log_record {
    /* told to the reader */
    const json_t *object;
    bool si; /* canboat's angles are radians */
    /* by the reader */
    struct vg_report report[VG_JSON_RECORDS];
    size_t count;
    int64_t time_us;             /* that the record tells for those behind it, VG_TIME_NONE: none */
    enum vg_csv_refusal refusal; /* of a value, the first one */
};

/* NONE: its reports are in the record, those with VG_TIME_NONE to be dated by others. Else why the record is none. */
typedef enum vg_csv_refusal vg_log_reader(struct vg_log_record *record);

vg_log_reader vg_log_read_gpsd, vg_log_read_aisstream, vg_log_read_signalk, vg_log_read_canboat;

/* ---- values ---- */

/* A number, or a text that is one. False: absent, null, "", "nan", "n/a"; or (refused) anything else. */
bool vg_log_number(struct vg_log_record *record, const json_t *value, double *ret);

/* The text up to its end or an @, which ends AIS texts; NULL: none. */
const char *vg_log_text(const json_t *value, size_t *ret_len);

/* A time in any form of base/time_text.h, or by a pattern ("": none). False: none, or none that is understood. */
bool vg_log_time(const json_t *value, const char *pattern, int64_t *ret_us);

/* ---- reports ---- */

/*
 * Begins a report of this sender: its AIS message, 0 if unknown, tells the class as the decoder does, else the form of
 * the number does. OTHER: such a message says nothing of its sender. MMSI, MANY.
 */
enum vg_csv_refusal vg_log_begin(struct vg_log_record *record, const json_t *mmsi, uint8_t message);

/* Of the last report. Degrees; false: refused or absent. */
void vg_log_position(struct vg_log_record *record, const json_t *lon, const json_t *lat, double e4min_per_unit);
/* A value times `scale` is what report/put.h wants. */
typedef enum vg_put vg_log_putter(struct vg_report *report, int64_t value);
void vg_log_put(struct vg_log_record *record, const json_t *value, double scale, vg_log_putter *put);
void vg_log_course(struct vg_log_record *record, const json_t *value, double degrees_per_unit);
void vg_log_heading(struct vg_log_record *record, const json_t *value, double degrees_per_unit);
void vg_log_accuracy(struct vg_log_record *record, const json_t *value);
void vg_log_words(struct vg_log_record *record, const json_t *value, enum vg_field field);
void vg_log_altitude(struct vg_log_record *record, const json_t *value);
void vg_log_aid(struct vg_log_record *record, int type, const json_t *off, const json_t *virtual_aid);
void vg_log_parent(struct vg_log_record *record, const json_t *value);

/* Metres from the antenna; below 0: not said. */
void vg_log_dimensions(struct vg_log_record *record, double bow, double stern, double port, double starboard);
/* The same of length and beam, and of the antenna's distance from bow and starboard (below 0: not said). */
void vg_log_sizes(struct vg_log_record *record, double length, double beam, double from_bow, double from_starboard);
/* As broadcast: 0, 0, 24, 60 are "not available". */
void vg_log_eta(struct vg_log_record *record, long month, long day, long hour, long minute);

static inline struct vg_report *vg_log_last(struct vg_log_record *record)
{
    return &record->report[record->count - 1];
}

static inline void vg_log_refuse(struct vg_log_record *record, enum vg_csv_refusal refusal)
{
    if (!record->refusal)
        record->refusal = refusal;
}

#endif
