// SPDX-License-Identifier: GPL-3.0-or-later
//
// Both sides check each other: the folder before connecting, the listener's user after.

#define _GNU_SOURCE
#include "reach.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "deadline.h"
#include "place.h"
#include "refusal.h"
#include "spawn.h"

#define SOCKET_NAME "enactd.sock"

_Noreturn static void cannot_reach(const char *folder, const char *why, const char *fix) {
    refuse(fix, "cannot reach the daemon at ", folder, "/" SOCKET_NAME " (", why, ")", NULL);
}

// Connects by way of the checked folder itself, so that nobody can swap it in between, and a path longer than
// sun_path works, too. Returns -1 with errno set.
static int try_connect(const char *folder, bool system) {
    struct stat found;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET_NAME};
    int directory = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return -1;
    if (fstat(directory, &found) != 0)
        cannot_reach(folder, strerror(errno), FIX_STATUS);
    if (system && found.st_uid != 0)
        cannot_reach(folder, "its folder is not root's", FIX_SYSTEM);
    if (!is_private(&found))
        cannot_reach(folder, "its folder is not private to you", "chmod 700 the folder, or enactctl init");
    int back = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int result = fd < 0 ? -1 : fchdir(directory);
    if (result == 0)
        result = connect(fd, (struct sockaddr *)&address, sizeof address);
    int failure = errno;
    if (back >= 0 && fchdir(back) == 0)
        close(back);
    close(directory);
    if (result != 0 && fd >= 0)
        close(fd);
    errno = failure;
    return result == 0 ? fd : -1;
}

// The machine's daemon is root's word: only root puts a socket into that folder. It runs as a user of its own, which
// is root until it has started and never this one.
static void check_peer(int fd, const char *folder, bool system) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || size != sizeof peer)
        cannot_reach(folder, "the kernel does not say who listens", FIX_STATUS);
    if (system && peer.uid == geteuid() && peer.uid != 0)
        cannot_reach(folder, "you listen there yourself", FIX_SYSTEM);
    if (!system && peer.uid != geteuid() && peer.uid != 0)
        cannot_reach(folder, "another user listens there", FIX_STATUS);
}

int reach_daemon(const char *home, const char *system) {
    const char *folder = system != NULL ? system_folder(system) : socket_folder(home);
    enum spawn spawn = UNREAD;
    for (int64_t pause_ms = 2;; pause_ms = pause_ms < 20 ? pause_ms * 2 : 20) {
        int fd = try_connect(folder, system != NULL);
        if (fd >= 0) {
            check_peer(fd, folder, system != NULL);
            return fd;
        }
        const char *why = strerror(errno);
        if (system != NULL && errno != EAGAIN && errno != EINTR)
            cannot_reach(folder, why, FIX_SYSTEM);  // its start is the service manager's
        if (errno == ENOENT || errno == ECONNREFUSED) {
            enum spawn before = spawn;
            if (spawn != STARTED)
                spawn = claim_spawn();
            if (spawn == NOT_ALLOWED)
                cannot_reach(folder, why, FIX_START);
            if (spawn == NOT_PRIVATE)
                cannot_reach(folder, "the file `spawn` beside the shim is damaged or not private, and was ignored", FIX_INSTALL);
            if (spawn == CLAIMED && before != CLAIMED)
                continue;  // somebody may have started it before the claim was ours
            if (spawn == CLAIMED) {
                start_daemon(home);
                spawn = STARTED;
            }
        } else if (errno != EAGAIN && errno != EINTR) {
            cannot_reach(folder, why, FIX_STATUS);
        }
        if (left_ms() == 0)
            cannot_reach(folder, spawn == UNREAD ? "it is too busy" : "it was started and does not listen yet", FIX_STATUS);
        struct timespec pause = {.tv_nsec = pause_ms * 1000000};
        nanosleep(&pause, NULL);
    }
}
