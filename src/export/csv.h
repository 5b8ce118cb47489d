/*
 * Rows of CSV: one set of column names for every export, from the command line and over HTTP.
 *
 * RFC 4180 in UTF-8, a header, rows that end with CR LF. Text cells are harmless to spreadsheets (base/out.h); what was
 * not said is an empty cell. Positions and contacts share the first columns of the table, so a program that reads the
 * one reads the other. The columns are in columns.def. Any thread; nothing is allocated; errors stick in `out`.
 */
#ifndef VG_EXPORT_CSV_H
#define VG_EXPORT_CSV_H

#include "archive/positions.h"
#include "base/out.h"
#include "vessel/contact.h"

struct vg_export_column {
    const char *name, *unit; /* "" if it has none */
};

/* All columns in their order, and which rows have one. */
const struct vg_export_column *vg_export_columns(size_t *ret_count);
bool vg_export_column_is_of_positions(size_t column);
bool vg_export_column_is_of_contacts(size_t column);

/* `name`: the vessel's at that time, "" if it is not known. */
void vg_export_csv_positions_head(struct vg_out *out);
void vg_export_csv_position(struct vg_out *out, const struct vg_position *position, const char *name);

/* `time`, `type`, `source` and `place` are those of the contact's position. `sources` names the sources of its fields.
 * What has expired at now_us is an empty cell. `seen_by`: names with ", " between; NULL: no sensor follows it. */
void vg_export_csv_contacts_head(struct vg_out *out);
void vg_export_csv_contact(struct vg_out *out, const struct vg_contact *contact, const struct vg_sources *sources,
                           const char *seen_by, int64_t now_us);

/* Where a row's times go through: 2026-11-22T05:20:33.123456Z, six digits of the second if it has any. */
void vg_export_time(struct vg_out *out, int64_t time_us);

#endif
