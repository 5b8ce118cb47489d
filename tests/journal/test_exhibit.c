/* Exhibits: a document with a bundle, bound by a signed note; whatever is changed of either is found. */
#include "journal/findings.h"

#include "journal/bundle.h"
#include "journal/exhibit.h"

static struct vg_out make(const char *dir, const char *document)
{
    static const uint64_t offsets[] = {60, 60 + (1 << 20)};
    const struct vg_bundle_query q = {
        .from_us = INT64_MIN, .to_us = INT64_MAX, .journal_offsets = offsets, .offset_count = 2};
    struct vg_out bundle = vg_out_growing(1 << 24), out = vg_out_growing(1 << 24);
    struct vg_bundle_stats stats;
    const char *why;
    if (vg_bundle_write(dir, NULL, &q, &bundle, &stats, &why))
        fail_msg("%s", why);
    vg_out_text(&out, document);
    vg_exhibit_bundle(&out, bundle.buf, bundle.len);
    if (vg_exhibit_sign(dir, NULL, &out, &why))
        fail_msg("%s", why);
    vg_out_free(&bundle);
    return out;
}

static uint64_t verify(const char *text, size_t len, const struct vg_key *key)
{
    struct vg_verify_result v;
    struct vg_verify_options o = {.on_finding = on_finding, .keys = key, .key_count = key ? 1 : 0};
    memset(found, 0, sizeof found);
    memset(first_text, 0, sizeof first_text);
    assert_true(vg_is_exhibit(text, len));
    assert_int_equal(vg_verify_exhibit(text, len, &o, &v), VG_OK);
    return v.findings;
}

static void key_of(const char *dir, struct vg_key *ret)
{
    char path[VG_IO_PATH], *text;
    size_t len;
    snprintf(path, sizeof path, "%s/key.pub", dir);
    assert_int_equal(vg_io_load(vg_io_posix(), path, VG_KEY_TEXT, &text, &len), VG_OK);
    assert_int_equal(vg_key_parse(text, len, ret), VG_OK);
    free(text);
}

static void every_changed_letter_of_an_exhibit_is_found(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_key key;
    fill(dir, NULL, 0, 2, 2);
    key_of(dir, &key);
    struct vg_out out = make(dir, "<!doctype html>\n<p>What was seen &lt;script&gt;</p>");
    assert_int_equal(verify(out.buf, out.len, NULL), 0);
    assert_int_equal(verify(out.buf, out.len, &key), 0);
    for (size_t i = 1; i < out.len; i += EACH_BYTE) {
        const char was = out.buf[i];
        out.buf[i] = was == '\n' ? ' ' : (char)(was ^ 1);
        if (!verify(out.buf, out.len, &key))
            fail_msg("letter %zu, '%c' for '%c', is not noticed", i, out.buf[i], was);
        out.buf[i] = was;
    }
    for (size_t cut = 1; cut < out.len; cut += 1 + cut / 8) /* its end is missing */
        assert_int_not_equal(verify(out.buf, out.len - cut, &key), 0);
    vg_out_free(&out);
}

static void what_is_added_is_found(void **state)
{
    const char *dir = in(*state, "j");
    fill(dir, NULL, 0, 2, 2);
    struct vg_out out = make(dir, "<!doctype html>\n<p>Seen</p>");
    static const char more[] = "<script>alert(1)</script>";
    for (size_t at = 1; at <= out.len; at += at < out.len && at + 97 > out.len ? out.len - at : 97) {
        struct vg_out longer = vg_out_growing(1 << 24);
        vg_out_bytes(&longer, out.buf, at);
        vg_out_text(&longer, more);
        vg_out_bytes(&longer, out.buf + at, out.len - at);
        if (!verify(longer.buf, longer.len, NULL))
            fail_msg("at %zu", at);
        vg_out_free(&longer);
    }
    vg_out_free(&out);
}

static void other_dice(void *buf, size_t len)
{
    memset(buf, 9, len);
}

static void an_exhibit_of_another_key_is_refused(void **state)
{
    const char *dir = in(*state, "j"), *other = in(*state, "k");
    struct vg_journal_options o = plain_options();
    struct vg_key key;
    fill(dir, NULL, 0, 2, 2);
    o.dice = other_dice; /* another key */
    fill(other, &o, 0, 2, 2);
    key_of(other, &key);
    struct vg_out out = make(dir, "<!doctype html>\n<p>Seen</p>"), theirs = make(other, "<!doctype html>\n<p>Not</p>");
    assert_int_not_equal(verify(out.buf, out.len, &key), 0);
    assert_int_equal(verify(theirs.buf, theirs.len, &key), 0);
    /* Their document and note around our bundle: each is signed, by keys of their own. */
    struct vg_out mixed = vg_out_growing(1 << 24);
    const char *ours = strstr(out.buf, VG_EXHIBIT_BUNDLE), *end = strstr(ours, VG_EXHIBIT_SIGNATURE);
    const char *note = memmem(theirs.buf, theirs.len, VG_EXHIBIT_SIGNATURE, strlen(VG_EXHIBIT_SIGNATURE));
    vg_out_bytes(&mixed, theirs.buf, (size_t)(strstr(theirs.buf, VG_EXHIBIT_BUNDLE) - theirs.buf));
    vg_out_bytes(&mixed, ours, (size_t)(end - ours));
    vg_out_bytes(&mixed, note, (size_t)(theirs.buf + theirs.len - note));
    assert_int_not_equal(verify(mixed.buf, mixed.len, NULL), 0);
    assert_int_equal(found[VG_FOUND_EXHIBIT], 1);
    vg_out_free(&mixed);
    vg_out_free(&out);
    vg_out_free(&theirs);
}

/* A checkpoint is signed by the same key: it must not pass for the note of a document, nor the note for a checkpoint.
 */
static void a_checkpoint_is_no_note_of_a_document(void **state)
{
    const char *dir = in(*state, "j");
    char path[VG_IO_PATH], *checkpoint;
    size_t len;
    const char *why;
    struct vg_key key;
    struct vg_checkpoint cp;
    fill(dir, NULL, 0, 2, 2);
    key_of(dir, &key);
    assert_true(vg_io_path(path, "%s/checkpoint", dir));
    assert_int_equal(vg_io_load(vg_io_posix(), path, VG_NOTE_MAX, &checkpoint, &len), VG_OK);
    struct vg_out out = make(dir, "<!doctype html>\n<p>Seen</p>"), forged = vg_out_growing(1 << 24);
    const char *note = memmem(out.buf, out.len, VG_EXHIBIT_SIGNATURE, strlen(VG_EXHIBIT_SIGNATURE));
    const size_t head = (size_t)(note - out.buf) + strlen(VG_EXHIBIT_SIGNATURE);
    vg_out_bytes(&forged, out.buf, head);
    vg_out_bytes(&forged, checkpoint, len);
    vg_out_text(&forged, "</script>\n</body>\n</html>\n");
    assert_int_equal(verify(forged.buf, forged.len, &key), 1);
    const char *end = strstr(out.buf + head, "</script>");
    assert_int_equal(vg_checkpoint_read(out.buf + head, (size_t)(end - out.buf) - head, &key, 1, &cp, &why), VG_SYNTAX);
    free(checkpoint);
    vg_out_free(&out);
    vg_out_free(&forged);
}

static void without_bundle_or_note_it_is_told_so(void **state)
{
    (void)state;
    assert_int_equal(verify("<html>", 6, NULL), 1);
    assert_non_null(strstr(first_text, "holds no bundle"));
    static const char text[] = "<html>" VG_EXHIBIT_BUNDLE "{}</script>";
    assert_int_equal(verify(text, sizeof text - 1, NULL), 1);
    assert_non_null(strstr(first_text, "isn't signed"));
    assert_false(vg_is_exhibit("{}", 2));
    assert_false(vg_is_exhibit(" ", 1));
}

static void without_the_secret_key_nothing_is_signed(void **state)
{
    const char *dir = in(*state, "j"), *why;
    char path[VG_IO_PATH];
    fill(dir, NULL, 0, 2, 2);
    assert_true(vg_io_path(path, "%s/key", dir));
    assert_int_equal(unlink(path), 0);
    struct vg_out out = vg_out_growing(1 << 20);
    vg_out_text(&out, "<html>");
    assert_int_equal(vg_exhibit_sign(dir, NULL, &out, &why), VG_NOT_FOUND);
    assert_non_null(strstr(why, "key"));
    vg_out_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(every_changed_letter_of_an_exhibit_is_found), in_a_room(what_is_added_is_found),
        in_a_room(an_exhibit_of_another_key_is_refused),        in_a_room(a_checkpoint_is_no_note_of_a_document),
        cmocka_unit_test(without_bundle_or_note_it_is_told_so), in_a_room(without_the_secret_key_nothing_is_signed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
