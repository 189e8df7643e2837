/* Messages that may begin a leg: duplicates, call tokens, limits (protocol reference 5.4, 11.3, 14). */
#include "messages.h"

#define OPEN_REST (60 * IAX2_NS_PER_S)

void iax2_answer_stateless(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *request,
                           enum iax2_command command, const struct iax2_ie_writer *ies)
{
	struct iax2_frame answer = {.kind = IAX2_KIND_FULL, .scall = 1, .dcall = request->scall, .timestamp = request->timestamp,
	                            .iseqno = (uint8_t)(request->oseqno + 1), .type = IAX2_TYPE_IAX, .subclass = command};

	if (ies) {
		answer.payload = ies->buf;
		answer.payload_len = ies->len;
	}
	iax2_endpoint_send_stateless(ep, path, &answer);
}

static void open_refuse(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame, enum iax2_limit_kind limit,
                        enum iax2_end_reason reason)
{
	char name[256];
	struct iax2_event ev = {.type = IAX2_EV_REFUSED, .path = *path, .subclass = frame->subclass, .reason = reason};

	if (!iax2_endpoint_may_answer(ep, path, limit)) {
		return;
	}
	ev.text = iax2_ies_string(&ep->ies, IAX2_IE_USERNAME, name, sizeof(name));
	iax2_answer_stateless(ep, path, frame, frame->subclass == IAX2_CMD_NEW ? IAX2_CMD_REJECT : IAX2_CMD_REGREJ, NULL);
	if (iax2_eventq_push(&ep->events, ep->mem, NULL, &ev, false, false) < 0) {
		ep->stats.no_memory++;
	}
}

static void open_send_token(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	const struct iax2_assoc *assoc = iax2_assoc_find(ep, path);
	bool proven = assoc && assoc->host->proven_until > ep->now;
	char token[IAX2_TOKEN_MAX + 1];
	uint8_t buf[2 + IAX2_TOKEN_MAX];
	struct iax2_ie_writer w;
	int len;

	if (!iax2_endpoint_may_answer(ep, path, proven ? IAX2_LIMIT_TOKEN_PROVEN : IAX2_LIMIT_TOKEN)) {
		return;
	}
	len = iax2_token_make(&ep->tokens, &ep->crypto, &path->remote, (enum iax2_command)frame->subclass, ep->now, token);
	if (len > 0) {
		iax2_iew_init(&w, buf, sizeof(buf));
		iax2_iew_raw(&w, IAX2_IE_CALLTOKEN, token, (size_t)len);
		ep->stats.tokens_sent++;
		iax2_answer_stateless(ep, path, frame, IAX2_CMD_CALLTOKEN, &w);
	}
}

/* The token check (14.2).  True when the request may go on. */
static bool open_token_check(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame, bool *validated)
{
	enum iax2_command command = (enum iax2_command)frame->subclass;
	struct iax2_view token;
	char name[256];

	iax2_ies_string(&ep->ies, IAX2_IE_USERNAME, name, sizeof(name));
	if (!iax2_ies_has(&ep->ies, IAX2_IE_CALLTOKEN)) {
		enum iax2_token_policy policy =
		    ep->config.token_policy ? ep->config.token_policy(ep->config.user, command, name, &path->remote) : IAX2_TOKEN_REQUIRED;

		if (policy == IAX2_TOKEN_REQUIRED) {
			ep->stats.tokens_refused++;
			open_refuse(ep, path, frame, IAX2_LIMIT_OTHER, IAX2_END_TOKEN);
		}
		return policy == IAX2_TOKEN_NOT_REQUIRED;
	}
	token = ep->ies.value[IAX2_IE_CALLTOKEN].view;
	if (token.len == 0) {
		open_send_token(ep, path, frame);
		return false;
	}
	*validated = iax2_token_valid(&ep->tokens, &ep->crypto, &path->remote, command, ep->config.token_lifetime_s, ep->now, token.data,
	                              token.len);
	if (!*validated) {
		ep->stats.tokens_refused++;
		open_refuse(ep, path, frame, IAX2_LIMIT_BAD_TOKEN, IAX2_END_TOKEN);
		return false;
	}
	if (ep->config.token_seen) {
		ep->config.token_seen(ep->config.user, command, name);
	}
	return true;
}

static uint64_t open_token_hash(const struct iax2_endpoint *ep)
{
	struct iax2_view token = iax2_ies_has(&ep->ies, IAX2_IE_CALLTOKEN) ? ep->ies.value[IAX2_IE_CALLTOKEN].view : (struct iax2_view){0};

	return token.len ? iax2_hash_bytes(ep->seed, token.data, token.len) : 0;
}

/* The same request again, or a new one of a caller that has forgotten the old call (5.4)? */
static bool open_is_duplicate(const struct iax2_leg *old, const struct iax2_frame *frame, uint64_t token)
{
	bool differs = old->open_ts != frame->timestamp && (old->open_token != token || token == 0);
	bool stale = iax2_leg_in(old, IAX2_IN_ENDED) || old->ep->now - old->created > OPEN_REST;

	return !differs || !stale;
}

/* Without an element that names the command, as Asterisk answers these: an answer to a stranger is no longer than his question. */
static void open_unsupported(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	if (iax2_endpoint_may_answer(ep, path, IAX2_LIMIT_OTHER)) {
		iax2_answer_stateless(ep, path, frame, IAX2_CMD_UNSUPPORT, NULL);
	}
}

static void open_make(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame, bool validated)
{
	int rc = frame->subclass == IAX2_CMD_NEW ? iax2_new_received(ep, path, frame, &ep->ies, validated)
	                                         : iax2_regreq_received(ep, path, frame, &ep->ies, validated);
	struct iax2_assoc *assoc = rc == 0 ? iax2_assoc_find(ep, path) : NULL;
	struct iax2_leg *leg = assoc ? iax2_assoc_by_remote(assoc, frame->scall) : NULL;

	if (rc == IAX2_ERR_LIMIT || rc == IAX2_ERR_NOCALLNO) {
		ep->stats.calls_refused_limit++;
		open_refuse(ep, path, frame, IAX2_LIMIT_OTHER, IAX2_END_LIMIT);
	}
	if (leg) {
		leg->open_ts = frame->timestamp;
		leg->open_token = open_token_hash(ep);
	}
}

void iax2_open(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	struct iax2_ending forgotten = {.reason = IAX2_END_INVAL, .cause = IAX2_CAUSE_INVALID_CALL};
	struct iax2_assoc *assoc = iax2_assoc_find(ep, path);
	struct iax2_leg *old = assoc ? iax2_assoc_by_remote(assoc, frame->scall) : NULL;
	bool validated = false;

	if (iax2_ies_decode(&ep->ies, frame->payload, frame->payload_len) < 0) {
		ep->stats.rx_ie_malformed++;
		return;
	}
	if (frame->subclass == IAX2_CMD_FWDOWNL || frame->subclass == IAX2_CMD_PROVISION) {
		open_unsupported(ep, path, frame);
		return;
	}
	if (old && open_is_duplicate(old, frame, open_token_hash(ep))) {
		ep->stats.rx_duplicate++;
		iax2_leg_ack(old, frame);
		return;
	}
	if (!open_token_check(ep, path, frame, &validated)) {
		return;
	}
	if (old) {
		iax2_leg_end(old, &forgotten);
		iax2_leg_destroy(old);
	}
	open_make(ep, path, frame, validated);
}
