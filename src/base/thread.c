#include "base/thread.h"

#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t ends_the_program(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

void vg_thread_hold_signals(sigset_t *before)
{
    sigset_t set = ends_the_program();
    pthread_sigmask(SIG_BLOCK, &set, before);
}

void vg_thread_release_signals(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

int vg_thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
    sigset_t before;
    vg_thread_hold_signals(&before); /* a thread begins with its maker's mask */
    int error = pthread_create(thread, NULL, run, arg);
    vg_thread_release_signals(&before);
    return error;
}

int vg_thread_signals(void)
{
    sigset_t set = ends_the_program();
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int vg_thread_next_signal(int fd)
{
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}
