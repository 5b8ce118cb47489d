/*
 * An exhibit: a document for people (HTML) in which a bundle of evidence stands, bound by a signed note of the
 * journal's key over every byte of it. docs/formats/case.md describes the file. vg_verify_exhibit() checks note and
 * bundle.
 *
 *     … the document, without its end …
 *     vg_exhibit_bundle(&out, bundle, len);
 *     vg_exhibit_sign(dir, NULL, &out, &why);      // and the end of the document
 */
#ifndef VG_JOURNAL_EXHIBIT_H
#define VG_JOURNAL_EXHIBIT_H

#include "base/out.h"
#include "journal/verify.h"

/* Both stand at a line's beginning, once each: text of a document has "<" as "&lt;", JSON in it as "\u003c". */
#define VG_EXHIBIT_BUNDLE    "\n<script type=\"application/json\" id=\"vigia-evidence\">\n"
#define VG_EXHIBIT_SIGNATURE "\n<script type=\"text/plain\" id=\"vigia-signature\">\n"

/* The second line of the note's text: no checkpoint's, whose second line is a number. */
#define VG_EXHIBIT_NOTE "vigia exhibit 1"

/* The bundle, as JSON that ends no script. */
void vg_exhibit_bundle(struct vg_out *out, const char *bundle, size_t len);

/*
 * Signs all that stands in `out` (growing, from its beginning) with the journal's key, and ends the document.
 * VG_NOT_FOUND, VG_IO, VG_SYNTAX: the key can't be read; VG_NOMEM, VG_LIMIT. *ret_why is constant.
 */
enum vg_err vg_exhibit_sign(const char *dir, const struct vg_io *io, struct vg_out *out, const char **ret_why);

/* True if the text is of this form, whether it is right or not: else it may be a bundle. */
bool vg_is_exhibit(const char *text, size_t len);

/* As vg_verify_bundle(), of the bundle in it; EXHIBIT is found if the document is not what was signed. */
enum vg_err vg_verify_exhibit(const char *text, size_t len, const struct vg_verify_options *options,
                              struct vg_verify_result *ret);

#endif
