/* Token: whether a request needs a call token (protocol reference 14.4). */
#ifndef TANDEM_SWITCH_TOKEN_H
#define TANDEM_SWITCH_TOKEN_H

#include "iax2/endpoint.h"

/* Callbacks of struct iax2_config; `user` is the switch. */
enum iax2_token_policy token_policy(void *user, enum iax2_command command, const char *username, const struct iax2_addr *from);
void token_seen(void *user, enum iax2_command command, const char *username);

#endif
