/* /api/v1/openapi.json: made of the route table once, at the start. */
#include <jansson.h>
#include <stdlib.h>

#include "api/inner.h"

/*
 * The schemas of answers, one row a property: schema, property, type, description. A type in [ ] is an array of it,
 * "#X" refers to schema X, "any" is a value of any type, "?" ends what may be null.
 */
static const struct row {
    const char *schema, *name, *type, *text;
} rows[] = {
    {"Error", "error", "#ErrorBody", "What was wrong"},
    {"ErrorBody", "code", "string", "For programs"},
    {"ErrorBody", "message", "string", "For people"},

    {"Status", "version", "string", "Of the program"},
    {"Status", "title", "string", "Of the installation"},
    {"Status", "demo", "boolean", "The data is invented"},
    {"Status", "clock", "string", "wall, or data: the time is that of a recording"},
    {"Status", "time", "time", "The picture's time"},
    {"Status", "epoch", "string", "16 hexadecimal digits, others after each start"},
    {"Status", "seq", "integer", "Number of the newest picture"},
    {"Status", "started", "time", "When the server began"},
    {"Status", "vessels", "integer", "In the picture"},
    {"Status", "limits", "#Limits", "How much this server takes"},
    {"Status", "view", "#View?", "Where the page should begin"},
    {"Status", "stream", "string", "Address of the live stream"},
    {"Limits", "vessels", "integer", "In the picture"},
    {"Limits", "streams", "integer", "Readers of the live stream"},
    {"View", "lon", "number", "Degrees"},
    {"View", "lat", "number", "Degrees"},
    {"View", "zoom", "number", "As web maps count it"},

    {"Vessels", "vessels", "[#Vessel]", "Those that fit"},
    {"Vessels", "time", "time", "The picture's time"},
    {"Vessels", "seq", "integer", "Number of the picture"},
    {"Vessels", "total", "integer", "How many fit"},
    {"Vessels", "count", "integer", "How many are given: fewer than total if limit cut them"},
    {"Vessel", "mmsi", "integer", "Claimed identity"},
    {"Vessel", "contact", "string", "Id of the contact, 16 hexadecimal digits; live answers only"},
    {"Vessel", "status_unconfirmed", "boolean", "Status 14 from what is no distress device: never an alarm"},
    {"Vessel", "class", "string", "unknown, a, b, base, aton, sar, sart, mob, epirb, aux, handheld"},
    {"Vessel", "name", "string", ""},
    {"Vessel", "callsign", "string", ""},
    {"Vessel", "imo", "integer", "IMO number"},
    {"Vessel", "flag", "string", "Country of the MMSI, ISO 3166-1 alpha-2"},
    {"Vessel", "shiptype", "integer", "ITU-R M.1371-5, table 53"},
    {"Vessel", "lon", "number", "Degrees, east positive"},
    {"Vessel", "lat", "number", "Degrees, north positive"},
    {"Vessel", "speed", "number", "Over ground, knots; 102.2 is that or more"},
    {"Vessel", "course", "number", "Over ground, degrees"},
    {"Vessel", "heading", "integer", "True, degrees"},
    {"Vessel", "turn", "number", "Rate of turn, degrees a minute, starboard positive"},
    {"Vessel", "turning", "string", "port or starboard: faster than 5 degrees in 30 s, rate not known"},
    {"Vessel", "status", "integer", "Navigational status, ITU-R M.1371-5, table 45"},
    {"Vessel", "altitude", "integer", "Metres; aircraft"},
    {"Vessel", "destination", "string", "As typed on board"},
    {"Vessel", "eta", "string", "MM-DDThh:mmZ or MM-DD"},
    {"Vessel", "draught", "number", "Metres"},
    {"Vessel", "to_bow", "integer", "Metres from the antenna"},
    {"Vessel", "to_stern", "integer", "Metres from the antenna"},
    {"Vessel", "to_port", "integer", "Metres from the antenna"},
    {"Vessel", "to_starboard", "integer", "Metres from the antenna"},
    {"Vessel", "length", "integer", "Metres"},
    {"Vessel", "beam", "integer", "Metres"},
    {"Vessel", "time", "time", "Of the position"},
    {"Vessel", "heard", "time", "When anything was last heard"},
    {"Vessel", "source", "string", "Who gave the position"},
    {"Vessel", "distress", "string", "active or test; absent otherwise"},
    {"Vessel", "text", "string", "Safety text"},
    {"Vessel", "aid_type", "integer", "Aids to navigation: ITU-R M.1371-5, table 71"},
    {"Vessel", "virtual", "boolean", "An aid that is only broadcast"},
    {"Vessel", "off_position", "boolean", "An aid that drifted"},
    {"Vessel", "mothership_mmsi", "integer", "Of an auxiliary craft"},
    {"Vessel", "time_source", "string",
     "Of the past: received, tag, line, neighbour, given, or file: undated; absent: not known"},
    {"VesselMore", "reported", "object", "For each field: value, time, source, message, and offset in the journal"},
    {"VesselMore", "trail", "[array]", "[lon, lat, unix seconds, speed or null, course or null], oldest first"},
    {"VesselMore", "breaks", "[integer]", "Indexes of trail points that no line leads to"},
    {"VesselMore", "trail_dropped", "integer", "Older points no longer kept"},
    {"VesselMore", "held", "#Held", "Positions no vessel could have reached, held apart"},
    {"VesselMore", "reports", "integer", "Applied in all"},
    {"Held", "count", "integer", "How many in all"},
    {"Held", "lon", "number", "Of the newest, degrees"},
    {"Held", "lat", "number", "Of the newest, degrees"},
    {"Held", "time", "time", "Of the newest"},

    {"Contacts", "contacts", "[#Contact]", "Those that fit"},
    {"Contacts", "time", "time", "The picture's time"},
    {"Contacts", "seq", "integer", "Number of the picture"},
    {"Contacts", "total", "integer", "How many fit"},
    {"Contacts", "count", "integer", "How many are given: fewer than total if limit cut them"},
    {"ContactHead", "id", "string", "16 hexadecimal digits; never given twice"},
    {"ContactHead", "claims", "[#Claim]", "What it is called, and who says so"},
    {"Claim", "kind", "string", "mmsi, imo, sensor-track (a radar's own number), name and kind (by operators)"},
    {"Claim", "value", "any", "A number, or of name and kind a text"},
    {"Claim", "source", "string", "Who said it last: a feed, of sensor-track the sensor, operator"},
    {"Claim", "who", "string", "name, kind: which operator"},
    {"ContactMore", "track", "#Track?", "What sensors that measure make of it; null: none follows it"},
    {"ContactMore", "hand", "[#HandAction]", "What operators did to it, the newest first"},
    {"Claim", "time", "time", "When"},
    {"Claim", "probability", "number", "0-1, that it is true of this contact"},

    {"Trails", "trails", "[#Trail]", ""},
    {"Trails", "truncated", "boolean", "There were more than 2 000 vessels or 100 000 points"},
    {"Trail", "mmsi", "integer", "0: the contact claims none"},
    {"Trail", "contact", "string", "The contact's id, of one that claims none"},
    {"Trail", "points", "[array]", "[lon, lat, unix seconds], oldest first"},
    {"Trail", "breaks", "[integer]", "Indexes of points that no line leads to"},

    {"Hand", "time", "time", "The picture's time"},
    {"Hand", "hand", "[#HandAction]", "The newest first"},
    {"HandAction", "id", "integer", "Of the action"},
    {"HandAction", "time", "time", "When it was done"},
    {"HandAction", "action", "string", "start, name, classify, merge, split, drop, correct, keep, release, undo"},
    {"HandAction", "contact", "string", "The contact's id"},
    {"HandAction", "other", "string", "merge: the id of the other one"},
    {"HandAction", "undoes", "integer", "undo: of which action"},
    {"HandAction", "lat", "number", "start, correct"},
    {"HandAction", "lon", "number", "start, correct"},
    {"HandAction", "speed_kn", "number", "start"},
    {"HandAction", "course_deg", "number", "start"},
    {"HandAction", "name", "string", "name"},
    {"HandAction", "kind", "string",
     "classify: small-craft, fishing, cargo, tanker, passenger, tug, sailing, patrol, …"},
    {"HandAction", "who", "string", "Who did it"},
    {"HandAction", "why", "string", "Their reason"},
    {"HandAction", "undone", "boolean", ""},
    {"HandAction", "journal_offset", "integer?", "Where it stands in the journal"},
    {"HandRequest", "action", "string", "As in HandAction, with what this action needs (docs/formats/hand.md)"},
    {"HandRequest", "contact", "string", "The contact's id"},
    {"HandRequest", "who", "string", "Who does it, at most 63 bytes"},
    {"HandRequest", "why", "string", "The reason, at most 199 bytes"},
    {"Sensors", "time", "time", "The picture's time"},
    {"Sensors", "sensors", "[#Sensor]", "In the order of their numbers"},
    {"Sensor", "id", "integer", "Its bit in the stream's `seen_by`; bit 0 is AIS"},
    {"Sensor", "name", "string", ""},
    {"Sensor", "kind", "string", "radar, direction-finder"},
    {"Sensor", "feed", "string", "That brings it"},
    {"Sensor", "lat", "number?", ""},
    {"Sensor", "lon", "number?", ""},
    {"Sensor", "moving", "boolean", "It says itself where it is"},
    {"Sensor", "height_m", "number?", "Of the antenna above the sea"},
    {"Sensor", "target_height_m", "number?", "Of what is looked for"},
    {"Sensor", "range_m", "number", "As described"},
    {"Sensor", "reach_m", "number", "Range, or the horizon if that is nearer"},
    {"Sensor", "period_s", "number", "Of a scan"},
    {"Sensor", "sigma_range_m", "number", "One standard deviation"},
    {"Sensor", "sigma_bearing_deg", "number", "One standard deviation"},
    {"Sensor", "detection_probability", "number", "Of one scan, as described"},
    {"Sensor", "state", "string", "live; silent: ten scans, 30 s at least, without a word; never: nothing came yet"},
    {"Sensor", "heard", "time?", "Its newest measurement"},
    {"Sensor", "plots", "integer", "Measurements so far"},
    {"Sensor", "tracks", "integer", "That it holds now"},
    {"Sensor", "false_plots", "integer", "Measurements that belong to no track"},
    {"Sensor", "clock_wrong", "integer", "Its clock can't be right: when they came is taken"},
    {"Sensor", "late", "integer", "Too old to be used"},
    {"Sensor", "refused", "integer", "Out of what it covers, or not usable"},
    {"Sensor", "learnt", "#SensorLearnt?", "What was found of it; null: nothing yet"},
    {"Sensor", "bias", "#SensorBias?",
     "What ships that say where they are tell of its errors; taken out. null: not yet"},
    {"Sensor", "outline", "[array]", "What it covers: rings of [lon, lat], closed"},
    {"SensorLearnt", "detection_probability", "number", "Of one scan"},
    {"SensorLearnt", "clutter_per_scan", "number?", "False plots of one scan"},
    {"SensorBias", "range_m", "number", "How much too far it measures"},
    {"SensorBias", "range_sigma_m", "number?", "One standard deviation of the estimate"},
    {"SensorBias", "bearing_deg", "number?", "How far its bearings are turned clockwise"},
    {"SensorBias", "bearing_sigma_deg", "number?", ""},
    {"SensorBias", "time_s", "number?", "How late its clock is"},
    {"SensorBias", "time_sigma_s", "number?", ""},
    {"SensorBias", "pairs", "integer", "Ships and echoes that it rests on"},
    {"Track", "number", "integer", "Ours, never given twice by one run"},
    {"Track", "time", "time", "The moment of this estimate"},
    {"Track", "lat", "number", ""},
    {"Track", "lon", "number", ""},
    {"Track", "existence", "number", "0-1: that there is a thing"},
    {"Track", "sigma_major_m", "number", "One standard deviation along the longer axis of where it is"},
    {"Track", "sigma_minor_m", "number", ""},
    {"Track", "orientation_deg", "number", "Of the longer axis, true"},
    {"Track", "speed_kn", "number", ""},
    {"Track", "course_deg", "number", ""},
    {"Track", "sigma_speed_kn", "number", ""},
    {"Track", "sigma_course_deg", "number", ""},
    {"Track", "length_m", "number?", "As radars measure it"},
    {"Track", "began", "time", "Its first measurement"},
    {"Track", "seen", "time", "Its newest measurement"},
    {"Track", "seen_by", "[string]", "ais, or names of sensors"},
    {"Track", "sensor_tracks", "[#SensorTrack]", "The sensors' own numbers of it"},
    {"Track", "mmsi", "integer?", "Bound to it"},
    {"Track", "log_ratio", "number?", "Of the binding: natural logarithm of the likelihood ratio"},
    {"Track", "facts", "[string]", "unseen, dark, two-claims, two-echoes (docs/tracking.md)"},
    {"Track", "kept", "boolean", "By an operator's hand"},
    {"Track", "airborne", "boolean", "An aircraft"},
    {"Track", "altitude_ft", "integer?", ""},
    {"Track", "journal_offset", "integer?", "Of its newest measurement"},
    {"Track", "began_offset", "integer?", "Of its first"},
    {"Track", "timeline", "[#Held]", "Which sensor held it when, the newest twelve spans"},
    {"SensorTrack", "sensor", "string", ""},
    {"SensorTrack", "track", "integer", ""},
    {"Held", "sensor", "string", ""},
    {"Held", "from", "time", ""},
    {"Held", "to", "time", ""},

    {"Feeds", "time", "time", "The picture's time"},
    {"Feeds", "feeds", "[#Feed]", ""},
    {"Feeds", "sources", "[#Source]", "What the numbers in the stream's `source` mean"},
    {"Feed", "name", "string", ""},
    {"Feed", "url", "string", ""},
    {"Feed", "state", "string", "connecting, live, stalled, down, ended"},
    {"Feed", "since", "time?", "Of the state"},
    {"Feed", "last", "time?", "Of the last byte"},
    {"Feed", "language", "string", "How its bytes are read: nmea, asterix"},
    {"Feed", "stall_s", "integer", "Silence after which it counts as stalled; 0: never"},
    {"Feed", "bytes", "integer", ""},
    {"Feed", "lines", "integer", ""},
    {"Feed", "sentences", "integer", ""},
    {"Feed", "messages", "integer", ""},
    {"Feed", "lost", "integer", "Pieces of bytes that were not decoded for want of memory"},
    {"Feed", "duplicates", "integer", "Messages that were heard before: the same transmission again, left out"},
    {"Feed", "rate", "number", "Messages a second over the last minute"},
    {"Feed", "vessels", "integer", "Whose position came from it last"},
    {"Feed", "reconnects", "integer", ""},
    {"Feed", "rejected", "integer", "Senders over the limit; as refused_connections"},
    {"Feed", "refused_connections", "integer", "Senders over the limit, of the feed or of their address, closed"},
    {"Feed", "dropped", "integer", "UDP: datagrams that came faster than they were read"},
    {"Feed", "given_way", "integer", "Silent senders that were closed for newcomers"},
    {"Feed", "connections", "integer", "Senders connected"},
    {"Feed", "error", "string?", ""},
    {"Feed", "refused", "[#Refused]", "What could not be used, by reason"},
    {"Feed", "progress", "number?", "Files: 0-1"},
    {"Refused", "reason", "string", "For programs"},
    {"Refused", "text", "string", "For people"},
    {"Refused", "count", "integer", ""},
    {"Refused", "example", "string", "The newest such line"},
    {"Refused", "time", "time?", "Of the example"},
    {"Source", "id", "integer", ""},
    {"Source", "name", "string", ""},
    {"Source", "feed", "string", "The feed's name"},

    {"Storage", "kept", "boolean", "false: nothing is kept, and the rest is absent"},
    {"Storage", "state", "string", "ok; failing: the picture is live, but what comes may not be kept"},
    {"Storage", "error", "string?", "Of the journal's disk, while it fails"},
    {"Storage", "failing_since", "time?", ""},
    {"Storage", "archive_error", "string?", "While the archive can't be written; it catches up later"},
    {"Storage", "archived_until", "time?", "Everything received up to then is in the archive"},
    {"Storage", "saved", "time?", "The state for a quick start"},
    {"Storage", "damage", "[#Damage]", "The newest files that were found lost or damaged, 16 at most"},
    {"Storage", "repair", "string",
     "The command that tells what is lost and mends the rest; only if something is damaged"},
    {"Damage", "what", "string", "archive, journal, state, key, ledger, clock"},
    {"Damage", "path", "string", "In the data folder"},
    {"Damage", "error", "string", "A sentence"},
#define X(name, kind, suffix, text) {"Storage", #name, "integer", text},
    VG_STORAGE_LIST(X)
#undef X

        {"History", "archive", "boolean", "There is one"},
    {"History", "from", "time?", "Beginning of the first hour, not before 1990"},
    {"History", "to", "time?", "End of the last hour that has begun by now"},
    {"History", "last", "time?", "Of the newest position; never after now"},
    {"History", "final", "time?", "What is before this changes no more"},
    {"History", "hours", "[array]", "[unix seconds, bytes, rev] of each hour that has something"},
    {"History", "absurd_hours", "integer", "Hours before 1990 or after now that have something, left out"},
    {"HistoryRegion", "vessels", "[#Vessel]", "Those whose newest position is inside, as they were at that moment"},
    {"HistoryRegion", "time", "time", "The moment"},
    {"HistoryRegion", "total", "integer", "How many fit"},
    {"HistoryRegion", "count", "integer", "How many are given: fewer than total if limit cut them"},
    {"HistoryVessels", "vessels", "[#Vessel]", "Without positions"},
    {"HistoryVessels", "from", "time", "Beginning of the hour"},
    {"HistoryVessels", "count", "integer", ""},
    {"HistoryTrack", "vessel", "#Vessel", "Who it was at the end"},
    {"HistoryTrack", "from", "time", ""},
    {"HistoryTrack", "to", "time", ""},
    {"HistoryTrack", "points", "[#Position]", "In the order of time"},
    {"HistoryTrack", "count", "integer", ""},
    {"Position", "lon", "number", "Degrees, east positive"},
    {"Position", "lat", "number", "Degrees, north positive"},
    {"Position", "name", "string", "The vessel's at that time"},
    {"Position", "time", "time", "When it was received"},
    {"Position", "time_source", "string", "received, tag, line, neighbour, given, or file: undated; absent: not known"},
    {"Position", "speed", "number", "Over ground, knots"},
    {"Position", "course", "number", "Over ground, degrees"},
    {"Position", "heading", "integer", "True, degrees"},
    {"Position", "turn", "number", "Rate of turn, degrees a minute, starboard positive"},
    {"Position", "turning", "string", "port or starboard: faster than 5 degrees in 30 s, rate not known"},
    {"Position", "status", "integer", "Navigational status"},
    {"Position", "message", "integer", "AIS message type; 0: another sensor"},
    {"Position", "accurate", "boolean", "Better than 10 m"},
    {"Position", "source", "string", "Who gave it"},
    {"Position", "place", "integer", "Where its first sentence stands in the journal"},
    {"HistoryDensity", "from", "time", ""},
    {"HistoryDensity", "to", "time", ""},
    {"HistoryDensity", "west", "number", "Of the first column, degrees"},
    {"HistoryDensity", "south", "number", "Of the first row, degrees"},
    {"HistoryDensity", "cell", "number", "Side of a cell, degrees"},
    {"HistoryDensity", "columns", "integer", "Eastward"},
    {"HistoryDensity", "rows", "integer", "Northward"},
    {"HistoryDensity", "filled", "integer", "Cells that are not empty"},
    {"HistoryDensity", "most", "integer", "Minutes in the fullest cell"},
    {"HistoryDensity", "minutes", "integer", "In all cells"},
    {"HistoryDensity", "reports", "integer", "Positions looked at"},
    {"HistoryDensity", "cells", "[array]", "[column, row, minutes] of those that are not empty"},

    {"History", "partial", "boolean", "true: files of the archive are missing or can't be read; else absent"},
    {"History", "unread", "integer", "How many, then"},
    {"HistoryRegion", "partial", "boolean", "true: files of the archive are missing or can't be read; else absent"},
    {"HistoryRegion", "unread", "integer", "How many, then"},
    {"HistoryVessels", "partial", "boolean", "true: files of the archive are missing or can't be read; else absent"},
    {"HistoryVessels", "unread", "integer", "How many, then"},
    {"HistoryTrack", "partial", "boolean", "true: files of the archive are missing or can't be read; else absent"},
    {"HistoryTrack", "unread", "integer", "How many, then"},
    {"HistoryDensity", "partial", "boolean", "true: files of the archive are missing or can't be read; else absent"},
    {"HistoryDensity", "unread", "integer", "How many, then"},

    {"Events", "events", "[#Event]", "The newest begin first"},
    {"Events", "count", "integer", ""},
    {"Events", "next", "string?", "`after` of the next page; null: these were the last"},
    {"Event", "id", "string", "16 hexadecimal digits; the same in every replay"},
    {"Event", "kind", "string", "gap, disabling, encounter, loitering, … (docs/formats/alerts.md)"},
    {"Event", "state", "string", "ongoing, ended, withdrawn: later data took it back"},
    {"Event", "revision", "integer", "Counts up; the newest holds"},
    {"Event", "begin", "time", "Data time"},
    {"Event", "end", "time", "Of its newest report, or its end"},
    {"Event", "told", "time", "Data time at which it was found or revised"},
    {"Event", "lon", "number?", "Degrees"},
    {"Event", "lat", "number?", "Degrees"},
    {"Event", "mmsi", "[integer]", "Of its contacts"},
    {"Event", "contacts", "[string]", "Their ids"},
    {"Event", "confidence", "number?", "0-1"},
    {"Event", "numbers", "object", "For each key value, limit (null: none) and unit: what decided"},
    {"Event", "places", "[integer]", "Offsets in the journal that prove it"},
    {"Event", "reports", "integer", "That it rests on; more than `places` if not all are named"},
    {"Event", "text", "string", "What it is about: an area, a list; may be empty"},
    {"Event", "innocent", "[string]", "Keys of innocent explanations"},
    {"Event", "exercise", "boolean", "Of an exercise or a simulation"},
    {"EventMore", "vessels", "[#AlertVessel]", "Who they were then"},
    {"EventMore", "alerts", "[#Alert]", "That rules made of it"},
    {"Alerts", "time", "time?", "Data time"},
    {"Alerts", "alerts", "[#Alert]", "The most urgent first, of those who waits longest"},
    {"Alerts", "total", "integer", "How many fit"},
    {"Alerts", "count", "integer", "How many are given"},
    {"Alert", "id", "string", "16 hexadecimal digits, made of event and rule"},
    {"Alert", "rule", "string", ""},
    {"Alert", "kind", "string", "Of its event"},
    {"Alert", "severity", "string", "information, caution, warning, distress"},
    {"Alert", "state", "string", "open, acknowledged, confirmed (as observed), dismissed, withdrawn, silenced, held"},
    {"Alert", "for", "string?", "A role"},
    {"Alert", "opened", "time", "Data time"},
    {"Alert", "opened_host", "time", "By this machine's clock"},
    {"Alert", "changed", "time", "Data time of the last step"},
    {"Alert", "due", "time?", "When it is escalated if nobody looks"},
    {"Alert", "escalated", "time?", ""},
    {"Alert", "owner", "string?", "Who took or decided it"},
    {"Alert", "reason", "string?", ""},
    {"Alert", "exercise", "boolean", ""},
    {"Alert", "vessels", "[#AlertVessel]", ""},
    {"Alert", "event", "#Event", ""},
    {"AlertVessel", "contact", "string?", "Its id"},
    {"AlertVessel", "mmsi", "integer?", ""},
    {"AlertVessel", "class", "string", ""},
    {"AlertVessel", "name", "string", ""},
    {"AlertVessel", "flag", "string", ""},
    {"AlertVessel", "shiptype", "integer", ""},
    {"AlertVessel", "length", "integer", "Metres"},
    {"AlertMore", "evidence", "#AlertEvidence", "Where it is proved"},
    {"AlertMore", "reception", "object", "Numbers that say how well it could be heard there, by whom, and the ends"},
    {"AlertMore", "history", "[#AlertStep]", "The oldest first"},
    {"AlertMore", "risk", "[#Risk]", "Of each contact, with its parts"},
    {"AlertEvidence", "places", "[integer]", "Offsets in the journal"},
    {"AlertEvidence", "reports", "integer", ""},
    {"AlertEvidence", "all_named", "boolean", "`places` has all reports"},
    {"AlertEvidence", "bundle", "boolean", "/api/v1/alerts/{id}/evidence gives a bundle now"},
    {"AlertEvidence", "why", "string?", "If not: no_journal, no_places, not_signed_yet, not_kept"},
    {"AlertEvidence", "sentences", "[#AlertSentence]", "What was received at the places, in their order"},
    {"AlertSentence", "place", "integer", "Offset in the journal"},
    {"AlertSentence", "time", "time?", "When it was received; null: it can't be read"},
    {"AlertSentence", "source", "string", "By whom"},
    {"AlertSentence", "sentence", "string?", "As received, fragments with line ends between; null: it is no text"},
    {"AlertSentence", "bytes", "string", "Then: hexadecimal"},
    {"AlertSentence", "own_time", "time", "Of its tag block"},
    {"CaseRequest", "name", "string", "At most 199 bytes"},
    {"CaseRequest", "notes", "string", "At most 20000 bytes"},
    {"CaseRequest", "who", "string", "Who makes it, at most 63 bytes"},
    {"CaseRequest", "language", "string", "es or en (default) of the exhibit"},
    {"CaseRequest", "alerts", "[string]", "Ids, at most 200"},
    {"Bundle", "vigia_evidence", "integer", "1: docs/formats/journal.md"},
    {"Bundle", "origin", "string", "Name of the journal's keys"},
    {"Bundle", "keys", "[string]", "Public keys: have them from elsewhere, too"},
    {"Bundle", "checkpoint", "string", "Signed note"},
    {"Bundle", "first", "integer", "Number of the journal's first frame; absent: 0"},
    {"Bundle", "frames", "[object]", "number, entry, proof, payload, records"},
    {"AlertStep", "what", "string",
     "opened, acknowledged, confirmed, dismissed, noted, reopened, escalated, withdrawn, …"},
    {"AlertStep", "state", "string", "After it"},
    {"AlertStep", "who", "string?", "null: the data"},
    {"AlertStep", "why", "string?", ""},
    {"AlertStep", "host_time", "time", ""},
    {"AlertStep", "time", "time", "Data time"},
    {"Risk", "contact", "string?", ""},
    {"Risk", "mmsi", "integer?", ""},
    {"Risk", "parts", "[object]", "event, kind, confidence, weight, age_days, dismissed, part"},
    {"Risk", "value", "number", "1 - product of (1 - part): a convention for sorting, not a probability"},
    {"AlertRules", "rules", "[object]", "name, kinds, severity, for, enabled, …, and what each told"},
    {"AlertRules", "text", "string", "All as YAML"},
    {"AlertRules", "changes", "[object]", "Who changed what, the newest first"},
    {"AlertRules", "mutes", "[object]", "What is muted, from when to when"},
    {"AlertPrecision", "rules", "[object]", "rule, opened, confirmed, dismissed, precision, days"},
    {"AlertRequest", "action", "string", "acknowledge, confirm, dismiss, note, reopen"},
    {"AlertRequest", "who", "string", "Who does it, at most 63 bytes"},
    {"AlertRequest", "reason", "string", "At most 399 bytes; dismiss, note and reopen need it"},
    {"AlertRulesRequest", "rule", "string", "With `enabled`: which"},
    {"AlertRulesRequest", "enabled", "boolean", ""},
    {"AlertRulesRequest", "text", "string", "Or other rules as YAML"},
    {"AlertRulesRequest", "check", "boolean", "true: they are only read"},
    {"AlertRulesRequest", "who", "string", ""},
    {"AlertRulesRequest", "reason", "string", ""},
    {"AlertSilenceRequest", "rule", "string", "One of rule, kind, contact, mmsi, or several together"},
    {"AlertSilenceRequest", "kind", "string", ""},
    {"AlertSilenceRequest", "contact", "string", ""},
    {"AlertSilenceRequest", "mmsi", "integer", ""},
    {"AlertSilenceRequest", "from", "string", "Data time; default: now"},
    {"AlertSilenceRequest", "minutes", "number", "Of data time"},
    {"AlertSilenceRequest", "undo", "integer", "Or the id of a mute that ends"},
    {"AlertSilenceRequest", "who", "string", ""},
    {"AlertSilenceRequest", "reason", "string", ""},
    {"Handovers", "handovers", "[#Handover]", "The newest first"},
    {"Handover", "time", "time", "Data time"},
    {"Handover", "host_time", "time", ""},
    {"Handover", "from", "string", ""},
    {"Handover", "to", "string", ""},
    {"Handover", "note", "string", ""},
    {"Handover", "alerts", "[string]", "Ids of those that were open"},
    {"HandoverRequest", "who", "string", "Who hands over"},
    {"HandoverRequest", "to", "string", "To whom"},
    {"HandoverRequest", "note", "string", ""},

    {"AreasSet", "areas", "integer", "How many areas and gates there are now"},
    {"Layers", "layers", "[#Layer]", ""},
    {"Layer", "id", "string", ""},
    {"Layer", "title", "string", ""},
    {"Layer", "url", "string", ""},
    {"Layer", "shown", "boolean", "false: there, but not shown at first (NAME.off.geojson)"},
    {"GeoJSON", "type", "string", "RFC 7946"},
    {"OpenAPI", "openapi", "string", "3.1.0"},
};

static json_t *reference(const char *schema)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%s", schema));
}

/* The schema of a row's type. */
static json_t *type_schema(const char *type)
{
    char name[32];
    size_t n = strlen(type);
    bool null = type[n - 1] == '?', array = type[0] == '[';
    n -= null ? 1 : array ? 2 : 0;
    snprintf(name, sizeof name, "%.*s", (int)n, type + array);
    if (array)
        return json_pack("{s:s, s:o}", "type", "array", "items", type_schema(name));
    json_t *one = name[0] == '#'              ? reference(name + 1)
                  : strcmp(name, "any") == 0  ? json_object()
                  : strcmp(name, "time") == 0 ? json_pack("{s:s, s:s}", "type", "string", "format", "date-time")
                                              : json_pack("{s:s}", "type", name);
    return null ? json_pack("{s:[o, {s:s}]}", "anyOf", one, "type", "null") : one;
}

static json_t *schemas(void)
{
    json_t *all = json_object();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        json_t *schema = json_object_get(all, row->schema);
        if (!schema) {
            schema = json_pack("{s:s, s:{}}", "type", "object", "properties");
            json_object_set_new(all, row->schema, schema);
        }
        json_t *property = type_schema(row->type);
        if (*row->text)
            json_object_set_new(property, "description", json_string(row->text));
        json_object_set_new(json_object_get(schema, "properties"), row->name, property);
    }
    json_object_set_new(all, "AlertDetail",
                        json_pack("{s:[o, o]}", "allOf", reference("Alert"), reference("AlertMore")));
    json_object_set_new(all, "EventDetail",
                        json_pack("{s:[o, o]}", "allOf", reference("Event"), reference("EventMore")));
    json_object_set_new(all, "VesselDetail",
                        json_pack("{s:[o, o]}", "allOf", reference("Vessel"), reference("VesselMore")));
    json_object_set_new(all, "Contact",
                        json_pack("{s:[o, o]}", "allOf", reference("ContactHead"), reference("Vessel")));
    json_object_set_new(
        all, "ContactDetail",
        json_pack("{s:[o, o, o]}", "allOf", reference("Contact"), reference("ContactMore"), reference("VesselMore")));
    return all;
}

static json_t *parameters(const struct vg_app *app, const struct vg_route *route)
{
    json_t *list = json_array();
    const char *brace = strchr(route->path, '{');
    if (brace)
        json_array_append_new(list, json_pack("{s:s#, s:s, s:b, s:{s:s}}", "name", brace + 1,
                                              (int)strcspn(brace + 1, "}"), "in", "path", "required", 1, "schema",
                                              "type", strcmp(brace, "{mmsi}") == 0 ? "integer" : "string"));
    for (unsigned i = 0; i < app->param_count; i++)
        if (route->params >> i & 1)
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:{s:s}, s:s}", "name", app->params[i].name, "in", "query",
                                            "schema", "type", app->params[i].type, "description", app->params[i].text));
    return list;
}

static json_t *error_response(const char *text)
{
    return json_pack("{s:s, s:{s:{s:o}}}", "description", text, "content", "application/json", "schema",
                     reference("Error"));
}

static json_t *responses_of(const struct vg_route *route)
{
    json_t *schema = route->schema ? reference(route->schema) : json_pack("{s:s}", "type", "string");
    json_t *content = json_pack("{s:{s:o}}", route->type, "schema", schema);
    if (route->params >> VG_PARAM_FORMAT & 1)
        json_object_set_new(content, "application/geo+json", json_pack("{s:o}", "schema", reference("GeoJSON")));
    json_t *responses = json_pack("{s:{s:s, s:o}}", "200", "description", route->summary, "content", content);
    if (route->params || route->body.schema)
        json_object_set_new(responses, "400", error_response("A parameter or the body is not of the expected form"));
    if (strchr(route->path, '{'))
        json_object_set_new(responses, "404", error_response("There is none"));
    if (strncmp(route->id, "history", 7) == 0)
        json_object_set_new(responses, "413", error_response("Too much: ask for less, as the message says"));
    if (route->body.schema) {
        json_object_set_new(responses, "413", error_response("The body is too large"));
        json_object_set_new(responses, "415", error_response("The body is not application/json"));
    }
    json_object_set_new(responses, "503", error_response("Busy: try again after Retry-After seconds"));
    return responses;
}

static json_t *operation(const struct vg_app *app, const struct vg_route *route)
{
    json_t *operation = json_pack("{s:s, s:s, s:o, s:o}", "operationId", route->id, "summary", route->summary,
                                  "parameters", parameters(app, route), "responses", responses_of(route));
    if (route->body.schema)
        json_object_set_new(operation, "requestBody",
                            json_pack("{s:b, s:{s:{s:o}}}", "required", 1, "content", "application/json", "schema",
                                      reference(route->body.schema)));
    return operation;
}

static json_t *paths(const struct vg_app *app)
{
    json_t *all = json_object();
    for (const struct vg_route *route = app->routes; route->path; route++) {
        const char *path = strcmp(route->path, VG_PATH_REST) == 0 ? "/" : route->path;
        char method[8];
        size_t n = 0;
        for (const char *p = vg_method_name(route->method); *p && n + 1 < sizeof method; p++)
            method[n++] = (char)(*p | 0x20);
        method[n] = '\0';
        if (!json_object_get(all, path))
            json_object_set_new(all, path, json_object());
        json_object_set_new(json_object_get(all, path), method, operation(app, route));
    }
    return all;
}

char *vg_openapi_text(const struct vg_app *app, size_t *ret_len)
{
    json_t *root =
        json_pack("{s:s, s:{s:s, s:s, s:s}, s:o, s:{s:o}}", "openapi", "3.1.0", "info", "title", "Vigía", "version",
                  VG_VERSION, "description",
                  "Who is where at sea, and who said so. Read only. Times are ISO 8601 in UTC; unknown values "
                  "are absent or null.",
                  "paths", paths(app), "components", "schemas", schemas());
    char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    if (text)
        *ret_len = strlen(text);
    return text;
}

bool vg_handle_openapi(struct vg_request *rq)
{
    const struct vg_api *api = vg_api_of(rq);
    struct vg_out out = vg_out_growing((size_t)1 << 20);
    vg_out_bytes(&out, api->openapi, api->openapi_len);
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}
