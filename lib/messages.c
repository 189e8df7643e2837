#include "messages.h"

#define COMMAND(name, numbered, opens, states, receive) [IAX2_CMD_##name] = {#name, true, numbered, opens, states, receive},
#define UNKNOWN(name) [IAX2_CMD_##name] = {#name, false, true, false, IAX2_IN_LIVE, iax2_receive_unsupported},
#define TYPE(name, states, receive)
static const struct iax2_message commands[] = {
#include "messages.def"
};
#undef COMMAND
#undef UNKNOWN
#undef TYPE

#define COMMAND(name, numbered, opens, states, receive)
#define UNKNOWN(name)
#define TYPE(name, states, receive) [IAX2_TYPE_##name] = {#name, true, true, false, states, receive},
static const struct iax2_message types[] = {
#include "messages.def"
};
#undef COMMAND
#undef UNKNOWN
#undef TYPE

static const struct iax2_message unknown_command = {"?", false, true, false, IAX2_IN_LIVE, iax2_receive_unsupported};
static const struct iax2_message unknown_type = {"?", false, true, false, 0, NULL};

const struct iax2_message *iax2_message_of(uint8_t type, int64_t subclass)
{
	if (type == IAX2_TYPE_IAX) {
		bool listed = subclass > 0 && subclass < (int64_t)(sizeof(commands) / sizeof(commands[0]));

		return listed ? &commands[subclass] : &unknown_command;
	}
	return type < sizeof(types) / sizeof(types[0]) && types[type].name ? &types[type] : &unknown_type;
}
