// SPDX-License-Identifier: GPL-3.0-or-later
//
// The shim starts as "no" and stays so until a whole answer has been delivered.

#define _GNU_SOURCE
#include "refusal.h"

#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

enum { MAX_CAUSE = 800, STDERR_WAIT_MS = 100 };

volatile sig_atomic_t gating = 1;

struct line {
    char text[1024];
    size_t used;
};

// Control characters become `?`: whatever a path contains, it stays one line.
static void add(struct line *line, const char *text) {
    for (; *text != '\0' && line->used < sizeof line->text - 1; text++)
        line->text[line->used++] = (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text;
}

_Noreturn void refuse(const char *fix, ...) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    struct line line = {.used = 0};
    add(&line, gating ? "enactd: refused: " : "enactd: not recorded: ");
    va_list parts;
    va_start(parts, fix);
    for (const char *part; (part = va_arg(parts, const char *)) != NULL;)
        add(&line, part);
    va_end(parts);
    if (line.used > MAX_CAUSE)
        line.used = MAX_CAUSE;
    add(&line, ". Fix: ");
    add(&line, fix);
    line.text[line.used++] = '\n';
    struct pollfd target = {.fd = STDERR_FILENO, .events = POLLOUT};
    // A stderr that nobody reads must not hold us up, and there is nobody left to tell if this fails.
    ssize_t ignored = poll(&target, 1, STDERR_WAIT_MS) == 1 ? write(STDERR_FILENO, line.text, line.used) : 0;
    (void)ignored;
    _exit(gating ? NO : 0);
}

static void on_signal(int number) {
    if (number == SIGALRM)
        refuse(FIX_STATUS, "the daemon's answer could not be had and passed on within the deadline", NULL);
    char digits[3] = {(char)('0' + number / 10 % 10), (char)('0' + number % 10), '\0'};
    refuse(FIX_REPEAT, "stopped by signal ", number < 10 ? digits + 1 : digits, NULL);
}

void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigfillset(&action.sa_mask);
    for (int number = 1; number <= 64; number++)
        if (number != SIGCHLD && number != SIGCONT && number != SIGURG && number != SIGWINCH && number != SIGPIPE)
            sigaction(number, &action, NULL);  // fails for KILL, STOP and those libc keeps
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    action.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}
