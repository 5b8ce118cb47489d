/* vigia evidence: a bundle that proves what was received. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/cli.h"
#include "cli/journal_dir.h"
#include "journal/bundle.h"

static const char help[] =
    "usage: vigia evidence --data DIR [--from T] [--to T] [--source NAME] [--place N]… -o BUNDLE\n"
    "\n"
    "Writes a bundle of evidence: the received records of a time, or those that stand at given\n"
    "places, with the frames they lie in, a proof for each frame that it is in the tree, and the\n"
    "signed checkpoint. 'vigia verify BUNDLE --key KEY' checks it anywhere, offline, with nothing\n"
    "but the public key; so does any implementation of RFC 6962 and signed notes. It is JSON, and\n"
    "its records can be read as they stand there.\n"
    "\n"
    "A frame holds what was received about the same time, also from other sources: who gets the\n"
    "bundle gets whole frames.\n"
    "\n"
    "  -d, --data DIR      where vigia keeps its data (DIR/journal), or the journal's own folder\n"
    "      --from T        first receive time: 2026-11-22T05:20:33Z, or seconds since 1970\n"
    "      --to T          last receive time\n"
    "  -s, --source NAME   only this source (a feed's name)\n"
    "  -p, --place N       the record at this place, as reports, events and alerts tell it; may be\n"
    "                      repeated (up to 1024). Then no range is looked at\n"
    "  -o, --output FILE   the bundle; - is standard output\n"
    "  -h, --help          this text\n"
    "\n"
    "What was received in the last seconds may not be signed yet: try again after the next\n"
    "checkpoint.\n"
    "\n"
    "exit status: 0 written; 1 no such record, not signed yet, or it could not be written; 2 called\n"
    "wrongly\n";

static uint64_t offsets[VG_BUNDLE_OFFSETS_MAX];

static enum vg_err write_file(void *arg, const void *bytes, size_t len)
{
    return fwrite(bytes, 1, len, arg) == len ? VG_OK : VG_IO;
}

/* The bundle takes its place only when it is whole. */
static int run(const char *dir, const struct vg_bundle_query *query, const char *path)
{
    static char buf[65536];
    char tmp[VG_IO_PATH];
    struct vg_bundle_stats stats;
    const char *why;
    bool to_stdout = strcmp(path, "-") == 0;
    if (!vg_io_path(tmp, "%s.part", path)) {
        vg_cli_error("the path is too long");
        return VG_EXIT_FAILED;
    }
    FILE *file = to_stdout ? stdout : fopen(tmp, "wb");
    if (!file) {
        vg_cli_error("%s: %s", tmp, strerror(errno));
        return VG_EXIT_FAILED;
    }
    struct vg_out out = vg_out_stream(buf, sizeof buf, write_file, file);
    enum vg_err err = vg_bundle_write(dir, NULL, query, &out, &stats, &why);
    bool written = vg_out_flush(&out) == VG_OK && (to_stdout ? fflush(file) : fclose(file)) == 0;
    if (!err && written && !to_stdout)
        written = rename(tmp, path) == 0;
    if (err)
        vg_cli_error("%s", why);
    else if (!written)
        vg_cli_error("%s: %s", path, strerror(errno));
    if ((err || !written) && !to_stdout)
        unlink(tmp);
    if (!err && written)
        fprintf(stderr, "%llu records in %llu frames\n", (unsigned long long)stats.records,
                (unsigned long long)stats.frames);
    return err || !written ? VG_EXIT_FAILED : VG_EXIT_OK;
}

int vg_cli_evidence(int argc, char **argv)
{
    static const struct option options[] = {
        {"data", required_argument, NULL, 'd'},  {"from", required_argument, NULL, 'F'},
        {"to", required_argument, NULL, 'T'},    {"source", required_argument, NULL, 's'},
        {"place", required_argument, NULL, 'p'}, {"output", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},        {0}};
    struct vg_bundle_query query = {.from_us = INT64_MIN, .to_us = INT64_MAX, .journal_offsets = offsets};
    const char *data = NULL, *output = NULL;
    bool range = false;
    opterr = 0;
    for (int o; (o = getopt_long(argc, argv, ":d:s:p:o:h", options, NULL)) != -1;) {
        char *end;
        switch (o) {
        case 'd':
            data = optarg;
            break;
        case 'F':
        case 'T':
            range = true;
            if (!vg_cli_time("evidence", o == 'F' ? "--from" : "--to", optarg,
                             o == 'F' ? &query.from_us : &query.to_us))
                return VG_EXIT_USAGE;
            break;
        case 's':
            query.source = optarg;
            break;
        case 'p':
            if (query.offset_count == VG_BUNDLE_OFFSETS_MAX)
                return vg_cli_usage("evidence", "more than %d places", VG_BUNDLE_OFFSETS_MAX);
            errno = 0;
            offsets[query.offset_count++] = strtoull(optarg, &end, 10);
            if (errno || !*optarg || *end || *optarg == '-')
                return vg_cli_usage("evidence", "--place is a number, not '%s'", optarg);
            break;
        case 'o':
            output = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return VG_EXIT_OK;
        case ':':
            return vg_cli_usage("evidence", "option '%s' needs a value", argv[optind - 1]);
        default:
            return vg_cli_usage("evidence", "there is no option '%s'", argv[optind - 1]);
        }
    }
    char dir[VG_IO_PATH];
    if (optind < argc)
        return vg_cli_usage("evidence", "'%s' is one word too many", argv[optind]);
    if (!data || !output)
        return vg_cli_usage("evidence", "%s is missing", data ? "-o BUNDLE" : "--data DIR");
    if (!range && !query.offset_count)
        return vg_cli_usage("evidence", "say what: --from, --to or --place");
    if (!vg_cli_journal_dir(data, dir))
        return VG_EXIT_FAILED;
    return run(dir, &query, output);
}
