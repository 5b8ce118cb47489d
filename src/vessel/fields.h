/*
 * The fields of a contact, whole: copied or forgotten with all their members and with who said them. Which member of a
 * contact belongs to which field stands in one table, in fields.c. Pure, any thread. `fields` are bits of enum
 * vg_field.
 */
#ifndef VG_VESSEL_FIELDS_H
#define VG_VESSEL_FIELDS_H

#include "vessel/contact.h"

/* Those that say who or what it is, or where it is bound: they hold longer than where it is and how it fares. */
uint32_t vg_fields_lasting(void);

/* Copies those of `fields` that `from` was told, with their provenance. What follows from fields (STILL, DISTRESS) is
 * not worked out anew: vg_contact_update_flags(). */
void vg_contact_copy_fields(struct vg_contact *to, const struct vg_contact *from, uint32_t fields);

/* What is said of where it is and how it moves, by one word: the values are the contact's from now on. */
void vg_contact_place(struct vg_contact *contact, struct vg_pos pos, uint16_t sog_dkn, uint16_t cog_ddeg,
                      const struct vg_prov *said);

/* What it is called; "": nothing any more. Longer names are cut. */
void vg_contact_call(struct vg_contact *contact, const char *name, const struct vg_prov *said);

/* As if these had never been said. The same holds for what follows from them. */
void vg_contact_forget_fields(struct vg_contact *contact, uint32_t fields);

#endif
