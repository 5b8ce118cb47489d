/* Every item that the tables know is read: each leaf once for each time that it stands there, under a name of its own.
 */
#include "test.h"

#include <jansson.h>

#include "asterix_full.h"

static struct full full;

struct met {
    size_t records, values;
    size_t bits; /* of all values */
    size_t len;
    struct vg_asterix *asterix;
};

static void on_value(void *arg, const struct vg_asterix_value *v)
{
    struct met *m = arg;
    assert_true(v->path_len > 0 && v->path_len < 64);
    m->values++;
    m->bits += v->bits;
}

static void on_record(void *arg, const struct vg_asterix_record *record)
{
    static char text[512 * 1024];
    struct met *m = arg;
    struct vg_out out = vg_out_fixed(text, sizeof text);
    m->records++;
    m->len = record->len;
    assert_false(record->reserved);
    vg_asterix_values(record, on_value, m);
    vg_asterix_json(record, &out);
    json_error_t error;
    json_t *json = json_loadb(text, out.len, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (out.err || !json)
        fail_msg("%s: %.*s", error.text, (int)out.len, text);
    assert_true(json_object_size(json_object_get(json, "v")) == m->values ||
                vg_asterix_edition_category(record->edition) == 240);
    json_decref(json);
    struct vg_report report;
    vg_asterix_report(m->asterix, record, &report);
}

/* Values that stand below a node, with each repetition twice. */
static size_t leaves(const struct vg_asterix_node *node)
{
    const struct vg_asterix_node *below = node + 1;
    size_t sum = 0;
    if (node->shape == VG_ASTERIX_FIXED)
        return 1;
    if (node->shape == VG_ASTERIX_EXPLICIT && !node->count)
        return 1;
    for (unsigned i = 0; i < node->count; i++, below += below->size)
        sum += leaves(below);
    return node->shape == VG_ASTERIX_REPETITIVE || node->shape == VG_ASTERIX_CHAIN ? 2 * sum : sum;
}

static bool has_case(const struct vg_asterix_node *node)
{
    for (unsigned i = 0; i < node->size; i++)
        if (node[i].shape == VG_ASTERIX_CASE)
            return true;
    return false;
}

static void read_full(const struct vg_asterix_edition *e, int variant, unsigned only, struct met *met)
{
    char list[32];
    *met = (struct met){0};
    assert_int_equal(vg_asterix_new(on_record, met, &met->asterix), VG_OK);
    snprintf(list, sizeof list, "%u=%s", e->category, e->name);
    assert_int_equal(vg_asterix_use_editions(met->asterix, list), VG_OK);
    assert_true(full_block(&full, e, variant, only));
    assert_int_equal(vg_asterix_datagram(met->asterix, full.at, full.len, 0, VG_TIME_NONE), full.len);
    if (met->records != 1)
        fail_msg("category %u %s, slot %d: not read", e->category, e->name, (int)only);
    assert_int_equal(met->len, full.len - VG_ASTERIX_HEADER);
    vg_asterix_free(met->asterix);
}

static void every_item_alone_gives_all_its_values(void **state)
{
    (void)state;
    struct met met;
    for (size_t i = 0; i < vg_asterix_edition_count; i++) {
        const struct vg_asterix_edition *e = &vg_asterix_editions[i];
        for (unsigned slot = 0; slot < e->slots[0]; slot++) {
            const struct vg_asterix_node *node = vg_asterix_slot_node(e, 0, slot);
            if (!node)
                continue;
            read_full(e, 0, slot, &met);
            bool video = e->category == 240 && node->shape == VG_ASTERIX_REPETITIVE && node[1].kind == VG_ASTERIX_RAW;
            if (video)
                assert_int_equal(met.values, 0);
            else if (!has_case(node) && met.values != leaves(node))
                fail_msg("category %u %s, item %s: %zu values of %zu", e->category, e->name, node->name, met.values,
                         leaves(node));
        }
    }
}

static void a_record_with_every_item_is_read_to_its_end(void **state)
{
    (void)state;
    struct met met;
    for (size_t i = 0; i < vg_asterix_edition_count; i++)
        for (int variant = 0; variant < 2; variant++)
            if (vg_asterix_editions[i].slots[variant])
                read_full(&vg_asterix_editions[i], variant, UINT32_MAX, &met);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_alone_gives_all_its_values),
        cmocka_unit_test(a_record_with_every_item_is_read_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
