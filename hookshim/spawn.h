// SPDX-License-Identifier: GPL-3.0-or-later
//
// Starting the daemon, where the person who set up the gate has allowed it.

#ifndef ENACT_SPAWN_H
#define ENACT_SPAWN_H

enum spawn {
    UNREAD,       // nobody has looked yet
    NOT_ALLOWED,  // there is no file `spawn` beside the program
    NOT_PRIVATE,  // there is one that is damaged, or that somebody else could have written
    ELSEWHERE,    // another shim is starting the daemon just now
    CLAIMED,      // it is ours to start
    STARTED,
};

// Reads `spawn` (one word a line, the first an absolute path) and locks it: of many shims at once one starts the
// daemon. The lock ends with this process. To be asked again while the answer is ELSEWHERE.
enum spawn claim_spawn(void);

// Starts the claimed command line, with nothing inherited from the agent. `home` is the --home of the command
// line or NULL. Refuses if that fails.
void start_daemon(const char *home);

#endif
