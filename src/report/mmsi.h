/*
 * What an MMSI tells by its form alone: ITU-R M.585-9, annex 1. Pure functions, any thread, nothing is allocated.
 *
 *     MIDxxxxxx ship            00MIDxxxx coast station    8MIDxxxxx handheld radio
 *     0MIDxxxxx group of ships  111MIDxxx SAR aircraft     98MIDxxxx craft of a ship   99MIDaxxx aid to navigation
 *     970 / 972 / 974 yyxxxx    AIS-SART, man overboard, EPIRB-AIS (yy: maker)
 *
 * Where a form has a place for the MID, it counts only if a MID can stand there (first digit 2–7): 111111111, 888888888
 * and 999999999 are what people type into a transponder, not SAR aircraft, handheld radios and aids.
 */
#ifndef VG_REPORT_MMSI_H
#define VG_REPORT_MMSI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/report.h"

#define VG_MMSI_MAX UINT32_C(999999999)
#define VG_MMSI_HEARD_MAX                                                                                              \
    UINT32_C(0x3FFFFFFF) /* 1073741823: a message has 30 bits, and ships send more than nine digits */

/*
 * Reads a number that a contact may have been heard by, 0 to VG_MMSI_HEARD_MAX: one to ten digits and nothing else.
 * Whatever names a contact by its MMSI is read by this. False, *ret untouched, if it is none.
 */
bool vg_mmsi_parse(const char *text, size_t len, uint32_t *ret);

/*
 * False of numbers of one to six or of ten digits, and of seven or eight that no form has: nine digits with the zeros
 * in front that coast stations and groups have make an identity. Who sends such a one is nobody that is known.
 */
bool vg_mmsi_has_digits(uint32_t mmsi);

/* What the form says; VG_CLASS_UNKNOWN for ships (class A or B is for the messages to tell), groups and nonsense. */
enum vg_class vg_mmsi_class(uint32_t mmsi);

/* The Maritime Identification Digits, 200–799, wherever the form has them; 0 if it has none. */
unsigned vg_mmsi_mid(uint32_t mmsi);

/* The country (or territory) of the MID, ISO 3166-1 alpha-2; "" if there is none or it isn't allocated. Never NULL. */
const char *vg_mmsi_country(uint32_t mmsi);

#endif
