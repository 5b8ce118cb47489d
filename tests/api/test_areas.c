/* Areas and gates over HTTP: shown, replaced by the owner's thread, refused where they are wrong or fixed. */
#include "api/api.h"
#include "server.h"

static struct kept {
    char text[1024];
    size_t kept, used, count;
    enum vg_err err;
} kept;

static enum vg_err keep(void *arg, const char *text, size_t len)
{
    struct kept *k = arg;
    if (k->err)
        return k->err;
    snprintf(k->text, sizeof k->text, "%.*s", (int)len, text);
    k->kept++;
    return VG_OK;
}

static void use(void *arg, struct vg_areas *areas)
{
    struct kept *k = arg;
    k->used++;
    k->count = vg_areas_count(areas);
    vg_areas_free(areas);
}

static json_t *put(struct server *server, const char *body, int status)
{
    struct http *h = http_send(server->address, "PUT", "/api/v1/areas", "application/json", body);
    if (h->status != status)
        fail_msg("%s: %d: %s", body, h->status, h->body);
    json_t *json = json_loadb(h->body, h->body_len, 0, NULL);
    http_close(h);
    return json;
}

#define AREA                                                                                                           \
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"name\":\"Reserva\"},"       \
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-91,-1],[-90.1,-1],[-90.1,0],[-91,0],[-91,-1]]]}}]}"

static void what_is_put_is_kept_used_and_shown_and_what_is_wrong_changes_nothing(void **state)
{
    (void)state;
    const struct vg_api_areas hook = {.arg = &kept, .keep = keep, .use = use};
    struct vg_api_options options = server_options();
    options.areas = &hook;
    options.may_act = true;
    struct server *server = server_open(&options);
    json_t *all = server_json(server, "/api/v1/areas", 200);
    assert_int_equal(json_array_size(json_object_get(all, "features")), 0);
    json_decref(all);
    json_t *done = put(server, AREA, 200);
    assert_int_equal(json_integer_value(json_object_get(done, "areas")), 1);
    json_decref(done);
    assert_true(kept.kept == 1 && kept.used == 1 && kept.count == 1);
    assert_non_null(strstr(kept.text, "-90.1")); /* not -90.09999… */
    json_t *wrong =
        put(server, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{}}]}", 400);
    assert_string_equal(text_of(json_object_get(wrong, "error"), "code"), "bad_areas");
    json_decref(wrong);
    json_decref(put(server, "[]", 400));
    kept.err = VG_IO; /* a full disk: nothing is used that isn't kept */
    json_decref(put(server, AREA, 503));
    assert_true(kept.kept == 1 && kept.used == 1);
    all = server_json(server, "/api/v1/areas", 200);
    const json_t *feature = json_array_get(json_object_get(all, "features"), 0);
    assert_string_equal(text_of(json_object_get(feature, "properties"), "name"), "Reserva");
    json_decref(all);
    server_close(server);
}

static void nobody_changes_what_is_fixed_or_without_the_right(void **state)
{
    (void)state;
    struct vg_api_areas hook = {.arg = &kept, .text = AREA, .len = sizeof AREA - 1, .keep = keep, .use = use};
    struct vg_api_options options = server_options();
    struct server *server = server_open(&options);
    json_decref(put(server, AREA, 403));
    server_close(server);
    options.may_act = true;
    server = server_open(&options);
    json_decref(put(server, AREA, 404)); /* nothing looks at them */
    server_close(server);
    hook.fixed = "they come from a file";
    options.areas = &hook;
    server = server_open(&options);
    json_decref(put(server, AREA, 409));
    json_t *all = server_json(server, "/api/v1/areas", 200);
    assert_int_equal(json_array_size(json_object_get(all, "features")), 1);
    json_decref(all);
    server_close(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_kept_used_and_shown_and_what_is_wrong_changes_nothing),
        cmocka_unit_test(nobody_changes_what_is_fixed_or_without_the_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
