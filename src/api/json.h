/*
 * JSON of what travels: contacts and events, each written in one place. Pure; any thread. Unknown values are left out.
 */
#ifndef VG_API_JSON_H
#define VG_API_JSON_H

#include "base/out.h"
#include "base/source.h"
#include "situation/notice.h"
#include "vessel/contact.h"

/* ---- contact_json.c ---- */

/* VESSEL of docs/formats/http.md at a moment, an object: what has expired by then is left out (vg_contact_holds()). */
void vg_json_vessel(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us);

/* Its members alone, without braces: for who has more to say. */
void vg_json_vessel_members(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v,
                            int64_t now_us);

/* CONTACT: its id, its claims, and what VESSEL says. `others`: who else claims something (api/inner.h); NULL: nobody.
 */
struct vg_claimed_by;
void vg_json_contact(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us,
                     const struct vg_claimed_by *others);

/* As a GeoJSON feature; it must have a position. */
void vg_json_feature(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us);
/* Until its members, which vg_json_vessel_members() and "}}" end. */
void vg_json_feature_begin(struct vg_out *out, const struct vg_contact *v);
void vg_json_contact_feature(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v,
                             int64_t now_us, const struct vg_claimed_by *others);

/* ,"reported":{…}: for each field its value, the very report that said it, and its age at now_us; expired ones, too. */
void vg_json_reported(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us);
/* ,"held":{…} if a position is held apart. */
void vg_json_held(struct vg_out *out, const struct vg_contact *v);

void vg_json_contact_id(struct vg_out *out, uint64_t id);             /* 16 hexadecimal digits in quotes */
void vg_json_pos(struct vg_out *out, struct vg_pos pos, bool coarse); /* "lon":…,"lat":… */
void vg_json_turn(struct vg_out *out, int8_t raw);                    /* ,"turn":… or ,"turning":… */

/* ---- members.c: ,"name":… ---- */

void vg_json_key(struct vg_out *out, const char *name);
void vg_json_number(struct vg_out *out, const char *name, uint64_t value);
void vg_json_text_or_null(struct vg_out *out, const char *name, const char *text); /* null: "" */
void vg_json_time_or_null(struct vg_out *out, const char *name, int64_t time_us);  /* null: VG_TIME_NONE */

void vg_json_number_or_null(struct vg_out *out, const char *name, bool known, int64_t value);
void vg_json_real(struct vg_out *out, const char *name, double value, int decimals);        /* null: not finite */
void vg_json_seconds_or_null(struct vg_out *out, const char *name, bool known, int64_t us); /* with milliseconds */

/* ---- notice_json.c ---- */

/* ,"space":…,"free_bytes":…,"total_bytes":…,"full_in_s":… */
void vg_json_space(struct vg_out *out, const struct vg_space_status *disk);
/* ,"synchronised":…: true, false, null */
void vg_json_synchronised(struct vg_out *out, enum vg_synchronised synchronised);

/* The object of an event, without line ends: what /api/v1/notices tells. */
void vg_json_notice(struct vg_out *out, const struct vg_notice *event);

#endif
