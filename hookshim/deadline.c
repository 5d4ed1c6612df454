// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every wait of the shim goes through await(): there is one place where time runs out.

#define _GNU_SOURCE
#include "deadline.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "refusal.h"

enum { ALARM_GRACE_MS = 100 };

static int64_t deadline_ms;  // on the monotonic clock
static int64_t silence_ms = INT64_MAX;

static int64_t now_ms(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        refuse(FIX_REPEAT, "the clock cannot be read: ", strerror(errno), NULL);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t left_ms(void) {
    int64_t left = deadline_ms - now_ms();
    return left > 0 ? left : 0;
}

static void set_alarm(void) {
    int64_t alarm_ms = left_ms() + ALARM_GRACE_MS;
    struct itimerval timer = {.it_value = {.tv_sec = alarm_ms / 1000, .tv_usec = alarm_ms % 1000 * 1000}};
    if (setitimer(ITIMER_REAL, &timer, NULL) != 0)
        refuse(FIX_REPEAT, "no timer: ", strerror(errno), NULL);
}

void set_deadline(int64_t wait_ms) {
    deadline_ms = now_ms() + wait_ms;
    set_alarm();
}

void extend_deadline(int64_t hold_ms, int64_t quiet_ms) {
    deadline_ms += hold_ms;
    silence_ms = quiet_ms;
    set_alarm();
}

void await(int fd, short events, const char *doing) {
    for (;;) {
        struct pollfd target = {.fd = fd, .events = events};
        int64_t left = left_ms();
        int ready = poll(&target, 1, (int)(left < silence_ms ? left : silence_ms));
        if (ready > 0)
            return;
        if (ready == 0 && left > silence_ms)
            refuse(FIX_STATUS, "nothing was heard of the daemon for too long while ", doing, NULL);
        if (ready == 0)
            refuse(FIX_STATUS, "the deadline passed while ", doing, NULL);
        if (errno != EINTR)
            refuse(FIX_REPEAT, "failed while ", doing, ": ", strerror(errno), NULL);
    }
}

bool try_again(void) {
    return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
}

void write_all(int fd, const unsigned char *bytes, size_t size, const char *doing) {
    while (size > 0) {
        await(fd, POLLOUT, doing);
        ssize_t count = write(fd, bytes, size);
        if (count < 0 && !try_again())
            refuse(FIX_REPEAT, "failed while ", doing, ": ", strerror(errno), NULL);
        if (count > 0) {
            bytes += count;
            size -= (size_t)count;
        }
    }
}
