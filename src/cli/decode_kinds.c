#include "cli/decode_kinds.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/cli.h"
#include "cli/progress.h"

#define OUT_SIZE (256 * 1024)

/* The table: a row a kind. */
static const struct vg_decode_kind *const kinds[] = {
    &vg_decode_nmea_radar,
    &vg_decode_asterix,
};

const struct vg_decode_kind *vg_decode_kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

bool vg_decode_kind_known(const char *name)
{
    return strcmp(name, "ais") == 0 || vg_decode_kind_find(name);
}

void vg_cli_refusals(const struct vg_refusals *r)
{
    for (int i = 1; i < VG_REFUSAL_COUNT; i++)
        if (r->count[i])
            vg_cli_print(stderr, "  %8llu  %s\n            e.g. %s\n", (unsigned long long)r->count[i],
                         vg_refusal_text((enum vg_refusal)i), r->example[i]);
}

/* ---- output ---- */

static enum vg_err write_stdout(void *arg, const void *bytes, size_t len)
{
    int *error = arg;
    for (const char *p = bytes; len;) {
        ssize_t n = write(STDOUT_FILENO, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            *error = errno;
            return VG_IO;
        }
        p += n;
        len -= (size_t)n;
    }
    return VG_OK;
}

/* ---- a file ---- */

struct run {
    const struct vg_decode_kind *kind;
    const struct vg_decode_how *how;
    struct vg_out out;
    struct vg_cli_progress progress;
    bool quiet;
};

static enum vg_err take_all(struct run *run, const char *path, struct vg_file_reader *reader, void *state,
                            const char **ret_why)
{
    const void *bytes;
    size_t len;
    enum vg_err err = VG_OK;
    while (!run->out.err && !(err = vg_file_reader_next(reader, &bytes, &len, ret_why))) {
        run->kind->take(state, bytes, len, run->kind->payloads ? vg_file_reader_block(reader) : NULL);
        vg_cli_progress_show(&run->progress, path, vg_file_reader_progress(reader), false);
        if (vg_file_reader_is_live(reader)) /* whoever reads it now gets it now */
            vg_out_flush(&run->out);
    }
    run->kind->end(state);
    vg_out_flush(&run->out);
    vg_cli_progress_show(&run->progress, path, 1, true);
    return err == VG_EOF ? VG_OK : err;
}

static int run_file(struct run *run, const char *path)
{
    struct vg_file_reader *reader;
    const char *why = NULL, *name = strcmp(path, "-") == 0 ? "standard input" : path;
    void *state = NULL;
    int64_t begun_us = vg_clock_monotonic_us();
    if (vg_file_reader_open(path, &reader, &why)) {
        vg_cli_error("%s", why);
        return VG_EXIT_FAILED;
    }
    if (run->kind->payloads)
        vg_file_reader_as_payloads(reader);
    enum vg_err err = run->kind->open(&run->out, run->how, &state);
    if (!err)
        err = take_all(run, path, reader, state, &why);
    if (err)
        vg_cli_error("%s: %s", name, why ? why : vg_err_text(err));
    if (state && !run->quiet)
        run->kind->summary(state, name, (double)(vg_clock_monotonic_us() - begun_us) / 1e6);
    const char *note = run->quiet ? NULL : vg_file_reader_note(reader);
    if (note)
        vg_cli_print(stderr, "  %s\n", note);
    run->kind->close(state);
    vg_file_reader_close(reader);
    return err ? VG_EXIT_FAILED : VG_EXIT_OK;
}

int vg_decode_kind_run(const struct vg_decode_kind *kind, const struct vg_decode_how *how, bool quiet, char **files,
                       int count)
{
    static char buf[OUT_SIZE];
    int error = 0, status = VG_EXIT_OK;
    struct run run = {.kind = kind, .how = how, .quiet = quiet};
    run.out = vg_out_stream(buf, sizeof buf, write_stdout, &error);
    run.progress.on = !quiet && isatty(STDERR_FILENO);
    for (int i = 0; i < count && !run.out.err; i++)
        if (run_file(&run, files[i]) != VG_EXIT_OK)
            status = VG_EXIT_FAILED;
    vg_out_flush(&run.out);
    if (run.out.err && error != EPIPE) {
        vg_cli_error("standard output: %s", strerror(error));
        return VG_EXIT_FAILED;
    }
    return status;
}
