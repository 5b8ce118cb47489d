/* vigia verify: is it what was signed? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/journal_dir.h"
#include "cli/options.h"
#include "journal/bundle.h"
#include "journal/exhibit.h"
#include "journal/verify.h"

static const char usage[] = "vigia verify [options] DIR|BUNDLE|CASE";
static const char about[] =
    "Checks a journal (DIR, or DIR/journal), a bundle of evidence made by 'vigia evidence', or a case\n"
    "with the bundle in it: every byte against its checks, every frame against the Merkle tree, the\n"
    "tree against its signed checkpoint. What differs is named, one line each:\n"
    "\n"
    "  damaged          bytes that do not fit their own check, such as a flipped bit\n"
    "  replaced         a frame that is whole but is not the one that was signed\n"
    "  removed          frames that were signed and are gone\n"
    "  inserted         a frame that was never signed, or that stands there twice\n"
    "  reordered        a frame at another place than it was signed at\n"
    "  truncated        the checkpoint covers more frames than there are\n"
    "  old-checkpoint   an older checkpoint was put back\n"
    "  checkpoint       it is missing, not signed by the key, or of another tree\n"
    "  tree             a tile or entry is missing or was altered\n"
    "  index            a segment's index differs from its frames; no record is harmed\n"
    "  bundle           what a bundle shows is not what its frames hold\n"
    "  exhibit          the text of a case is not what was signed\n"
    "  note             nothing is wrong: a recorded gap, a tail that a crash tore";
static const char ending[] = "A journal may be verified while it is being written.\n"
                             "What is lost of a damaged folder, 'vigia repair --data DIR' tells, and mends the rest.\n"
                             "\n"
                             "exit status: 0 it is what was signed; 1 it is not, or can't be read; 2 called wrongly\n";

struct show {
    const char *key, *checkpoint;
    bool json, quiet;
};

static void on_finding(void *arg, const struct vg_finding *f)
{
    const struct show *show = arg;
    char line[1024];
    if (show->quiet)
        return;
    if (!show->json) {
        vg_cli_print(stdout, "%-15s %s\n", vg_finding_key(f->kind), f->text);
        return;
    }
    struct vg_out out = vg_out_fixed(line, sizeof line);
    vg_out_printf(&out, "{\"found\":\"%s\",\"text\":", vg_finding_key(f->kind));
    vg_out_json_plain(&out, f->text, strlen(f->text));
    vg_out_text(&out, "}\n");
    fwrite(line, 1, out.len, stdout);
}

static void print_verdict(const struct show *show, const struct vg_verify_result *v)
{
    typedef unsigned long long ull;
    if (show->quiet)
        return;
    if (show->json) {
        printf(
            "{\"verdict\":\"%s\",\"findings\":%llu,\"notes\":%llu,\"origin\":\"%s\",\"own_key\":%s,\"segments\":%llu,"
            "\"frames\":%llu,\"signed_frames\":%llu,\"kept_from\":%llu,\"records\":%llu,\"bytes\":%llu,\"gaps\":%llu,"
            "\"lost\":%llu}\n",
            v->findings ? "bad" : "good", (ull)v->findings, (ull)v->notes, v->origin, v->own_key ? "true" : "false",
            (ull)v->segments, (ull)v->frames, (ull)v->covered, (ull)v->kept_from, (ull)v->records, (ull)v->bytes,
            (ull)v->gaps, (ull)v->lost);
        return;
    }
    printf("%s: %llu frame%s read, %llu signed, %llu record%s of %llu byte%s, %llu gap%s\n",
           v->findings ? "BAD" : "good", (ull)v->frames, vg_cli_plural(v->frames), (ull)v->covered, (ull)v->records,
           vg_cli_plural(v->records), (ull)v->bytes, vg_cli_plural(v->bytes), (ull)v->gaps, vg_cli_plural(v->gaps));
    if (v->origin[0])
        vg_cli_print(stdout, "signed by %s%s\n", v->origin,
                     v->own_key ? ", by the key that lies with it: give --key to know that it is the right one" : "");
}

static enum vg_err verify(const char *path, const struct vg_verify_options *options, struct vg_verify_result *verdict)
{
    struct stat st;
    char dir[VG_IO_PATH], *text;
    size_t len;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return vg_cli_journal_dir(path, dir) ? vg_verify_journal(dir, options, verdict) : VG_NOT_FOUND;
    enum vg_err err = vg_io_load(vg_io_posix(), path, VG_BUNDLE_TEXT_MAX, &text, &len);
    if (err)
        return err;
    err = vg_is_exhibit(text, len) ? vg_verify_exhibit(text, len, options, verdict)
                                   : vg_verify_bundle(text, len, options, verdict);
    free(text);
    return err;
}

#define AT(member) offsetof(struct show, member)

static const struct vg_option options[] = {
    {.name = "key",
     .letter = 'k',
     .kind = VG_OPTION_TEXT,
     .at = AT(key),
     .low = 1,
     .value = "KEY",
     .help = "the public key (a line of key.pub, or a file of such lines). Without it the journal's or bundle's own is "
             "used: that shows that all fits together, not who made it"},
    {.name = "checkpoint",
     .letter = 'c',
     .kind = VG_OPTION_TEXT,
     .at = AT(checkpoint),
     .low = 1,
     .value = "FILE",
     .help = "a checkpoint that you kept: the journal must have it in its past. Who keeps one now and then finds out "
             "if the whole journal is taken back"},
    {.name = "json",
     .letter = 'j',
     .kind = VG_OPTION_FLAG,
     .at = AT(json),
     .help = "findings and verdict as JSON lines"},
    {.name = "quiet", .letter = 'q', .kind = VG_OPTION_FLAG, .at = AT(quiet), .help = "only the exit status"},
};

static const struct vg_form form = {"verify", usage, about, ending, options, sizeof options / sizeof *options, NULL};

int vg_cli_verify(int argc, char **argv)
{
    struct vg_key keys[VG_KEYS_MAX];
    struct show show = {0};
    struct vg_verify_options how = {.on_finding = on_finding, .arg = &show};
    struct vg_verify_result verdict;
    char *kept = NULL;
    int first, status = vg_options_read(&form, argc, argv, &show, &first);
    if (status >= 0)
        return status;
    if (first + 1 != argc)
        return vg_cli_usage("verify", "give one folder, one bundle or one case");
    if (show.key && !vg_cli_keys(show.key, keys, &how.key_count))
        return VG_EXIT_USAGE;
    how.keys = show.key ? keys : NULL;
    if (show.checkpoint && vg_cli_is_folder(show.checkpoint))
        return VG_EXIT_FAILED;
    if (show.checkpoint && vg_io_load(vg_io_posix(), show.checkpoint, VG_NOTE_MAX, &kept, &how.kept_len)) {
        vg_cli_error("the checkpoint %s can't be read", show.checkpoint);
        return VG_EXIT_FAILED;
    }
    how.kept = kept;
    enum vg_err err = verify(argv[first], &how, &verdict);
    free(kept);
    if (err) {
        vg_cli_error("%s: %s", argv[first], vg_err_text(err));
        return VG_EXIT_FAILED;
    }
    print_verdict(&show, &verdict);
    return verdict.findings ? VG_EXIT_FAILED : VG_EXIT_OK;
}
