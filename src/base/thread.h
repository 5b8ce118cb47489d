/*
 * Threads that leave SIGINT and SIGTERM, which end the program, to the thread that was there first: one that waits for
 * them learns of them at once, whatever the others are doing.
 */
#ifndef VG_BASE_THREAD_H
#define VG_BASE_THREAD_H

#include <pthread.h>
#include <signal.h>

/* pthread_create() with default attributes; 0, or an errno value. */
int vg_thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

/*
 * Holds SIGINT and SIGTERM back from the calling thread and from those it starts, so that vg_thread_next_signal() can
 * read them. `before` is for the release.
 */
void vg_thread_hold_signals(sigset_t *before);
void vg_thread_release_signals(const sigset_t *before);

/*
 * A descriptor (non-blocking, closed on exec) from which vg_thread_next_signal() takes what is held. All threads must
 * hold it: one that does not takes it as a signal. -1: none can be opened.
 */
int vg_thread_signals(void);

/* The number of a signal, or 0: none is waiting. */
int vg_thread_next_signal(int fd);

#endif
