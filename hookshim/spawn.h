// SPDX-License-Identifier: GPL-3.0-or-later
//
// Starting the daemon, where the person who set up the gate has allowed it.

#ifndef ENACT_SPAWN_H
#define ENACT_SPAWN_H

enum spawn {
    NOT_ALLOWED,  // there is no file `spawn` beside the program
    NOT_PRIVATE,  // there is one that is damaged, or that somebody else could have written
    STARTED,      // by this process or by another one at the same time
};

// Reads `spawn` (one word a line, the first an absolute path) and starts that, with nothing inherited from the agent.
// `home` is the --home of the command line or NULL. Refuses when it is allowed and fails.
enum spawn start_daemon(const char *home);

#endif
