// SPDX-License-Identifier: GPL-3.0-or-later
//
// A connection to a daemon that is really this user's.

#ifndef ENACT_REACH_H
#define ENACT_REACH_H

// Connects, starting the daemon if need be and allowed; refuses at the deadline. `home` is --home or NULL,
// `system` the folder of the machine's daemons or NULL: those are root's to start.
int reach_daemon(const char *home, const char *system);

#endif
