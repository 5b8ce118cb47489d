/* Every route of the interface, well and badly asked, over real sockets. */
#include <poll.h>
#include <zlib.h>

#include "server.h"

static struct server *server;

static void fill(void)
{
    struct vg_picture *p = server->picture;
    struct vg_report r = at_position(735059037, START_US, -80.1, -2.3);
    r.fields |= VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(TURN) | VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DIMENSIONS) |
                VG_FIELD_BIT(ETA) | VG_FIELD_BIT(DRAUGHT) | VG_FIELD_BIT(CALLSIGN);
    r.heading_deg = 11;
    r.turn_raw = -10;
    r.shiptype = 70;
    r.to_bow_m = 150, r.to_stern_m = 30, r.to_port_m = 10, r.to_starboard_m = 12;
    r.eta_month = 11, r.eta_day = 23, r.eta_hour = 10, r.eta_minute = 0;
    r.draught_dm = 71;
    snprintf(r.callsign, sizeof r.callsign, "HC1234");
    r.journal_offset = 77;
    apply(p, r);
    apply(p, called(735059037, START_US, "MANTA EXPRESS"));
    r = at_position(412345678, START_US, 179.95, -17);
    r.fields |= VG_FIELD_BIT(SHIPTYPE);
    r.shiptype = 30;
    r.sog_dkn = 5;
    r.status = 7;
    apply(p, r);
    apply(p, at_position(503000001, START_US, -179.95, -17));
    apply(p, called(366000001, START_US, "\"<script>\x01\xFF\\ \xC3\xB1")); /* no position */
    r = at_position(970012345, START_US, -80.5, -2);
    r.class = VG_CLASS_SART;
    r.status = 14;
    apply(p, r);
    server_publish(server);
}

static int set_up(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    o.title = "Puesto \"Norte\"";
    o.view_given = true;
    o.view_lon_deg = -84;
    o.view_zoom = 5;
    server = server_open(&o);
    fill();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    server_close(server);
    return 0;
}

static size_t count_of(const char *target)
{
    json_t *json = server_json(server, target, 200);
    size_t n = json_array_size(json_object_get(json, strstr(target, "geojson") ? "features" : "vessels"));
    json_decref(json);
    return n;
}

static void refused(const char *target, int status, const char *code, const char *part)
{
    json_t *json = server_json(server, target, status), *error = json_object_get(json, "error");
    assert_string_equal(text_of(error, "code"), code);
    if (!strstr(text_of(error, "message"), part))
        fail_msg("%s: \"%s\" does not say \"%s\"", target, text_of(error, "message"), part);
    json_decref(json);
}

static void status_tells_what_the_page_needs(void **state)
{
    (void)state;
    json_t *json = server_json(server, "/api/v1/status", 200);
    assert_string_equal(text_of(json, "title"), "Puesto \"Norte\"");
    assert_string_equal(text_of(json, "epoch"), "abcdef0123456789");
    assert_string_equal(text_of(json, "time"), "2023-11-14T22:13:20Z");
    assert_string_equal(text_of(json, "clock"), "wall");
    assert_int_equal(json_integer_value(json_object_get(json, "vessels")), 5);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "limits"), "streams")), 256);
    assert_true(json_number_value(json_object_get(json_object_get(json, "view"), "lon")) == -84);
    json_decref(json);
}

static json_t *find(json_t *page, uint32_t mmsi)
{
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(page, "vessels"), i,
                       v) if (json_integer_value(json_object_get(v, "mmsi")) == mmsi) return v;
    fail_msg("%u is missing", mmsi);
    return NULL;
}

static void vessels_have_their_fields(void **state)
{
    (void)state;
    json_t *page = server_json(server, "/api/v1/vessels", 200), *v = find(page, 735059037);
    assert_int_equal(json_integer_value(json_object_get(page, "total")), 5);
    char id[17];
    snprintf(id, sizeof id, "%016llx", (unsigned long long)vg_picture_find(server->picture, 735059037)->id);
    assert_string_equal(text_of(v, "contact"), id);
    json_object_del(v, "contact");
    char *text = json_dumps(v, JSON_COMPACT | JSON_REAL_PRECISION(9));
    assert_string_equal(
        text, "{\"mmsi\":735059037,\"class\":\"a\",\"name\":\"MANTA EXPRESS\",\"callsign\":\"HC1234\",\"imo\":9000037,"
              "\"flag\":\"EC\",\"shiptype\":70,\"destination\":\"GUAYAQUIL\",\"eta\":\"11-23T10:00Z\",\"draught\":7.1,"
              "\"to_bow\":150,\"to_stern\":30,\"to_port\":10,\"to_starboard\":12,\"length\":180,\"beam\":22,"
              "\"lon\":-80.1,\"lat\":-2.3,\"speed\":12.3,\"course\":90.1,\"heading\":11,\"turn\":-4.5,\"status\":0,"
              "\"time\":\"2023-11-14T22:13:20Z\",\"source\":\"Manta\",\"heard\":\"2023-11-14T22:13:20Z\"}");
    free(text);
    assert_string_equal(text_of(find(page, 970012345), "distress"), "active");
    json_decref(page);
}

static void hostile_names_are_valid_json(void **state)
{
    (void)state;
    json_t *page = server_json(server, "/api/v1/vessels", 200);
    json_t *v = find(page, 366000001);
    assert_string_equal(text_of(v, "name"), "\"<script>\xEF\xBF\xBD\xEF\xBF\xBD\\ \xC3\xB1");
    assert_null(json_object_get(v, "lon"));
    json_decref(page);
}

static void filters(void **state)
{
    (void)state;
    assert_int_equal(count_of("/api/v1/vessels"), 5);
    assert_int_equal(count_of("/api/v1/vessels?bbox=-81,-3,-80,0"), 2);
    assert_int_equal(count_of("/api/v1/vessels?bbox=179,-20,-179,-10"), 2); /* across the antimeridian */
    assert_int_equal(count_of("/api/v1/vessels?bbox=-179,-20,179,-10"), 0);
    assert_int_equal(count_of("/api/v1/vessels?class=sart"), 1);
    assert_int_equal(count_of("/api/v1/vessels?class=sart,a"), 5);
    assert_int_equal(count_of("/api/v1/vessels?status=7,14"), 2);
    assert_int_equal(count_of("/api/v1/vessels?flag=ec,cn"), 2);
    assert_int_equal(count_of("/api/v1/vessels?min_speed=1"), 3);
    assert_int_equal(count_of("/api/v1/vessels?max_speed=0.5"), 1);
    assert_int_equal(count_of("/api/v1/vessels?type=60-69,70,30"), 2);
    assert_int_equal(count_of("/api/v1/vessels?q=manta+ex"), 1);
    assert_int_equal(count_of("/api/v1/vessels?q=hc12"), 1);
    assert_int_equal(count_of("/api/v1/vessels?q=73505"), 1);
    assert_int_equal(count_of("/api/v1/vessels?q=9000037"), 1);
    assert_int_equal(count_of("/api/v1/vessels?q=%3Cscript%3E"), 1);
    assert_int_equal(count_of("/api/v1/vessels?limit=2"), 2);
    assert_int_equal(count_of("/api/v1/vessels?limit=0"), 0);
    assert_int_equal(count_of("/api/v1/vessels?format=geojson"), 4);
    json_t *page = server_json(server, "/api/v1/vessels?limit=2", 200);
    assert_int_equal(json_integer_value(json_object_get(page, "total")), 5);
    assert_int_equal(json_integer_value(json_object_get(page, "count")), 2);
    json_decref(page);
}

static void geojson_is_a_feature_collection(void **state)
{
    (void)state;
    json_t *json = server_json(server, "/api/v1/vessels?format=geojson&q=MANTA", 200);
    assert_string_equal(text_of(json, "type"), "FeatureCollection");
    json_t *feature = json_array_get(json_object_get(json, "features"), 0);
    json_t *at = json_object_get(json_object_get(feature, "geometry"), "coordinates");
    assert_true(json_number_value(json_array_get(at, 0)) == -80.1);
    assert_true(json_number_value(json_array_get(at, 1)) == -2.3);
    assert_string_equal(text_of(json_object_get(feature, "properties"), "name"), "MANTA EXPRESS");
    json_decref(json);
}

static void bad_questions_get_helpful_answers(void **state)
{
    (void)state;
    refused("/api/v1/vessels?bbox=1,2,3", 400, "bad_parameter", "bbox must be four degrees");
    refused("/api/v1/vessels?bbox=1,5,3,4", 400, "bad_parameter", "bbox");
    refused("/api/v1/vessels?bbox=nan,nan,nan,nan", 400, "bad_parameter", "bbox");
    refused("/api/v1/vessels?bbox=1,2,3,1e9", 400, "bad_parameter", "bbox");
    refused("/api/v1/vessels?class=ship", 400, "bad_parameter", "class must be");
    refused("/api/v1/vessels?status=16", 400, "bad_parameter", "status");
    refused("/api/v1/vessels?type=70-60", 400, "bad_parameter", "type");
    refused("/api/v1/vessels?type=70-", 400, "bad_parameter", "type");
    refused("/api/v1/vessels?flag=ECU", 400, "bad_parameter", "flag");
    refused("/api/v1/vessels?limit=-1", 400, "bad_parameter", "limit");
    refused("/api/v1/vessels?min_speed=fast", 400, "bad_parameter", "min_speed");
    refused("/api/v1/vessels?format=xml", 400, "bad_parameter", "json, geojson or csv");
    refused("/api/v1/vessels?box=1", 400, "bad_parameter", "unknown parameter 'box'; this address takes bbox class");
    refused("/api/v1/vessels?limit=1&limit=2", 400, "bad_parameter", "given twice");
    refused("/api/v1/vessels?q=%0", 400, "bad_address", "percent-escape");
    refused("/api/v1/vessels?q=%00", 400, "bad_address", "NUL");
    refused("/api/v1/status?a=%22%3Cb%01%FF", 400, "bad_parameter", "takes none");
    refused("/api/v1/vessels/abc", 400, "bad_mmsi", "from 0 to 1073741823");
    refused("/api/v1/vessels/1073741824", 400, "bad_mmsi", "from 0 to 1073741823");
    refused("/api/v1/vessels/00000000001", 400, "bad_mmsi", "from 0 to 1073741823");
    refused("/api/v1/vessels/1073741822", 404, "not_found", "in the picture");
    refused("/api/v1/vessels/123456789", 404, "not_found", "in the picture");
    refused("/api/v1/vessels/", 404, "not_found", "openapi");
    refused("/api/v1/vessels/1/2", 404, "not_found", "openapi");
    refused("/api/v2", 404, "not_found", "openapi");
    refused("/api/v1/trails?minutes=0", 400, "bad_parameter", "minutes");
    refused("/api/v1/stream?bbox=x", 400, "bad_parameter", "bbox");
    refused("/api/v1/stream?version=1", 400, "bad_version", "version 2");
    refused("/api/v1/layers/zones", 404, "not_found", "layer");
    refused("/", 404, "not_found", "no page");
    char *longest = malloc(6000);
    memset(longest, 'a', 5999);
    longest[0] = '/';
    longest[5999] = '\0';
    refused(longest, 414, "too_long", "4096");
    free(longest);
}

static void only_get_and_head(void **state)
{
    (void)state;
    static const char *const methods[] = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct http *h = http_ask(server->address, methods[i], "/api/v1/status", "Content-Length: 0\r\n");
        assert_int_equal(h->status, 405);
        assert_string_equal(http_header(h, "Allow"), "GET, HEAD");
        http_close(h);
    }
    static const char *const targets[] = {"/api/v1/status",  "/api/v1/vessels",           "/api/v1/stream",
                                          "/api/v1/notices", "/api/v1/vessels/735059037", "/healthz"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct http *h = http_ask(server->address, "HEAD", targets[i], "");
        assert_int_equal(h->status, 200);
        assert_non_null(http_header(h, "Content-Type"));
        http_close(h);
    }
}

static void security_headers_are_everywhere(void **state)
{
    (void)state;
    static const char *const targets[] = {"/api/v1/status", "/nothing", "/api/v1/nothing", "/metrics"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct http *h = http_get(server->address, targets[i]);
        assert_string_equal(http_header(h, "X-Content-Type-Options"), "nosniff");
        assert_string_equal(http_header(h, "Referrer-Policy"), "no-referrer");
        assert_non_null(strstr(http_header(h, "Content-Security-Policy"), "frame-ancestors 'none'"));
        assert_null(http_header(h, "Access-Control-Allow-Origin"));
        http_close(h);
    }
}

static void names_of_others_are_refused_on_loopback(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int status;
    } hosts[] = {
        {"Host: evil.example\r\n", 421},
        {"Host: evil.example:8080\r\n", 421},
        {"Host: localhost\r\n", 200},
        {"Host: LOCALHOST:8080\r\n", 200},
        {"Host: 127.0.0.1:1\r\n", 200},
        {"Host: [::1]:8080\r\n", 200},
        {"Host: vigia.localhost\r\n", 200},
        {"Host: 127.0.0.1.nip.io\r\n", 421},
        {"Host: localhost.evil.example\r\n", 421},
        {"Host: evillocalhost\r\n", 421},
        {"Host: 192.168.1.4\r\n", 200},
    };
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct http *h = http_ask(server->address, "GET", "/api/v1/status", hosts[i].host);
        if (h->status != hosts[i].status)
            fail_msg("%s: %d", hosts[i].host, h->status);
        http_close(h);
    }
}

static unsigned metric(const char *name)
{
    char line[100];
    struct http *h = http_get(server->address, "/metrics");
    snprintf(line, sizeof line, "\nvigia_%s ", name);
    const char *at = strstr(h->body, line);
    assert_non_null(at);
    unsigned value = (unsigned)strtoul(at + strlen(line), NULL, 10);
    http_close(h);
    return value;
}

/* Of one picture: whoever asks for the same gets the same bytes, packed ones packed; the next picture is another
 * answer. */
static void one_answer_is_written_for_all_who_ask_the_same(void **state)
{
    (void)state;
    server_publish(server);
    unsigned made = metric("answers_made_total"), shared = metric("answers_shared_total");
    char tag[1024], body[100];
    for (int i = 0; i < 6; i++) {
        struct http *h =
            http_ask(server->address, "GET", "/api/v1/vessels?class=a", i % 2 ? "Accept-Encoding: gzip\r\n" : "");
        assert_int_equal(h->status, 200);
        if (!i)
            snprintf(tag, sizeof tag, "%s", http_header(h, "ETag"));
        assert_string_equal(http_header(h, "ETag"), tag);
        if (!i)
            snprintf(body, sizeof body, "%.90s", h->body);
        if (!http_header(h, "Content-Encoding"))
            assert_memory_equal(h->body, body, 90);
        http_close(h);
    }
    assert_int_equal(metric("answers_made_total"), made + 2);
    assert_int_equal(metric("answers_shared_total"), shared + 4);
    json_decref(server_json(server, "/api/v1/vessels?class=b", 200));
    json_decref(server_json(server, "/api/v1/contacts?class=a", 200));
    assert_int_equal(metric("answers_made_total"), made + 4);
    server_publish(server);
    struct http *h = http_get(server->address, "/api/v1/vessels?class=a");
    assert_true(strcmp(http_header(h, "ETag"), tag) != 0);
    http_close(h);
    assert_int_equal(metric("answers_made_total"), made + 5);
}

static void etags_save_the_body(void **state)
{
    (void)state;
    char line[1200];
    struct http *h = http_get(server->address, "/api/v1/vessels?class=a");
    assert_string_equal(http_header(h, "Cache-Control"), "no-cache");
    snprintf(line, sizeof line, "If-None-Match: \"x\", %s\r\n", http_header(h, "ETag"));
    http_close(h);
    h = http_ask(server->address, "GET", "/api/v1/vessels?class=a", line);
    assert_int_equal(h->status, 304);
    http_close(h);
    h = http_ask(server->address, "GET", "/api/v1/vessels?class=b", line); /* another question, another tag */
    assert_int_equal(h->status, 200);
    http_close(h);
    server_publish(server);
    h = http_ask(server->address, "GET", "/api/v1/vessels?class=a", line);
    assert_int_equal(h->status, 200);
    http_close(h);
}

/* The answer of a thread of the transport, or of one beside it. */
static void is_packed_if_asked(const char *target)
{
    struct http *plain = http_get(server->address, target);
    assert_null(http_header(plain, "Content-Encoding"));
    struct http *h = http_ask(server->address, "GET", target, "Accept-Encoding: br, gzip;q=0.8\r\n");
    assert_non_null(http_header(h, "Content-Encoding"));
    assert_string_equal(http_header(h, "Content-Encoding"), "gzip");
    assert_true(h->body_len < plain->body_len / 2);
    char *text = malloc(plain->body_len + 1);
    z_stream z = {.next_in = (Bytef *)h->body,
                  .avail_in = (uInt)h->body_len,
                  .next_out = (Bytef *)text,
                  .avail_out = (uInt)plain->body_len + 1};
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    inflateEnd(&z);
    assert_memory_equal(text, plain->body, plain->body_len);
    free(text);
    http_close(h);
    h = http_ask(server->address, "GET", target, "Accept-Encoding: gzip;q=0\r\n");
    assert_null(http_header(h, "Content-Encoding"));
    http_close(h);
    http_close(plain);
}

static void large_answers_are_packed_if_asked(void **state)
{
    (void)state;
    is_packed_if_asked("/api/v1/openapi.json");
    is_packed_if_asked("/api/v1/vessels");
    is_packed_if_asked("/api/v1/contacts?format=geojson");
    struct http *h = http_ask(server->address, "GET", "/healthz", "Accept-Encoding: gzip\r\n"); /* too short */
    assert_null(http_header(h, "Content-Encoding"));
    http_close(h);
}

/* A message has 30 bits for the number: ten digits that were heard are listed, and can be asked for. */
static void what_is_listed_can_be_opened(void **state)
{
    (void)state;
    server_apply(server, at_position(1073741823, START_US, -80.5, -2.1));
    server_publish(server);
    json_t *list = server_json(server, "/api/v1/vessels?q=1073741823", 200);
    json_t *listed = json_array_get(json_object_get(list, "vessels"), 0);
    assert_int_equal(json_integer_value(json_object_get(listed, "mmsi")), 1073741823);
    json_t *v = server_json(server, "/api/v1/vessels/1073741823", 200);
    assert_int_equal(json_integer_value(json_object_get(v, "mmsi")), 1073741823);
    json_decref(list);
    json_decref(v);
}

static void a_vessel_has_provenance_and_its_trail(void **state)
{
    (void)state;
    for (int i = 1; i <= 10; i++)
        server_apply(server, at_position(735059037, START_US + i * VG_MINUTE_US, -80.1 + i * 0.003, -2.3));
    server_publish(server);
    json_t *v = server_json(server, "/api/v1/vessels/735059037", 200);
    assert_string_equal(text_of(v, "name"), "MANTA EXPRESS");
    json_t *position = json_object_get(json_object_get(v, "reported"), "position");
    assert_string_equal(text_of(position, "source"), "Manta");
    assert_int_equal(json_integer_value(json_object_get(position, "message")), 1);
    json_t *trail = json_object_get(v, "trail"), *point = json_array_get(trail, json_array_size(trail) - 1);
    assert_true(json_array_size(trail) >= 2);
    assert_int_equal(json_array_size(point), 5);
    assert_true(json_number_value(json_array_get(point, 0)) > -80.1); /* the picture keeps a point each kilometre */
    assert_true(json_number_value(json_array_get(point, 2)) > (double)START_US / 1e6 + 60);
    assert_true(json_number_value(json_array_get(point, 3)) == 12.3);
    assert_int_equal(json_integer_value(json_object_get(v, "reports")), 12);
    json_decref(v);
    json_t *trails = server_json(server, "/api/v1/trails?bbox=-81,-3,-80,-2.1&minutes=1440", 200);
    assert_int_equal(json_array_size(json_object_get(trails, "trails")), 1);
    assert_true(json_is_false(json_object_get(trails, "truncated")));
    json_decref(trails);
}

static void a_deaf_owner_costs_the_asker_only(void **state)
{
    (void)state;
    server->deaf = true;
    struct http *asker = malloc(sizeof *asker);
    memset(asker, 0, sizeof *asker);
    asker->fd = http_connect(server->address, 0);
    int64_t begun_us = vg_clock_monotonic_us();
    http_write(asker->fd, "GET /api/v1/vessels/735059037 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    int beside = 0; /* both threads of the pool still work: others are answered while it waits */
    for (struct pollfd p = {.fd = asker->fd, .events = POLLIN}; beside < 20; beside++) {
        json_decref(server_json(server, "/api/v1/status", 200));
        if (poll(&p, 1, 0) != 0)
            break;
    }
    assert_true(beside > 0);
    http_read_head(asker);
    assert_int_equal(asker->status, 503);
    assert_non_null(http_header(asker, "Retry-After"));
    int64_t took_us = vg_clock_monotonic_us() - begun_us;
    assert_true(took_us > 1900000);
    http_close(asker);
    int many[40]; /* more than may wait: the rest is refused at once */
    for (int i = 0; i < 40; i++) {
        many[i] = http_connect(server->address, 0);
        http_write(many[i], "GET /api/v1/trails HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    struct http *last = http_get(server->address, "/metrics");
    http_close(last);
    usleep(300000);
    last = http_get(server->address, "/metrics");
    assert_non_null(strstr(last->body, "vigia_questions 32\n"));
    assert_non_null(strstr(last->body, "vigia_questions_refused_total 8\n"));
    http_close(last);
    for (int i = 0; i < 40; i++) {
        char text[64];
        assert_true(recv(many[i], text, 12, MSG_WAITALL) == 12);
        assert_memory_equal(text, "HTTP/1.1 503", 12);
        close(many[i]);
    }
    server->deaf = false;
}

static void keep_alive_serves_many_requests(void **state)
{
    (void)state;
    struct http *h = calloc(1, sizeof *h);
    h->fd = http_connect(server->address, 0);
    for (int i = 0; i < 50; i++) {
        http_write(h->fd, i % 2 ? "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                : "GET /api/v1/vessels/735059037 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        http_read_head(h);
        assert_int_equal(h->status, 200);
        for (size_t left = h->length; left;) {
            if (h->raw_pos == h->raw_len)
                assert_true(http_more(h));
            size_t n = h->raw_len - h->raw_pos < left ? h->raw_len - h->raw_pos : left;
            h->raw_pos += n;
            left -= n;
        }
    }
    http_close(h);
}

static struct vg_feed_board board_row(const char *name)
{
    struct vg_feed_board f = {.source = 1, .lines = 12, .sentences = 10, .messages = 9, .rate = 1.25, .vessels = 3};
    snprintf(f.spec.name, sizeof f.spec.name, "%s", name);
    snprintf(f.spec.url, sizeof f.spec.url, "tcp://127.0.0.1:5631");
    f.spec.kind = VG_FEED_TCP;
    f.spec.stall_us = 60 * VG_SECOND_US;
    f.status = (struct vg_feed_status){
        .state = VG_FEED_STALLED, .since_us = START_US, .last_us = VG_TIME_NONE, .progress = -1};
    snprintf(f.error, sizeof f.error, "connection refused");
    vg_refuse(&f.refusals, VG_REFUSAL_CHECKSUM, "!AIVDM,\"x\"*00", 13, START_US);
    return f;
}

static void feeds_come_from_the_board(void **state)
{
    (void)state;
    struct vg_feed_board feeds[2] = {board_row("Manta"), board_row("a\"b\\\n\xFF")};
    feeds[1].spec.kind = VG_FEED_FILE;
    feeds[1].status.progress = 0.5;
    vg_api_feeds(server->api, feeds, 2);
    json_t *json = server_json(server, "/api/v1/feeds", 200), *f = json_array_get(json_object_get(json, "feeds"), 0);
    assert_string_equal(text_of(f, "state"), "stalled");
    assert_string_equal(text_of(f, "error"), "connection refused");
    assert_true(json_is_null(json_object_get(f, "last")));
    assert_true(json_is_null(json_object_get(f, "progress")));
    assert_int_equal(json_integer_value(json_object_get(f, "stall_s")), 60);
    assert_true(json_number_value(json_object_get(f, "rate")) == 1.25);
    json_t *r = json_array_get(json_object_get(f, "refused"), 0);
    assert_string_equal(text_of(r, "reason"), "checksum");
    assert_string_equal(text_of(r, "example"), "!AIVDM,\"x\"*00");
    f = json_array_get(json_object_get(json, "feeds"), 1);
    assert_string_equal(text_of(f, "name"), "a\"b\\\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_true(json_number_value(json_object_get(f, "progress")) == 0.5);
    json_t *source = json_array_get(json_object_get(json, "sources"), 0);
    assert_int_equal(json_integer_value(json_object_get(source, "id")), 1);
    assert_string_equal(text_of(source, "feed"), "Manta");
    json_decref(json);
    struct http *h = http_get(server->address, "/metrics");
    assert_non_null(strstr(h->body, "vigia_feed_lines_total{feed=\"Manta\"} 12\n"));
    assert_non_null(strstr(h->body, "vigia_feed_state{feed=\"a\\\"b\\\\\\n?\",state=\"stalled\"} 1\n"));
    assert_non_null(strstr(h->body, "vigia_feed_refused_total{feed=\"Manta\",reason=\"checksum\"} 1\n"));
    http_close(h);
    vg_api_feeds(server->api, NULL, 0);
}

/* Each sample's name stands in a HELP and a TYPE line before it, once. */
static void metrics_are_well_formed(void **state)
{
    (void)state;
    struct http *h = http_get(server->address, "/metrics");
    assert_non_null(strstr(http_header(h, "Content-Type"), "text/plain; version=0.0.4"));
    assert_non_null(strstr(h->body, "vigia_vessels 5\n"));
    assert_non_null(strstr(h->body, "vigia_http_requests_total{route=\"status\",code=\"200\"} "));
    assert_non_null(strstr(h->body, "vigia_picture_reports_total "));
    char name[128] = "", *save = NULL;
    for (char *line = strtok_r(h->body, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        if (strncmp(line, "# HELP ", 7) == 0) {
            snprintf(name, sizeof name, "%.*s", (int)strcspn(line + 7, " "), line + 7);
            line = strtok_r(NULL, "\n", &save);
            assert_memory_equal(line, "# TYPE ", 7);
            assert_memory_equal(line + 7, name, strlen(name));
        } else {
            assert_int_equal(strcspn(line, "{ "), strlen(name));
            assert_memory_equal(line, name, strlen(name));
        }
    }
    http_close(h);
}

static void openapi_lists_every_route(void **state)
{
    (void)state;
    static const char *const paths[] = {"/api/v1/status",
                                        "/api/v1/vessels",
                                        "/api/v1/vessels/{mmsi}",
                                        "/api/v1/contacts",
                                        "/api/v1/contacts/{id}",
                                        "/api/v1/trails",
                                        "/api/v1/feeds",
                                        "/api/v1/stream",
                                        "/api/v1/notices",
                                        "/api/v1/layers",
                                        "/api/v1/layers/{id}",
                                        "/api/v1/history",
                                        "/api/v1/history/block",
                                        "/api/v1/history/region",
                                        "/api/v1/history/vessels",
                                        "/api/v1/history/vessel",
                                        "/api/v1/history/track",
                                        "/api/v1/history/density",
                                        "/api/v1/history/export",
                                        "/api/v1/openapi.json",
                                        "/healthz",
                                        "/api/v1/storage",
                                        "/api/v1/sensors",
                                        "/api/v1/hand",
                                        "/api/v1/areas",
                                        "/api/v1/events",
                                        "/api/v1/events/{id}",
                                        "/api/v1/alerts",
                                        "/api/v1/alerts/{id}",
                                        "/api/v1/alerts/{id}/evidence",
                                        "/api/v1/alerts/rules",
                                        "/api/v1/alerts/precision",
                                        "/api/v1/alerts/handover",
                                        "/metrics",
                                        "/"};
    json_t *json = server_json(server, "/api/v1/openapi.json", 200), *all = json_object_get(json, "paths");
    assert_string_equal(text_of(json, "openapi"), "3.1.0");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        json_t *get = json_object_get(json_object_get(all, paths[i]), "get");
        if (!get)
            fail_msg("%s is missing", paths[i]);
        assert_non_null(text_of(get, "operationId"));
    }
    assert_non_null(json_object_get(json_object_get(all, "/api/v1/alerts/silence"), "post"));
    assert_non_null(json_object_get(json_object_get(all, "/api/v1/cases"), "post"));
    assert_int_equal(json_object_size(all), sizeof paths / sizeof *paths + 2);
    /* what /vessels answers is described */
    json_t *vessel = json_object_get(
        json_object_get(json_object_get(json_object_get(json, "components"), "schemas"), "Vessel"), "properties");
    json_t *page = server_json(server, "/api/v1/vessels", 200), *v = find(page, 735059037), *value;
    const char *key;
    json_object_foreach(v, key, value) if (!json_object_get(vessel, key)) fail_msg("%s is not described", key);
    json_decref(page);
    json_decref(json);
}

static void health(void **state)
{
    (void)state;
    struct http *h = http_get(server->address, "/healthz");
    assert_int_equal(h->status, 200);
    assert_string_equal(h->body, "ok\n");
    http_close(h);
}

static void bad_addresses_are_told_apart(void **state)
{
    (void)state;
    struct vg_api *s;
    const char *why = NULL;
    struct vg_api_options o = server_options();
    static const char *const bad[] = {"8080", "127.0.0.1", "127.0.0.1:", "::1:80", "[::1:80", "127.0.0.1:99999", ":80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        o.listen = bad[i];
        assert_int_equal(vg_api_start(&o, server->picture, &server->sources, server_wake, server, &s, &why), VG_ARG);
        assert_non_null(why);
    }
    o.listen = server->address;
    assert_int_equal(vg_api_start(&o, server->picture, &server->sources, server_wake, server, &s, &why), VG_IO);
    assert_non_null(strstr(why, " is in use: give another with --listen ADDRESS:PORT"));
    o.listen = "0.0.0.0:0";
    assert_int_equal(vg_api_start(&o, server->picture, &server->sources, server_wake, server, &s, &why), VG_ARG);
    assert_non_null(strstr(why, "--trust-network"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_tells_what_the_page_needs),
        cmocka_unit_test(vessels_have_their_fields),
        cmocka_unit_test(hostile_names_are_valid_json),
        cmocka_unit_test(filters),
        cmocka_unit_test(geojson_is_a_feature_collection),
        cmocka_unit_test(bad_questions_get_helpful_answers),
        cmocka_unit_test(only_get_and_head),
        cmocka_unit_test(security_headers_are_everywhere),
        cmocka_unit_test(names_of_others_are_refused_on_loopback),
        cmocka_unit_test(one_answer_is_written_for_all_who_ask_the_same),
        cmocka_unit_test(etags_save_the_body),
        cmocka_unit_test(large_answers_are_packed_if_asked),
        cmocka_unit_test(a_vessel_has_provenance_and_its_trail),
        cmocka_unit_test(keep_alive_serves_many_requests),
        cmocka_unit_test(a_deaf_owner_costs_the_asker_only),
        cmocka_unit_test(feeds_come_from_the_board),
        cmocka_unit_test(metrics_are_well_formed),
        cmocka_unit_test(openapi_lists_every_route),
        cmocka_unit_test(health),
        cmocka_unit_test(bad_addresses_are_told_apart),
        cmocka_unit_test(what_is_listed_can_be_opened),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
