#include "iax2/event.h"

const char *iax2_strerror(int error)
{
	switch (error) {
	case IAX2_OK:
		return "no error";
#define IAX2_ERROR_TEXT(name, value, text)                                                                                       \
	case value:                                                                                                                  \
		return text;
		IAX2_ERRORS(IAX2_ERROR_TEXT)
#undef IAX2_ERROR_TEXT
	default:
		return "unknown error";
	}
}

const char *iax2_end_reason_text(enum iax2_end_reason reason)
{
	static const char *const texts[] = {
	    [IAX2_END_REMOTE_HANGUP] = "the other side hung up",
	    [IAX2_END_REMOTE_REJECT] = "the other side refused",
	    [IAX2_END_INVAL] = "the other side knows no such call",
	    [IAX2_END_TIMEOUT] = "the other side does not answer",
	    [IAX2_END_AUTH] = "wrong or missing proof of identity",
	    [IAX2_END_NO_AUTH] = "asked for a proof that we cannot or will not give",
	    [IAX2_END_NO_FORMAT] = "no media format in common",
	    [IAX2_END_TOKEN] = "wrong or missing call token",
	    [IAX2_END_LIMIT] = "a call number limit is reached",
	    [IAX2_END_PROTOCOL] = "the other side broke the protocol",
	    [IAX2_END_NOMEM] = "out of memory",
	};

	return (size_t)reason < sizeof(texts) / sizeof(texts[0]) ? texts[reason] : "unknown reason";
}
