/*
 * A case: alerts with all that they rest on in one file, for people and for `vigia verify`: a readable exhibit, the
 * bundle of evidence in it, both bound by the journal's key (journal/exhibit.h). docs/formats/case.md has its form.
 * Each alert's history gets the step "exported" before the case is written, and the case has that step. Any thread.
 */
#ifndef VG_EVIDENCE_CASE_H
#define VG_EVIDENCE_CASE_H

#include "evidence/detail.h"
#include "evidence/words.h"
#include "journal/bundle.h"

#define VG_CASE_ALERTS    200
#define VG_CASE_NAME      200   /* bytes, with the terminator */
#define VG_CASE_NOTES     20001 /* … */
#define VG_CASE_BYTES_MAX VG_BUNDLE_TEXT_MAX

struct vg_case {
    char name[VG_CASE_NAME], notes[VG_CASE_NOTES], who[VG_ALERT_WHO];
    enum vg_language language;
    size_t count;
    uint64_t alert[VG_CASE_ALERTS];
    int64_t made_us;                       /* by this machine's clock */
    const char *installation;              /* what it is called; NULL: not said */
    const struct vg_clock_note *clock_now; /* of this machine; NULL: not known */
};

/*
 * Writes the file to `out` (growing). *ret_state: if it is not READY, nothing was written, for no bundle can be made
 * now (NOT_SIGNED), or of none of the alerts (the others); the result is VG_OK then. VG_NOT_FOUND: one of the alerts is
 * not; VG_ARG: no name, nobody's name, no alerts; VG_LIMIT: too large. *ret_why: a constant sentence.
 */
enum vg_err vg_case_write(const struct vg_evidence_of *of, const struct vg_case *c, struct vg_out *out,
                          enum vg_proof_state *ret_state, const char **ret_why);

/* "case-NAME.html": letters, digits, - and _ of the name stay, the rest is '-'. */
#define VG_CASE_FILE 96
void vg_case_file_name(const char *name, char ret[static VG_CASE_FILE]);

#endif
