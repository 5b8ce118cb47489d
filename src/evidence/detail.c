#include "evidence/detail.h"

#define MEMBERS_MAX ((size_t)1 << 20) /* bytes: 16 sentences of 2 KiB, each byte escaped */

enum vg_err vg_evidence_ask(const struct vg_evidence_of *of, vg_desk_ask *ask, void *arg)
{
    return of->desk ? vg_alert_desk_ask(of->desk, ask, arg) : ask(of->book, arg);
}

struct event_ask {
    uint64_t alert;
    struct vg_event_read *event;
};

static enum vg_err ask_event(struct vg_alert_book *book, void *arg)
{
    const struct event_ask *a = arg;
    return vg_alert_book_event_of(book, a->alert, a->event);
}

enum vg_err vg_alert_event(const struct vg_evidence_of *of, uint64_t alert, struct vg_event_read *ret)
{
    struct event_ask a = {alert, ret};
    return vg_evidence_ask(of, ask_event, &a);
}

struct show_ask {
    uint64_t alert;
    const struct vg_alert_proof *proof;
    struct vg_out *out;
};

static enum vg_err ask_show(struct vg_alert_book *book, void *arg)
{
    const struct show_ask *a = arg;
    return vg_alert_book_show(book, a->alert, a->proof, a->out);
}

/* Members of `evidence` and `reception`, each with a NUL behind it. */
static enum vg_err read_proofs(const struct vg_evidence_of *of, const struct vg_event *event, struct vg_out *evidence,
                               struct vg_out *reception)
{
    struct vg_proofs proofs;
    enum vg_err err = vg_proofs_read(of->journal_dir, event->place, event->places, &proofs);
    if (err)
        return err;
    vg_proofs_members(evidence, &proofs);
    vg_proofs_reception(reception, &proofs, event);
    vg_out_char(evidence, '\0');
    vg_out_char(reception, '\0');
    vg_proofs_free(&proofs);
    return evidence->err ? evidence->err : reception->err;
}

enum vg_err vg_alert_detail(const struct vg_evidence_of *of, uint64_t alert, struct vg_out *out)
{
    struct vg_event_read read;
    struct vg_out evidence = vg_out_growing(MEMBERS_MAX), reception = vg_out_growing(MEMBERS_MAX);
    enum vg_err err = vg_alert_event(of, alert, &read);
    if (!err)
        err = read_proofs(of, &read.event, &evidence, &reception);
    if (!err) {
        const struct vg_alert_proof proof = {evidence.buf, reception.buf};
        struct show_ask a = {alert, &proof, out};
        err = vg_evidence_ask(of, ask_show, &a);
    }
    vg_out_free(&evidence);
    vg_out_free(&reception);
    return err;
}

static enum vg_err ask_event_shown(struct vg_alert_book *book, void *arg)
{
    const struct show_ask *a = arg;
    return vg_alert_book_show_event(book, a->alert, a->out);
}

enum vg_err vg_event_detail(const struct vg_evidence_of *of, uint64_t event, struct vg_out *out)
{
    struct vg_event_read read;
    struct vg_out shown = vg_out_growing(MEMBERS_MAX), evidence = vg_out_growing(MEMBERS_MAX),
                  reception = vg_out_growing(MEMBERS_MAX);
    struct show_ask a = {event, NULL, &shown};
    enum vg_err err = vg_evidence_ask(of, ask_event_shown, &a);
    if (!err)
        err = shown.err ? shown.err : vg_event_read(shown.buf, shown.len, &read);
    if (!err)
        err = read_proofs(of, &read.event, &evidence, &reception);
    if (!err) { /* "}\n" ends the object: it goes on */
        vg_out_bytes(out, shown.buf, shown.len - 2);
        vg_out_printf(out, ",\"evidence\":{\"all_named\":%s",
                      read.event.reports <= read.event.places ? "true" : "false");
        vg_out_text(out, evidence.buf);
        vg_out_text(out, "},\"reception\":{");
        vg_out_text(out, reception.buf + (*reception.buf == ','));
        vg_out_text(out, "}}\n");
    }
    vg_out_free(&shown);
    vg_out_free(&evidence);
    vg_out_free(&reception);
    return err;
}
