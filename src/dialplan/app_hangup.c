#include <stdlib.h>
#include <strings.h>

#include "dialplan/app_table.h"
#include "util/log.h"

/* The names that Asterisk's Hangup takes for causes. */
static const struct { int cause; const char *name; } names[] = {
	{1, "UNALLOCATED"}, {2, "NO_ROUTE_TRANSIT_NET"}, {3, "NO_ROUTE_DESTINATION"}, {5, "MISDIALLED_TRUNK_PREFIX"},
	{6, "CHANNEL_UNACCEPTABLE"}, {7, "CALL_AWARDED_DELIVERED"}, {8, "PRE_EMPTED"}, {14, "NUMBER_PORTED_NOT_HERE"},
	{16, "NORMAL_CLEARING"}, {17, "USER_BUSY"}, {18, "NO_USER_RESPONSE"}, {19, "NO_ANSWER"}, {20, "SUBSCRIBER_ABSENT"},
	{21, "CALL_REJECTED"}, {22, "NUMBER_CHANGED"}, {23, "REDIRECTED_TO_NEW_DESTINATION"}, {26, "ANSWERED_ELSEWHERE"},
	{27, "DESTINATION_OUT_OF_ORDER"}, {28, "INVALID_NUMBER_FORMAT"}, {29, "FACILITY_REJECTED"},
	{30, "RESPONSE_TO_STATUS_ENQUIRY"}, {31, "NORMAL_UNSPECIFIED"}, {34, "NORMAL_CIRCUIT_CONGESTION"},
	{38, "NETWORK_OUT_OF_ORDER"}, {41, "NORMAL_TEMPORARY_FAILURE"}, {42, "SWITCH_CONGESTION"}, {43, "ACCESS_INFO_DISCARDED"},
	{44, "REQUESTED_CHAN_UNAVAIL"}, {50, "FACILITY_NOT_SUBSCRIBED"}, {52, "OUTGOING_CALL_BARRED"},
	{54, "INCOMING_CALL_BARRED"}, {57, "BEARERCAPABILITY_NOTAUTH"}, {58, "BEARERCAPABILITY_NOTAVAIL"},
	{65, "BEARERCAPABILITY_NOTIMPL"}, {66, "CHAN_NOT_IMPLEMENTED"}, {69, "FACILITY_NOT_IMPLEMENTED"},
	{81, "INVALID_CALL_REFERENCE"}, {88, "INCOMPATIBLE_DESTINATION"}, {95, "INVALID_MSG_UNSPECIFIED"},
	{96, "MANDATORY_IE_MISSING"}, {97, "MESSAGE_TYPE_NONEXIST"}, {98, "WRONG_MESSAGE"}, {99, "IE_NONEXIST"},
	{100, "INVALID_IE_CONTENTS"}, {101, "WRONG_CALL_STATE"}, {102, "RECOVERY_ON_TIMER_EXPIRE"},
	{103, "MANDATORY_IE_LENGTH_ERROR"}, {111, "PROTOCOL_ERROR"}, {127, "INTERWORKING"},
};

/* The cause that a number or a name means, or 0. */
static int cause_of(const char *text)
{
	char *end;
	long cause = strtol(text, &end, 10);
	if (end != text && !*end)
		return cause >= 1 && cause <= 127 ? (int)cause : 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcasecmp(names[i].name, text) == 0)
			return names[i].cause;
	}
	return 0;
}

static enum app_result hangup_start(struct run *run, const char *args)
{
	struct channel *ch = run_channel(run);
	/* Without an argument the call ends with what the last Dial ended with. */
	int cause = args[0] ? cause_of(args) : ch->hangup_cause ? ch->hangup_cause : IAX2_CAUSE_NORMAL;
	if (cause == 0) {
		log_warning("%s: '%s' is no cause; 16 is taken; expected: a number from 1 to 127, or a name such as USER_BUSY", run_place(run), args);
		cause = IAX2_CAUSE_NORMAL;
	}
	ch->hangup_cause = cause;
	return APP_HANGUP;
}

const struct app app_hangup = {
	.name = "Hangup", .synopsis = "Ends the call", .usage = "Hangup([cause])",
	.start = hangup_start, .on_dead = true,
};
