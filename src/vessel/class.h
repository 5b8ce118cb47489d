/*
 * What a contact is: the weight of evidence, not the last message. Pure.
 *
 * A number that is no identity (vg_mmsi_has_digits()) is of no class. The form of the MMSI decides where it says
 * anything (base stations, aids, aircraft, distress devices, craft of a ship). Otherwise each message is a word for a
 * class (report/report.h), and the class with the most weight lately wins. A ship that says type 4 or 21 once stays a
 * ship; one whose number really went to a base station becomes one after a few messages. Type 27 and part A of type 24
 * are sent by class A and class B alike, so they count only where nothing else was heard.
 */
#ifndef VG_VESSEL_CLASS_H
#define VG_VESSEL_CLASS_H

#include "report/report.h"

#define VG_EVIDENCE_MAX    20 /* the past weighs no more than so much: about ten position reports */
#define VG_EVIDENCE_SHARED 1  /* what messages weigh that ships of all classes send: type 27 and part A of type 24 */

/* Weights of A, B, BASE, ATON and SAR: all that a message can say. Starts with zeros. */
struct vg_evidence {
    uint8_t weight[VG_CLASS_SAR + 1]; /* by enum vg_class; [0] is not used */
};

/* Weighs one more report; returns the class that is now believed, where `before` was. */
enum vg_class vg_class_weigh(struct vg_evidence *evidence, uint32_t mmsi, enum vg_class before,
                             const struct vg_report *report);

/*
 * True if a report speaks as another kind of thing than the contact is believed to be (a base station's word from a
 * ship): its fields are not the contact's.
 */
bool vg_class_is_foreign(enum vg_class believed, uint32_t mmsi, const struct vg_report *report);

/* Base stations and aids to navigation: they stay where they are. */
static inline bool vg_class_is_fixed(enum vg_class class)
{
    return class == VG_CLASS_BASE || class == VG_CLASS_ATON;
}

#endif
