/*
 * Text that came from outside and is shown to people: names, destinations, stations, file names, errors of others.
 *
 * Some characters are no part of any name and mislead a terminal, a spreadsheet or a reader's eye: an escape that sets
 * the window's title, an override that turns the rest of a line around, a letter of no width that makes two names look
 * the same. They are replaced, not removed: a name that had one shows that it had one, and two different names don't
 * become the same by it.
 *
 * The mark is '?' in places of a fixed size (vg_text_plain(), the fields of a report): it is as short as what it stands
 * for, and AIS has it. It is U+FFFD where text grows (vg_out_plain(), vg_out_json_plain(), CSV, XML).
 *
 * Pure functions, any thread, nothing is allocated.
 */
#ifndef VG_BASE_TEXT_PLAIN_H
#define VG_BASE_TEXT_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VG_TEXT_REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* The character of a valid UTF-8 sequence of n bytes. */
uint32_t vg_utf8_code_point(const uint8_t *p, size_t n);

/*
 * Controls (C0, DEL, C1), line and paragraph separators, what turns the direction of text around, what has no width,
 * and what is no character. Not the two joiners U+200C and U+200D: Persian and the scripts of India write with them.
 */
bool vg_utf8_is_harmful(uint32_t code_point);

/* True if text[0..len) is UTF-8 without any of them. */
bool vg_text_is_plain(const char *text, size_t len);

/*
 * Copies text[0..len) to `to` with '?' for what is harmful and for each byte that is not UTF-8, cut between characters
 * to fit, and terminated. Returns its length. `to` may be `text`. size ≥ 1.
 */
size_t vg_text_plain(char *to, size_t size, const char *text, size_t len);

#endif
