/*
 * What the files of sensor/ais share: layouts, the writers' parts, the encoder's. From below to above: layouts.c and
 * bits.c, decode.c, write_value.c, application.c, suspicion.c, write.c, write_fast.c, and report.c beside them;
 * encode_path.c, encode.c.
 */
#ifndef VG_SENSOR_AIS_LAYOUTS_H
#define VG_SENSOR_AIS_LAYOUTS_H

#include "sensor/ais/ais.h"

/* All of them, in the order of fields.def. */
extern const struct vg_ais_layout vg_ais_layout_table[];

/* By the six bits of the type: the layout that reads every message of it, if there is only one and it has no
 * application data; else NULL: vg_ais_choose_layout() decides. */
extern const struct vg_ais_layout *const vg_ais_layout_always[64];

/* By type and the bits that tell variants apart. `msg` has type, mmsi, bits and payload. NULL if the type is unknown.
 */
const struct vg_ais_layout *vg_ais_choose_layout(const struct vg_ais *msg);

/* The bits are there (payload and `bits` are set, with zeros behind): fills in the rest, or says why not. (decode.c) */
enum vg_refusal vg_ais_interpret(struct vg_ais *msg);

/* By application identifier and bits of application data, or NULL. */
const struct vg_ais_layout *vg_ais_application_layout(unsigned dac, unsigned fid, unsigned bits);

const struct vg_ais_layout *vg_ais_layout_by_name(const char *name);

/* Bits up to the end of the last field that has a fixed start. */
unsigned vg_ais_needed_bits(const struct vg_ais_layout *layout);

/* The name of an aid with its extension, as vg_ais_text(). (write_value.c) */
size_t vg_ais_name_ext(const struct vg_ais *msg, unsigned start, unsigned width, char *out, size_t size);

/* vg_ais_report() by walking the tables, field by field: what the generated code is tested against. (report.c) */
bool vg_ais_report_by_table(const struct vg_ais *msg, struct vg_report *ret);

/* One value as JSON or as a cell of CSV; false, nothing written, if the message lacks the field. (write_value.c) */
bool vg_ais_put_value(const struct vg_ais *msg, const struct vg_ais_field *field, unsigned base, struct vg_out *out,
                      bool json);

/* `,"key":value`, nothing if there is no value; `,"partial":"key"` for the field that the end of the message cuts.
 * (write_value.c) */
void vg_ais_put_member(const struct vg_ais *msg, const struct vg_ais_field *field, unsigned base, struct vg_out *out);
void vg_ais_put_partial(const struct vg_ais *msg, const struct vg_ais_layout *layout, unsigned base,
                        struct vg_out *out);

/* Parts of the plain writer, which knows every kind of field. (write.c) */
void vg_ais_put_doubts(const struct vg_ais *msg, struct vg_out *out);
void vg_ais_put_reception(const struct vg_payload *payload, struct vg_out *out);
/* The last columns of CSV, "suspect" and "application", each with a comma in front. */
#define VG_AIS_LAST_COLUMNS 2
void vg_ais_put_last_cells(const struct vg_ais *msg, struct vg_out *out);

/* The keys of CSV behind the columns of reception, in their order. */
const char *const *vg_ais_csv_columns(size_t *ret_count);

/* vg_ais_json() and vg_ais_csv() as they were before speed: the same bytes. (write.c) */
void vg_ais_json_plain(const struct vg_ais *msg, const struct vg_payload *payload, struct vg_out *out);
void vg_ais_csv_plain(const struct vg_ais *msg, const struct vg_payload *payload, struct vg_out *out);

/* The application's content as JSON members, each with a comma in front. (application.c) */
void vg_ais_put_application(const struct vg_ais *msg, struct vg_out *out);

/* ---- arrays and choices (application.c) ---- */

/* The layout that a CHOICE row's value stands for, or NULL. */
const struct vg_ais_layout *vg_ais_chosen(const struct vg_ais *msg, const struct vg_ais_field *choice, unsigned base);

/* The elements of a REPEAT row that lie before bit `end`; the last one may be cut. */
unsigned vg_ais_elements(const struct vg_ais *msg, const struct vg_ais_field *repeat, unsigned base, unsigned end);

/* The layout of an element. */
const struct vg_ais_layout *vg_ais_element(const struct vg_ais_field *repeat);

/* Where the application data ends: the communication state of type 26 stands behind. */
unsigned vg_ais_application_end(const struct vg_ais *msg);

/*
 * Every field that this message has, arrays and choices unfolded: `path` is "speed", "areas[1].lon" …, `base` is what
 * its first bit counts from. `application` false: the message's own.
 */
typedef void vg_ais_on_field(void *arg, const struct vg_ais_field *field, unsigned base, const char *path,
                             bool application);
void vg_ais_each_field(const struct vg_ais *msg, vg_ais_on_field *on, void *arg);

#define VG_AIS_PATH_SIZE 64

/* Sets application and application_start by type, dac, fid and length. (decode.c) */
void vg_ais_choose_application(struct vg_ais *msg);

/* ---- encoding (encode.c, encode_path.c) ---- */

/* (bits.c) */
void vg_ais_put_bits(struct vg_ais *msg, unsigned start, unsigned width, uint32_t value);

/* "Not available" where a field has such a value, else 0; arrays that lie wholly before bit `end` too. */
void vg_ais_blank_fields(struct vg_ais *msg, const struct vg_ais_layout *layout, unsigned base, unsigned end);

/* The field of a path like "speed" or "areas[1].lon"; an array grows to hold the element. */
enum vg_err vg_ais_locate(struct vg_ais *msg, const char *path, const struct vg_ais_field **ret_field,
                          unsigned *ret_base);

/* A choice was set: its layout's fields become "not available". */
enum vg_err vg_ais_begin_choice(struct vg_ais *msg, const struct vg_ais_field *choice, unsigned base);

/* The content ends at this bit; the communication state of type 26 moves behind it. Never cuts what is in front. */
enum vg_err vg_ais_end_at(struct vg_ais *msg, unsigned bit);

#endif
