/* Stdfds: the three descriptors that every program expects to be there. */
#ifndef TANDEM_UTIL_STDFDS_H
#define TANDEM_UTIL_STDFDS_H

/* Opens /dev/null for those of 0, 1 and 2 that whoever started us has closed.  The first thing in main(): otherwise a socket or a
 * database gets the number, and messages are written into it. */
void stdfds_open(void);

#endif
