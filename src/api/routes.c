/* The routes, one row each: the dispatch, the checks before a handler, OpenAPI and the metrics are made from them. */
#include "api/inner.h"

#define P(name) (1u << VG_PARAM_##name)
#define GET     VG_METHOD_GET
#define POST    VG_METHOD_POST
#define ANYONE  VG_PERMISSION_ANYONE
#define NONE                                                                                                           \
    {                                                                                                                  \
        NULL, 0                                                                                                        \
    } /* no body */
#define JSON   "application/json"
#define BINARY "application/octet-stream"
#define VESSEL_PARAMS                                                                                                  \
    (P(BBOX) | P(CLASS) | P(STATUS) | P(FLAG) | P(MIN_SPEED) | P(MAX_SPEED) | P(TYPE) | P(Q) | P(LIMIT) | P(FORMAT))

const struct vg_param_row vg_params[VG_PARAM_COUNT] = {
#define X(id, name, type, text) {name, type, text},
    VG_PARAM_LIST(X)
#undef X
};

const struct vg_route vg_routes[] = {
    {GET, "/api/v1/status", ANYONE, 0, NONE, vg_handle_status, "status",
     "Version, clock, limits and what the page needs to begin", JSON, "Status"},
    {GET, "/api/v1/vessels", ANYONE, VESSEL_PARAMS, NONE, vg_handle_vessels, "vessels",
     "All vessels that fit the filters", JSON, "Vessels"},
    {GET, "/api/v1/vessels/{mmsi}", ANYONE, 0, NONE, vg_handle_vessel, "vessel",
     "One vessel: who said each field and when, its trail, positions held apart", JSON, "VesselDetail"},
    {GET, "/api/v1/contacts", ANYONE, VESSEL_PARAMS, NONE, vg_handle_contacts, "contacts",
     "All contacts that fit the filters, with what they claim to be", JSON, "Contacts"},
    {GET, "/api/v1/contacts/{id}", ANYONE, 0, NONE, vg_handle_contact, "contact",
     "One contact: its claims, who said each field and when, its trail", JSON, "ContactDetail"},
    {GET, "/api/v1/trails", ANYONE, P(BBOX) | P(CLASS) | P(MINUTES), NONE, vg_handle_trails, "trails",
     "The trails of the vessels now inside a box", JSON, "Trails"},
    {GET, "/api/v1/feeds", ANYONE, 0, NONE, vg_handle_feeds, "feeds",
     "Feeds with state, counts and what was refused; sources", JSON, "Feeds"},
    {GET, "/api/v1/sensors", ANYONE, 0, NONE, vg_handle_sensors, "sensors",
     "Sensors that measure: coverage, health, what was learnt of them, their bias", JSON, "Sensors"},
    {GET, "/api/v1/hand", ANYONE, P(CONTACT), NONE, vg_handle_hand, "hand",
     "What operators did: of one contact, or of all, the newest 500", JSON, "Hand"},
    {POST,
     "/api/v1/hand",
     ANYONE,
     0,
     {"HandRequest", 4096},
     vg_handle_act,
     "act",
     "An operator begins, names, classifies, merges, splits, drops, corrects or keeps a contact, or undoes that",
     JSON,
     "HandAction"},
    {GET, "/api/v1/storage", ANYONE, 0, NONE, vg_handle_storage, "storage",
     "The data folder: journal, archive, and whether the disk takes it", JSON, "Storage"},
    {GET, "/api/v1/stream", ANYONE, P(BBOX) | P(CLASS) | P(VERSION), NONE, vg_handle_stream, "stream",
     "Live binary stream of the vessels (docs/formats/stream.md)", "application/octet-stream", NULL},
    {GET, "/api/v1/notices", ANYONE, 0, NONE, vg_handle_notices, "events",
     "Server-sent events: hello, feed, distress, storage, clock, track. Last-Event-ID resumes", "text/event-stream",
     NULL},
    {GET, "/api/v1/layers", ANYONE, 0, NONE, vg_handle_layers, "layers", "The chart layers of this installation", JSON,
     "Layers"},
    {GET, "/api/v1/layers/{id}", ANYONE, 0, NONE, vg_handle_layer, "layer", "One layer as GeoJSON",
     "application/geo+json", "GeoJSON"},
    {GET, "/api/v1/history", ANYONE, 0, NONE, vg_handle_history, "history",
     "What the archive has: span, hours, what is final", JSON, "History"},
    {GET, "/api/v1/history/block", ANYONE, P(BBOX) | P(FROM) | P(SECONDS) | P(STEP) | P(REV), NONE, vg_handle_history,
     "historyBlock", "The positions of a region in a block of time, for playback (docs/formats/history.md)", BINARY,
     NULL},
    {GET, "/api/v1/history/region", ANYONE, VESSEL_PARAMS | P(AT) | P(REV), NONE, vg_handle_history, "historyRegion",
     "The state of a region at one moment", JSON, "HistoryRegion"},
    {GET, "/api/v1/history/vessels", ANYONE, P(BBOX) | P(FROM) | P(REV), NONE, vg_handle_history, "historyVessels",
     "Who the vessels were that were in a region during an hour", JSON, "HistoryVessels"},
    {GET, "/api/v1/history/vessel", ANYONE, P(MMSI) | P(AT) | P(MINUTES), NONE, vg_handle_history, "historyVessel",
     "One vessel at one moment: who had said each field and when, its trail", JSON, "VesselDetail"},
    {GET, "/api/v1/history/track", ANYONE, P(MMSI) | P(FROM) | P(TO) | P(STEP) | P(FORMAT), NONE, vg_handle_history,
     "historyTrack", "One vessel's track", JSON, "HistoryTrack"},
    {GET, "/api/v1/history/density", ANYONE, P(BBOX) | P(FROM) | P(TO) | P(CELL) | P(MIN_SPEED) | P(FORMAT) | P(REV),
     NONE, vg_handle_history, "historyDensity", "Minutes in which vessels were heard, counted on a grid", JSON,
     "HistoryDensity"},
    {GET, "/api/v1/history/export", ANYONE, P(BBOX) | P(FROM) | P(TO) | P(MMSI) | P(STEP) | P(FORMAT), NONE,
     vg_handle_history, "historyExport", "The positions of a region and time, as a file", "text/csv", NULL},
    {GET, "/api/v1/openapi.json", ANYONE, 0, NONE, vg_handle_openapi, "openapi", "This description", JSON, "OpenAPI"},
    {GET, "/healthz", ANYONE, 0, NONE, vg_handle_health, "healthz",
     "\"ok\", or 503 if the picture is no longer published", "text/plain", NULL},
    {GET, "/metrics", ANYONE, 0, NONE, vg_handle_metrics, "metrics", "Counters for Prometheus",
     "text/plain; version=0.0.4", NULL},
    {GET, VG_PATH_REST, ANYONE, 0, NONE, vg_handle_page, "page", "The page and its files", "text/html", NULL},
    {0},
};
