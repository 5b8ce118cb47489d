/*
 * Does a distress device call, or test? The flags of its contact are the state; one forged message must not end a call
 * (vessel/rules.h has the rule).
 */
#include "vessel/inner.h"

#define CALL_FLAGS (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST)
#define CALL_WORDS (VG_FIELD_BIT(STATUS) | VG_FIELD_BIT(TEXT))

static uint8_t word_of(const struct vg_report *r)
{
    uint8_t status = r->fields & VG_FIELD_BIT(STATUS) ? vg_call_of_status(r->status) : 0;
    uint8_t text = r->fields & VG_FIELD_BIT(TEXT) ? vg_call_of_text(r->text) : 0;
    return (status | text) & VG_CONTACT_DISTRESS ? VG_CONTACT_DISTRESS : status | text;
}

/*
 * A call counts if it is the newest word, or no older than calls are kept: a test dated ahead of all clocks would hide
 * the calls that follow it.
 */
static bool is_call(uint8_t word, const struct vg_moment *at, int64_t time_ms, const struct vg_change *change)
{
    return word == VG_CONTACT_DISTRESS && (change->fields & CALL_WORDS || !vg_moment_is_known(at) ||
                                           at->clock_us - time_ms * 1000 <= vg_silence_us(VG_SILENCE_DISTRESS));
}

/* The tests that were heard in a row since the last call end it. */
static bool tests_end_call(struct vg_memory *m, const struct vg_moment *at)
{
    if (m->tests == 0)
        m->tests_since_us = at->elapsed_us;
    m->tests += m->tests < UINT8_MAX;
    return m->tests >= VG_CALL_TESTS && at->elapsed_us - m->tests_since_us >= VG_CALL_TESTS_US;
}

void vg_call_weigh(struct vg_contact *c, struct vg_memory *m, const struct vg_report *r, const struct vg_moment *at,
                   int64_t time_ms, const struct vg_change *change)
{
    if (!vg_class_is_distress((enum vg_class)c->class))
        return;
    uint8_t word = word_of(r), flags = c->flags & CALL_FLAGS;
    bool calls = flags & VG_CONTACT_DISTRESS;
    /* A test from where this device can't be is another one's; one that is no newest word is of before the call. */
    bool tests = word == VG_CONTACT_DISTRESS_TEST && change->fields & CALL_WORDS && change->verdict != VG_VERDICT_HELD;
    if (is_call(word, at, time_ms, change)) {
        m->tests = 0;
        flags = VG_CONTACT_DISTRESS;
    } else if (calls && tests && tests_end_call(m, at)) {
        m->tests = 0;
        flags = VG_CONTACT_DISTRESS_TEST;
    } else if (!calls) {
        flags = vg_contact_distress(c);
    }
    c->flags = (uint8_t)((c->flags & ~CALL_FLAGS) | flags);
}
