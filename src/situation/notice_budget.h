/*
 * How many events people are told one by one. Input can make as many as it likes; what is over the budget is told in
 * groups, so that a log and a page can be read while somebody floods them, and nothing is left out of the counts.
 *
 * Of distress: so many a minute, calls before tests and ends. Who has been quiet is heard beside who floods: each feed
 * has a few of its own, and so have stations behind a flooding feed (together, for names of stations are invented as
 * easily as beacons). The rest is one VG_NOTICE_DISTRESS_GROUP each ten seconds.
 *
 * Of a feed or the data folder that goes to and fro: so many changes a minute, then the newest state each ten seconds
 * with how many changes it stands for. The last state is always told.
 *
 * One thread. Asks no clock: `now_us` is a clock that never goes back, in microseconds. Memory is bounded.
 */
#ifndef VG_SITUATION_NOTICE_BUDGET_H
#define VG_SITUATION_NOTICE_BUDGET_H

#include "base/time.h"
#include "situation/notice.h"

#define VG_DISTRESS_SINGLES       10                  /* a minute … */
#define VG_DISTRESS_TEST_SINGLES  5                   /* of them, tests and ends */
#define VG_DISTRESS_QUIET_SINGLES 3                   /* a minute, of each feed beyond that … */
#define VG_DISTRESS_NEW_SINGLES   10                  /* and of all stations that say so few themselves */
#define VG_STATE_SINGLES          6                   /* a minute, of each feed and of the data folder */
#define VG_NOTICE_GROUP_US        (10 * VG_SECOND_US) /* a minute without one over the budget ends a group */

struct vg_notice_budget; /* opaque; some 100 KiB */

enum vg_err vg_notice_budget_new(struct vg_notice_budget **ret_budget); /* VG_NOMEM */
void vg_notice_budget_free(struct vg_notice_budget *budget);            /* NULL is fine */

/*
 * True: the event is to be told now. False: it is counted, and told by vg_notice_budget_due(). `time_us`: the picture's
 * time. An event that stands for several changes says so afterwards.
 */
bool vg_notice_budget_take(struct vg_notice_budget *budget, struct vg_notice *event, int64_t now_us, int64_t time_us);

/*
 * What is to be told by now of that which was held back; to be called each second, until it gives false. `calling`: how
 * many contacts call now.
 */
bool vg_notice_budget_due(struct vg_notice_budget *budget, int64_t now_us, int64_t time_us, uint32_t calling,
                          struct vg_notice *ret);

/* How many events were held back so far, of distress and of others. */
uint64_t vg_notice_budget_grouped(const struct vg_notice_budget *budget);

#endif
