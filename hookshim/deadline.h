// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one deadline that everything the shim does shares, and waiting that ends with it.

#ifndef ENACT_DEADLINE_H
#define ENACT_DEADLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Starts the clock; SIGALRM ends what a blocking write would hold up beyond it.
void set_deadline(int64_t wait_ms);

// Puts the deadline off once, for as long as a person may think; from then on so long a silence ends a wait.
void extend_deadline(int64_t hold_ms, int64_t quiet_ms);

// Milliseconds until the deadline, 0 when it has passed.
int64_t left_ms(void);

// Returns when `fd` is ready for the poll `events` or has failed, so that the next call on it tells;
// refuses at the deadline.
void await(int fd, short events, const char *doing);

// Whether errno says that the same call may succeed later.
bool try_again(void);

// Writes everything or refuses.
void write_all(int fd, const unsigned char *bytes, size_t size, const char *doing);

#endif
