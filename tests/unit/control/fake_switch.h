/* Fake_switch: a switch of records only, for the tests of the console. */
#ifndef FAKE_SWITCH_H
#define FAKE_SWITCH_H

#include "control/command.h"

/* What the commands have asked the switch to do, as text. */
extern char fake_did[256];
extern int fake_result; /* what actions answer */
extern bool fake_empty; /* no records at all */

/* An environment around the fake; its clock stands at 100,000 s, the start was 93,784 s before (1 day, 2 hours, 3 minutes, 4
 * seconds). */
void fake_env(struct control_env *env);

#endif
