/* What the verifier found, for the tests of journals and of bundles. */
#ifndef VG_TESTS_JOURNAL_FINDINGS_H
#define VG_TESTS_JOURNAL_FINDINGS_H

#include "journal/room.h"
#include "journal/verify.h"

static unsigned found[16]; /* by enum vg_found */
static char first_text[320], last_text[320];

static inline void on_finding(void *arg, const struct vg_finding *f)
{
    (void)arg;
    if (f->kind != VG_FOUND_NOTE && !first_text[0])
        snprintf(first_text, sizeof first_text, "%s", f->text);
    snprintf(last_text, sizeof last_text, "%s", f->text);
    found[f->kind]++;
}

#endif
