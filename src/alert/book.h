/*
 * The book of alerts: events, the alerts that rules make of them, and every step that a person or the data took, in one
 * SQLite file. docs/formats/alerts.md has its tables.
 *
 * Idempotent: an event that is told again with the same or an older revision changes nothing, so a restart, a replay or
 * a second taking of the same journal gives the same book. What is silenced or dismissed is so for a data time,
 * whenever that is looked at. Steps, changes of rules and handovers are only ever added.
 *
 * Asks no clock: host times are given. One thread at a time (alert/desk.h gives it one). Errors are those of
 * store/db.h; after an error of vg_alert_book_events() nothing of that call is kept, and it may be called again.
 */
#ifndef VG_ALERT_BOOK_H
#define VG_ALERT_BOOK_H

#include "alert/rules.h"
#include "base/out.h"
#include "store/db.h"

/* ---- an alert: alert.c ---- */

/*
 * vg_alert: an event that a person should look at, by a rule. A question with its evidence, never a verdict: confirmed
 * means "it was observed as told", not guilt.
 *
 *     open ──► acknowledged ──► confirmed (as observed)
 *       │            └────────► dismissed (with a reason)
 *       ├── escalated: nobody looked for so many minutes of data time; it stays open
 *       └── withdrawn: later data took the event back
 *     silenced, held: kept and counted, but not told: somebody muted it, or its rule had told enough that hour
 *
 * A plain value that owns what it says. Its id is made of event and rule: the same journal gives the same.
 */
#define VG_ALERT_WHO 64  /* bytes of a person's name or role, with the terminator */
#define VG_ALERT_WHY 400 /* of a reason or a note */

#define VG_ALERT_STATE_LIST(X)                                                                                         \
    X(OPEN, "open")                                                                                                    \
    X(ACKNOWLEDGED, "acknowledged")                                                                                    \
    X(CONFIRMED, "confirmed")                                                                                          \
    X(DISMISSED, "dismissed")                                                                                          \
    X(WITHDRAWN, "withdrawn")                                                                                          \
    X(SILENCED, "silenced")                                                                                            \
    X(HELD, "held")

enum vg_alert_state {
#define X(name, key) VG_ALERT_##name,
    VG_ALERT_STATE_LIST(X)
#undef X
        VG_ALERT_STATES
};
const char *vg_alert_state_key(enum vg_alert_state state);
/* False, *ret untouched: there is no such key. */
bool vg_alert_state_parse(const char *key, enum vg_alert_state *ret);

struct vg_alert {
    uint64_t id, event;
    char rule[VG_RULE_NAME], role[VG_RULE_ROLE];
    uint8_t kind, severity, state; /* enum vg_event_kind, vg_severity, vg_alert_state */
    bool exercise;
    int64_t opened_us;        /* data time at which its event was told first */
    int64_t opened_host_us;   /* by the clock of this machine */
    int64_t changed_us;       /* data time of the last step */
    int64_t due_us;           /* data time of the escalation; VG_TIME_NONE: never, or somebody has looked */
    int64_t escalated_us;     /* VG_TIME_NONE: not */
    char owner[VG_ALERT_WHO]; /* who acknowledged, confirmed or dismissed it last; "": nobody */
    char reason[VG_ALERT_WHY];
    struct vg_pos pos; /* of its event */
    uint32_t mmsi;     /* of its first contact; 0: none */
};

/* FNV-1a of event and rule; never 0. Pure. */
uint64_t vg_alert_id_of(uint64_t event, const char *rule);

/*
 * The object's members without the braces: {"id":…,"rule":…,"kind":…,"severity":…,"state":…,…}. Pure. What belongs to
 * it besides (the event, its vessels) is the caller's to add.
 */
void vg_alert_members(struct vg_out *out, const struct vg_alert *alert);

/* ---- the book ---- */

struct vg_alert_book; /* opaque */

/* What became of an alert: "opened", "acknowledged", … as in its history. Called after it is on the disk. */
typedef void vg_alert_on_change(void *arg, const struct vg_alert *alert, const char *what);

#define VG_ALERT_EVENTS_KEPT 1000000 /* of more the oldest go that nobody was told of. In memory a twentieth of it */
#define VG_ALERT_CHANGES     512     /* told of one call one by one; the rest is counted */

struct vg_alert_book_options {
    const char *path;             /* NULL: in memory */
    const struct vg_rules *rules; /* NULL: those built in. Copied */
    uint64_t events_kept;         /* 0: the default */
    bool to_read;                 /* only questions are asked, also while another process writes; it must be there */
    vg_alert_on_change *on_change;
    void *arg;
};

#define VG_ALERT_COUNTER_LIST(X)                                                                                       \
    X(events, "events taken")                                                                                          \
    X(same, "events told again with nothing new")                                                                      \
    X(revised, "events revised or withdrawn")                                                                          \
    X(opened, "alerts opened")                                                                                         \
    X(withdrawn, "alerts withdrawn by later data")                                                                     \
    X(escalated, "alerts escalated because nobody looked")                                                             \
    X(held, "alerts kept but not told because their rule had told enough that hour")                                   \
    X(silenced, "alerts kept but not told because somebody muted them")                                                \
    X(inherited, "alerts dismissed as an earlier one of the same contacts and time was")                               \
    X(acts, "steps taken by people")                                                                                   \
    X(refused, "steps of people refused")                                                                              \
    X(forgotten, "old events that nobody was told of and that made room")                                              \
    X(untold, "changes not told one by one because there were too many at once")

struct vg_alert_counters {
#define X(name, text) uint64_t name;
    VG_ALERT_COUNTER_LIST(X)
#undef X
};

enum vg_err vg_alert_book_open(const struct vg_alert_book_options *options, struct vg_alert_book **ret_book,
                               char why[static VG_DB_WHY]);
void vg_alert_book_close(struct vg_alert_book *book); /* NULL is fine */
const struct vg_alert_counters *vg_alert_book_counters(const struct vg_alert_book *book);
const struct vg_rules *vg_alert_book_rules(const struct vg_alert_book *book);
int64_t vg_alert_book_time_us(const struct vg_alert_book *book); /* the data's; VG_TIME_NONE: none yet */
enum vg_err vg_alert_book_backup(struct vg_alert_book *book, const char *path);

/* ---- what happens: book_event.c ---- */

struct vg_alert_told {
    struct vg_event event;
    uint8_t subjects;
    struct vg_alert_subject subject[VG_EVENT_CONTACTS];
    int64_t host_us;
    uint64_t journal_end; /* behind the last byte that it may rest on; 0: it rests on none (alert/desk.h) */
};

/* All or nothing. */
enum vg_err vg_alert_book_events(struct vg_alert_book *book, const struct vg_alert_told *told, size_t count);

/* The data's clock stands there: what nobody looked at is escalated. It never goes back. */
enum vg_err vg_alert_book_advance(struct vg_alert_book *book, int64_t data_us, int64_t host_us);

/* ---- what people do: book_act.c. *ret_why: a constant sentence, where it isn't done ---- */

enum vg_alert_action_kind {
    VG_ALERT_ACTION_ACKNOWLEDGE,
    VG_ALERT_ACTION_CONFIRM, /* as observed */
    VG_ALERT_ACTION_DISMISS, /* `why` is demanded */
    VG_ALERT_ACTION_NOTE,    /* `why` is the note */
    VG_ALERT_ACTION_REOPEN,  /* `why` is demanded */
    VG_ALERT_ACTION_EXPORT,  /* in a case, whose name `why` says: no word leads to it but that */
    VG_ALERT_ACTIONS
};
/* By its word: "acknowledge", … False, *ret untouched: there is none, or it is not for people to say. */
bool vg_alert_action_parse(const char *key, enum vg_alert_action_kind *ret);

/* Who does something, why, and when by this machine's clock. Texts are UTF-8; what misleads is shown as '?'. */
struct vg_alert_by {
    char who[VG_ALERT_WHO], why[VG_ALERT_WHY];
    int64_t host_us;
};

/* VG_NOT_FOUND; VG_ARG: nobody's name, no reason; VG_EXISTS: its state doesn't allow that. */
enum vg_err vg_alert_book_act(struct vg_alert_book *book, uint64_t alert, enum vg_alert_action_kind action,
                              const struct vg_alert_by *by, struct vg_alert *ret, const char **ret_why);

/* Turns a rule on or off, until the next such step. */
enum vg_err vg_alert_book_enable(struct vg_alert_book *book, const char *rule, bool enabled,
                                 const struct vg_alert_by *by, const char **ret_why);

/* Other rules from now on, until the next such step or other rules of vg_alert_book_open(). *ret_error: where. */
enum vg_err vg_alert_book_set_rules(struct vg_alert_book *book, const char *yaml, size_t len,
                                    const struct vg_alert_by *by, struct vg_rules_error *ret_error,
                                    const char **ret_why);

/* What is muted: a rule, a kind, a contact, or several of them together; at least one. Never distress, but of a named
 * contact. */
struct vg_alert_mute {
    int64_t id;
    char rule[VG_RULE_NAME]; /* "": any */
    int kind;                /* -1: any */
    uint64_t contact;        /* 0: any */
    uint32_t mmsi;           /* 0: any */
    int64_t from_us, to_us;  /* data time: [from, to) */
};
enum vg_err vg_alert_book_mute(struct vg_alert_book *book, struct vg_alert_mute *mute, const struct vg_alert_by *by,
                               const char **ret_why);
enum vg_err vg_alert_book_unmute(struct vg_alert_book *book, int64_t mute, const struct vg_alert_by *by,
                                 const char **ret_why);

/* The change of watch: who, to whom, a note, and the alerts that are open then. Writes the object that is kept. */
enum vg_err vg_alert_book_handover(struct vg_alert_book *book, const char *to, const struct vg_alert_by *by,
                                   struct vg_out *out, const char **ret_why);

/* ---- what is asked: book_look.c, book_sums.c. JSON; errors of the disk are returned, those of `out` stick ---- */

#define VG_ALERT_LIST_DEFAULT 500
#define VG_ALERT_LIST_MAX     10000

/* Zero: those that wait for somebody (open, acknowledged), of the real sea. */
struct vg_alert_filter {
    uint32_t states;     /* bits of enum vg_alert_state; 0: open and acknowledged */
    uint32_t severities; /* bits; 0: any */
    uint32_t kinds;      /* bits; 0: any */
    bool escalated;      /* only those */
    bool exercise;       /* those of exercises, and no others */
    char rule[VG_RULE_NAME];
    char mine[VG_ALERT_WHO]; /* a role or a person: of rules for that role, or taken by that person */
    bool timed;
    int64_t from_us, to_us; /* opened in [from, to), data time */
    uint32_t limit;         /* 0: VG_ALERT_LIST_DEFAULT */
};

/* {"time":…,"total":…,"count":…,"alerts":[…]}: the most urgent first, of those who waits longest. */
enum vg_err vg_alert_book_list(struct vg_alert_book *book, const struct vg_alert_filter *filter, struct vg_out *out);

/* What the journal says of an alert's event, which the book doesn't read: members with a comma before each; "": none.
 */
struct vg_alert_proof {
    const char *evidence, *reception;
};

/*
 * One, with event, vessels, history, evidence, reception and the risk of its contacts. `proof` NULL: nobody has looked
 * into the journal. VG_NOT_FOUND.
 */
enum vg_err vg_alert_book_show(struct vg_alert_book *book, uint64_t id, const struct vg_alert_proof *proof,
                               struct vg_out *out);
struct vg_event_read;
enum vg_err vg_alert_book_event_of(struct vg_alert_book *book, uint64_t id,
                                   struct vg_event_read *ret); /* of an alert. VG_NOT_FOUND, VG_CORRUPT */
enum vg_err vg_alert_book_get(struct vg_alert_book *book, uint64_t id, struct vg_alert *ret); /* VG_NOT_FOUND */

struct vg_event_filter {
    uint32_t kinds, states; /* bits; 0: any */
    bool exercise, boxed, timed;
    struct vg_box box;
    int64_t from_us, to_us; /* lasts at some time in [from, to) */
    uint32_t mmsi;          /* 0: any */
    uint64_t contact;       /* 0: any */
    uint64_t after;         /* an event's id: only those behind it in this order; 0: from the first */
    uint32_t limit;         /* 0: VG_ALERT_LIST_DEFAULT */
};

/* The newest begin first. `json` is the event's object. VG_EOF from `on` ends it without an error. */
typedef enum vg_err vg_alert_on_event(void *arg, const char *json, size_t len);
enum vg_err vg_alert_book_each_event(struct vg_alert_book *book, const struct vg_event_filter *filter,
                                     vg_alert_on_event *on, void *arg);
enum vg_err vg_alert_book_show_event(struct vg_alert_book *book, uint64_t id, struct vg_out *out); /* VG_NOT_FOUND */

/* {"rules":[{"name":…,"enabled":…,"opened":…,…}],"text":YAML,"changes":[…],"mutes":[…]} */
enum vg_err vg_alert_book_show_rules(struct vg_alert_book *book, struct vg_out *out);

/* {"rules":[{"rule":…,"opened":…,"confirmed":…,"dismissed":…,"precision":…,"days":[…]}]} */
enum vg_err vg_alert_book_precision(struct vg_alert_book *book, bool exercise, struct vg_out *out);

/* {"handovers":[…]}, the newest first, 50 at most */
enum vg_err vg_alert_book_handovers(struct vg_alert_book *book, struct vg_out *out);

/* {"contact":…,"mmsi":…,"value":…,"parts":[…]} of a contact by its id, or of an MMSI if that is 0. */
enum vg_err vg_alert_book_risk(struct vg_alert_book *book, uint64_t contact, uint32_t mmsi, bool exercise,
                               struct vg_out *out);

#endif
