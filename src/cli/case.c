/* vigia case: alerts with all that they rest on as one signed file. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "cli/book.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "evidence/case.h"
#include "vessel/contact.h"

static const char usage[] =
    "vigia case --data DIR --name NAME --who WHO [--notes FILE] [--language en|es] ALERT… -o FILE";
static const char about[] =
    "Writes alerts, what they rest on, what speaks for and against them, who did what with them, and\n"
    "the bundle of evidence into one HTML file, signed by the journal's key. People read it, and\n"
    "'vigia verify FILE --key KEY' checks that it is what was signed. Each alert's history gets the\n"
    "step \"exported\" with WHO and NAME. docs/formats/case.md describes the file.";
static const char ending[] =
    "exit status: 0 written; 1 no such alert, not signed yet, nothing to prove it, or it could not be\n"
    "written; 2 called wrongly\n";

struct make {
    const char *data, *name, *who, *notes, *output;
    int language;
};

#define AT(member) offsetof(struct make, member)

static const struct vg_option options[] = {
    VG_OPTION_DATA(AT(data), "the data folder of 'vigia watch'; without it, the folder where you are"),
    {.name = "name",
     .letter = 'n',
     .kind = VG_OPTION_TEXT,
     .at = AT(name),
     .low = 1,
     .value = "NAME",
     .help = "of the case"},
    {.name = "who",
     .letter = 'w',
     .kind = VG_OPTION_TEXT,
     .at = AT(who),
     .low = 1,
     .value = "WHO",
     .help = "who makes it"},
    {.name = "notes",
     .kind = VG_OPTION_TEXT,
     .at = AT(notes),
     .low = 1,
     .value = "FILE",
     .help = "a text that stands in the case, at most 20000 bytes"},
    {.name = "language",
     .letter = 'l',
     .kind = VG_OPTION_CHOICE,
     .at = AT(language),
     .value = "en|es",
     .help = "of what is said (default en)"},
    {.name = "output",
     .letter = 'o',
     .kind = VG_OPTION_TEXT,
     .at = AT(output),
     .low = 1,
     .value = "FILE",
     .help = "the case: a file, and only if all goes well; - is standard output"},
};

static const struct vg_form form = {"case", usage, about, ending, options, sizeof options / sizeof *options, NULL};

static bool write_out(const struct vg_out *text, const char *path)
{
    char buf[8192];
    struct vg_cli_output to;
    if (!vg_cli_output_open(&to, path))
        return false;
    struct vg_out out = vg_out_stream(buf, sizeof buf, vg_cli_output_write, &to);
    for (size_t at = 0; at < text->len && !out.err; at += 4096)
        vg_out_bytes(&out, text->buf + at, text->len - at < 4096 ? text->len - at : 4096);
    const bool good = !vg_out_flush(&out);
    return vg_cli_output_close(&to, good) || to.error == EPIPE;
}

static int run(const struct make *m, const struct vg_case *c)
{
    struct vg_cli_book book;
    enum vg_proof_state state = VG_PROOF_READY;
    const char *why;
    struct vg_out out = vg_out_growing(VG_CASE_BYTES_MAX);
    if (!vg_cli_book_open(m->data, false, &book))
        return VG_EXIT_FAILED;
    enum vg_err err = vg_case_write(&book.of, c, &out, &state, &why);
    vg_cli_book_close(&book);
    if (err)
        vg_cli_error("%s", why);
    else if (state != VG_PROOF_READY)
        vg_cli_error("%s", vg_proof_state_text(state));
    const bool good = !err && state == VG_PROOF_READY && write_out(&out, m->output);
    vg_out_free(&out);
    return good ? VG_EXIT_OK : VG_EXIT_FAILED;
}

/* False after a message. */
static bool read_notes(const char *path, struct vg_case *c)
{
    char *text;
    size_t len;
    const enum vg_err err = vg_io_load(vg_io_posix(), path, sizeof c->notes - 1, &text, &len);
    if (err) {
        vg_cli_error("%s: %s", path, err == VG_LIMIT ? "notes have at most 20000 bytes" : vg_err_text(err));
        return false;
    }
    snprintf(c->notes, sizeof c->notes, "%s", text);
    free(text);
    return true;
}

static int read_alerts(int count, char **text, struct vg_case *c)
{
    if (!count || count > VG_CASE_ALERTS)
        return vg_cli_usage("case", "give the ids of 1 to %d alerts", VG_CASE_ALERTS);
    for (int i = 0; i < count; i++) {
        uint64_t id;
        bool twice = false;
        if (!vg_contact_id_parse(text[i], &id))
            return vg_cli_usage("case", "'%s' is no id of an alert: expected 16 hexadecimal digits", text[i]);
        for (size_t k = 0; k < c->count; k++)
            twice |= c->alert[k] == id;
        if (!twice)
            c->alert[c->count++] = id;
    }
    return VG_EXIT_OK;
}

int vg_cli_case(int argc, char **argv)
{
    static struct vg_case c;
    struct make m = {0};
    int first, status = vg_options_read(&form, argc, argv, &m, &first);
    if (status >= 0)
        return status;
    if (!m.name || !m.who || !m.output)
        return vg_cli_usage("case", "%s is missing", !m.name ? "--name NAME" : !m.who ? "--who WHO" : "-o FILE");
    if (strlen(m.name) >= sizeof c.name || strlen(m.who) >= sizeof c.who)
        return vg_cli_usage("case", "a name has at most 199 bytes, who makes it at most 63");
    memset(&c, 0, sizeof c);
    status = read_alerts(argc - first, argv + first, &c);
    if (status)
        return status;
    if (m.notes && !read_notes(m.notes, &c))
        return VG_EXIT_FAILED;
    snprintf(c.name, sizeof c.name, "%s", m.name);
    snprintf(c.who, sizeof c.who, "%s", m.who);
    c.language = (enum vg_language)m.language;
    c.made_us = vg_clock_wall_us();
    signal(SIGPIPE, SIG_IGN);
    return run(&m, &c);
}
