/* What is no log of sentences, for commands that read nothing else. */
#ifndef VG_CLI_INPUT_H
#define VG_CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What the first bytes of an input are, if `vigia ingest` takes it and it has no sentences: "a table", "a JSON log", "a
 * Parquet file"; NULL: it is for whoever reads sentences.
 */
const char *vg_cli_other_input(const char *head, size_t len);

/* True, told, if the file is such a one, or a picture and the like. Whatever can't be looked at (a pipe, no file)
 * isn't. */
bool vg_cli_is_other_input(const char *path);

/* Tells that `command` doesn't take it, and what does. */
void vg_cli_other_input_error(const char *path, const char *kind);

#endif
