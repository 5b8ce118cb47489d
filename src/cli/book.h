/* The book of alerts and the journal of a data folder, for commands that are asked about alerts. */
#ifndef VG_CLI_BOOK_H
#define VG_CLI_BOOK_H

#include "evidence/detail.h"
#include "journal/io.h"

struct vg_cli_book {
    char path[VG_IO_PATH], journal_dir[VG_IO_PATH];
    struct vg_alert_book *book;
    struct vg_evidence_of of;
};

/* `data` NULL: the folder where it is called. to_read: nothing is changed. False after a message. */
bool vg_cli_book_open(const char *data, bool to_read, struct vg_cli_book *ret);
void vg_cli_book_close(struct vg_cli_book *book);

#endif
