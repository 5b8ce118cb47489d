/*
 * Errors. One list gives the enum, its name and its text.
 *
 * Functions that can fail return enum vg_err and write through `ret_…` pointers only on VG_OK.
 */
#ifndef VG_BASE_ERR_H
#define VG_BASE_ERR_H

#define VG_ERR_LIST(X)                                                                                                 \
    X(OK, "ok")                                                                                                        \
    X(NOMEM, "out of memory")                                                                                          \
    X(ARG, "bad argument")                                                                                             \
    X(SYNTAX, "not of the expected form")                                                                              \
    X(RANGE, "value out of range")                                                                                     \
    X(LIMIT, "a limit was reached")                                                                                    \
    X(IO, "input or output failed")                                                                                    \
    X(EOF, "end of input")                                                                                             \
    X(NOT_FOUND, "not found")                                                                                          \
    X(EXISTS, "exists already")                                                                                        \
    X(UNSUPPORTED, "not supported")                                                                                    \
    X(CORRUPT, "data is damaged")

enum vg_err {
#define X(name, text) VG_##name,
    VG_ERR_LIST(X)
#undef X
};

/* The constant English text of an error. Any thread; never NULL. */
const char *vg_err_text(enum vg_err err);

#endif
