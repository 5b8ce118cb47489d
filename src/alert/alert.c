#include "alert/book.h"

#include "alert/inner.h"
#include "base/fnv.h"
#include "base/time.h"
#include "vessel/contact.h"

const char *vg_alert_state_key(enum vg_alert_state state)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_ALERT_STATE_LIST(X)
#undef X
    };
    return state < VG_ALERT_STATES ? keys[state] : "none";
}

bool vg_alert_state_parse(const char *key, enum vg_alert_state *ret)
{
    for (int i = 0; i < VG_ALERT_STATES; i++)
        if (strcmp(vg_alert_state_key((enum vg_alert_state)i), key) == 0) {
            *ret = (enum vg_alert_state)i;
            return true;
        }
    return false;
}

uint64_t vg_alert_id_of(uint64_t event, const char *rule)
{
    const uint64_t h = vg_fnv_text(vg_fnv_number(VG_FNV_BEGIN, event), rule);
    return h ? h : 1;
}

void vg_alert_put_text(struct vg_out *out, const char *key, const char *text)
{
    vg_out_printf(out, ",\"%s\":", key);
    if (*text)
        vg_out_json_plain(out, text, strlen(text));
    else
        vg_out_text(out, "null");
}

void vg_alert_put_time(struct vg_out *out, const char *key, int64_t time_us)
{
    vg_out_printf(out, ",\"%s\":", key);
    if (time_us == VG_TIME_NONE)
        vg_out_text(out, "null");
    else
        vg_out_json_time(out, time_us);
}

void vg_alert_members(struct vg_out *out, const struct vg_alert *a)
{
    char id[VG_CONTACT_ID_TEXT];
    vg_contact_id_text(a->id, id);
    vg_out_printf(out, "\"id\":\"%s\"", id);
    vg_alert_put_text(out, "rule", a->rule);
    vg_alert_put_text(out, "kind", vg_event_kind_key((enum vg_event_kind)a->kind));
    vg_alert_put_text(out, "severity", vg_severity_key((enum vg_severity)a->severity));
    vg_alert_put_text(out, "state", vg_alert_state_key((enum vg_alert_state)a->state));
    vg_alert_put_text(out, "for", a->role);
    vg_alert_put_time(out, "opened", a->opened_us);
    vg_alert_put_time(out, "opened_host", a->opened_host_us);
    vg_alert_put_time(out, "changed", a->changed_us);
    vg_alert_put_time(out, "due", a->due_us);
    vg_alert_put_time(out, "escalated", a->escalated_us);
    vg_alert_put_text(out, "owner", a->owner);
    vg_alert_put_text(out, "reason", a->reason);
    vg_out_text(out, a->exercise ? ",\"exercise\":true" : ",\"exercise\":false");
}
