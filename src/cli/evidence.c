/* vigia evidence: a bundle that proves what was received. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "cli/cli.h"
#include "cli/journal_dir.h"
#include "cli/options.h"
#include "cli/output.h"
#include "journal/bundle.h"

static const char usage[] = "vigia evidence --data DIR [--from T] [--to T] [--source NAME] [--place N]… -o BUNDLE";
static const char about[] =
    "Writes a bundle of evidence: the received records of a time, or those that stand at given\n"
    "offsets, with the frames they lie in, a proof for each frame that it is in the tree, and the\n"
    "signed checkpoint. 'vigia verify BUNDLE --key KEY' checks it anywhere, offline, with nothing\n"
    "but the public key; so does any implementation of RFC 6962 and signed notes. It is JSON, and\n"
    "its records can be read as they stand there.\n"
    "\n"
    "A frame holds what was received about the same time, also from other sources: who gets the\n"
    "bundle gets whole frames.";
static const char ending[] =
    "What was received in the last seconds may not be signed yet: try again after the next\n"
    "checkpoint.\n"
    "\n"
    "exit status: 0 written; 1 no such record, not signed yet, or it could not be written; 2 called\n"
    "wrongly\n";

struct evidence {
    const char *data, *output;
    struct vg_bundle_query query;
};

static uint64_t offsets[VG_BUNDLE_OFFSETS_MAX];

static int run(const char *data, const char *dir, const struct vg_bundle_query *query, const char *path)
{
    static char buf[65536];
    struct vg_bundle_stats stats;
    struct vg_cli_output output;
    const char *why;
    if (!vg_cli_output_open(&output, path))
        return VG_EXIT_FAILED;
    struct vg_out out = vg_out_stream(buf, sizeof buf, vg_cli_output_write, &output);
    enum vg_err err = vg_bundle_write(dir, NULL, query, &out, &stats, &why);
    if (!err)
        err = vg_out_flush(&out);
    bool good = vg_cli_output_close(&output, !err);
    if (err && !output.error)
        vg_cli_error("%s", why);
    if (good)
        fprintf(stderr, "%llu record%s in %llu frame%s\n", (unsigned long long)stats.records,
                vg_cli_plural(stats.records), (unsigned long long)stats.frames, vg_cli_plural(stats.frames));
    if (good && stats.damages)
        vg_cli_error(
            "the journal can't be read in %llu place%s of this range: the bundle lacks what stood there; 'vigia "
            "repair --data %s' tells what is lost",
            (unsigned long long)stats.damages, vg_cli_plural(stats.damages), data);
    return (good || output.error == EPIPE) && !stats.damages ? VG_EXIT_OK : VG_EXIT_FAILED;
}

static bool read_offset(const char *text, void *target)
{
    struct vg_bundle_query *q = &((struct evidence *)target)->query;
    char *end;
    errno = 0;
    uint64_t offset = strtoull(text, &end, 10);
    if (q->offset_count == VG_BUNDLE_OFFSETS_MAX || errno || *text < '0' || *text > '9' || *end)
        return false;
    offsets[q->offset_count++] = offset;
    return true;
}

#define AT(member) offsetof(struct evidence, member)
#define DIGITS_(n) #n
#define DIGITS(n)  DIGITS_(n)

static const struct vg_option options[] = {
    VG_OPTION_JOURNAL(AT(data)),
    VG_OPTION_FROM(AT(query.from_us)),
    VG_OPTION_TO(AT(query.to_us)),
    VG_OPTION_SOURCE(AT(query.source)),
    {.name = "place",
     .letter = 'p',
     .kind = VG_OPTION_READ,
     .read = read_offset,
     .value = "N",
     .expected = "a number, and given at most " DIGITS(VG_BUNDLE_OFFSETS_MAX) " times",
     .help = "the record at this journal offset, as reports, events and alerts tell it; may be repeated (up to " DIGITS(
         VG_BUNDLE_OFFSETS_MAX) "). Then no range is looked at"},
    {.name = "output",
     .letter = 'o',
     .kind = VG_OPTION_TEXT,
     .at = AT(output),
     .low = 1,
     .value = "FILE",
     .help = "the bundle: a file, and only if all goes well; a device or a pipe is written into; - is standard output"},
};

static const struct vg_form form = {"evidence", usage, about, ending, options, sizeof options / sizeof *options, NULL};

int vg_cli_evidence(int argc, char **argv)
{
    struct evidence e = {.query = {.from_us = INT64_MIN, .to_us = INT64_MAX, .journal_offsets = offsets}};
    char dir[VG_IO_PATH];
    int first, status = vg_options_read(&form, argc, argv, &e, &first);
    if (status >= 0)
        return status;
    if (first < argc)
        return vg_cli_usage("evidence", "'%s' is one word too many", argv[first]);
    if (!e.data || !e.output)
        return vg_cli_usage("evidence", "%s is missing", e.data ? "-o BUNDLE" : "--data DIR");
    if (e.query.from_us > e.query.to_us)
        return vg_cli_usage("evidence", VG_CLI_NO_SPAN);
    if (e.query.from_us == INT64_MIN && e.query.to_us == INT64_MAX && !e.query.offset_count)
        return vg_cli_usage("evidence", "say what: --from, --to or --place");
    if (!vg_cli_journal_dir(e.data, dir))
        return VG_EXIT_FAILED;
    signal(SIGPIPE, SIG_IGN);
    return run(e.data, dir, &e.query, e.output);
}
