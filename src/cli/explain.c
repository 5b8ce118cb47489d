/* vigia explain: an alert in a terminal, with all that it rests on. */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>

#include "cli/book.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "evidence/alert_sheet.h"
#include "vessel/contact.h"

#define DETAIL_MAX ((size_t)4 << 20)

static const char usage[] = "vigia explain ALERT [--data DIR] [--json] [--language en|es]";
static const char about[] =
    "Says of an alert what was observed, who, where and when, the numbers against their limits, what\n"
    "speaks for it and what against it, the reception it rests on, who did what with it, and the\n"
    "sentences as they were received, with times and sources. ALERT is the id of an alert or of an\n"
    "event, 16 hexadecimal digits, as the page, /api/v1/alerts and 'vigia events' show it.\n"
    "\n"
    "It reads the book of alerts and the journal of a data folder, also while the service runs, and\n"
    "changes nothing.";
static const char ending[] =
    "An alert is a question to a person, and a finding about nobody. 'vigia evidence' makes the\n"
    "bundle of its places, 'vigia case' a signed file to read.\n"
    "\n"
    "exit status: 0 done; 1 there is no such alert, or it can't be read; 2 called wrongly\n";

struct explain {
    const char *data;
    bool json;
    int language; /* as in the option's value */
};

#define AT(member) offsetof(struct explain, member)

static const struct vg_option options[] = {
    VG_OPTION_DATA(AT(data), "the data folder of 'vigia watch'; without it, the folder where you are"),
    {.name = "json",
     .letter = 'j',
     .kind = VG_OPTION_FLAG,
     .at = AT(json),
     .help = "one object, as the interface gives it"},
    {.name = "language",
     .letter = 'l',
     .kind = VG_OPTION_CHOICE,
     .at = AT(language),
     .value = "en|es",
     .help = "of what is said (default en)"},
};

static const struct vg_form form = {"explain", usage, about, ending, options, sizeof options / sizeof *options, NULL};

static bool put(struct vg_out *detail, const struct explain *e)
{
    char buf[8192];
    struct vg_cli_output to;
    json_t *json = json_loadb(detail->buf, detail->len, JSON_ALLOW_NUL, NULL);
    if (!json || !vg_cli_output_open(&to, NULL)) {
        json_decref(json);
        return false;
    }
    struct vg_out out = vg_out_stream(buf, sizeof buf, vg_cli_output_write, &to);
    struct vg_sheet sheet = {.out = &out, .language = (enum vg_language)e->language};
    if (e->json)
        vg_out_bytes(&out, detail->buf, detail->len);
    else
        vg_alert_sheet(&sheet, json);
    json_decref(json);
    const bool good = !vg_out_flush(&out);
    return vg_cli_output_close(&to, good) || to.error == EPIPE;
}

static int run(const struct explain *e, const char *text, uint64_t id)
{
    struct vg_cli_book book;
    struct vg_out detail = vg_out_growing(DETAIL_MAX);
    if (!vg_cli_book_open(e->data, true, &book))
        return VG_EXIT_FAILED;
    enum vg_err err = vg_alert_detail(&book.of, id, &detail);
    if (err == VG_NOT_FOUND)
        err = vg_event_detail(&book.of, id, &detail);
    if (!err)
        err = detail.err;
    if (err == VG_NOT_FOUND)
        vg_cli_error("%s: it has no alert and no event with the id %s", book.path, text);
    else if (err)
        vg_cli_error("%s: %s", book.path, vg_err_text(err));
    const bool good = !err && put(&detail, e);
    vg_out_free(&detail);
    vg_cli_book_close(&book);
    return good ? VG_EXIT_OK : VG_EXIT_FAILED;
}

int vg_cli_explain(int argc, char **argv)
{
    struct explain e = {0};
    uint64_t id;
    int first, status = vg_options_read(&form, argc, argv, &e, &first);
    if (status >= 0)
        return status;
    if (first + 1 != argc)
        return vg_cli_usage("explain", "give the id of one alert or event");
    if (!vg_contact_id_parse(argv[first], &id))
        return vg_cli_usage("explain", "'%s' is no id of an alert or event: expected 16 hexadecimal digits",
                            argv[first]);
    signal(SIGPIPE, SIG_IGN);
    return run(&e, argv[first], id);
}
