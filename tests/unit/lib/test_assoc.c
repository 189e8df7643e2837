/* Associations: one for each remote address and socket, for as long as it is needed. */
#include "pair.h"

#include "assoc.h"
#include "core.h"

static struct iax2_path path_to(uint8_t host, uint16_t port, uint32_t socket)
{
	return (struct iax2_path){.remote = {.family = 4, .port = port, .ip = {198, 51, 100, host}}, .socket = socket};
}

static struct iax2_call *call_to(struct pair *p, const struct iax2_path *path)
{
	struct iax2_call_params params = pair_params();
	struct iax2_call *call;

	assert_int_equal(iax2_call_new(p->ep[0], &call, path, &params, p->now), 0);
	return call;
}

static void test_req_077_port_and_socket_tell_them_apart(void **state)
{
	struct pair *p = pair_new();
	struct iax2_endpoint *ep = p->ep[0];
	struct iax2_path a = path_to(1, 4569, 1), port = path_to(1, 4570, 1), host = path_to(2, 4569, 1), sock = path_to(1, 4569, 2);

	(void)state;
	assert_null(iax2_assoc_find(ep, &a));
	(void)call_to(p, &a);
	(void)call_to(p, &a);
	(void)call_to(p, &port);
	(void)call_to(p, &host);
	assert_non_null(iax2_assoc_find(ep, &a));
	assert_null(iax2_assoc_find(ep, &sock));
	assert_int_equal(ep->assocs.by_path.count, 3);
	assert_int_equal(ep->assocs.hosts.count, 2);
	assert_ptr_equal(iax2_assoc_find(ep, &a)->host, iax2_assoc_find(ep, &port)->host);
	assert_int_equal(iax2_assoc_find(ep, &a)->host->legs, 3);
	assert_int_equal(iax2_assoc_find(ep, &a)->by_own.count, 2);
	pair_del(p);
}

/* Gone with its last leg and that leg's rest of a minute. */
static void test_freed_when_nothing_needs_it(void **state)
{
	struct pair *p = pair_new();
	struct iax2_endpoint *ep = p->ep[0];
	struct iax2_path a = path_to(1, 4569, 1);
	struct iax2_call *call = call_to(p, &a);

	(void)state;
	iax2_call_hangup(call, 16, NULL, p->now);
	assert_int_equal(iax2_assoc_find(ep, &a)->by_own.count, 0);
	iax2_endpoint_tick(ep, p->now + 59 * IAX2_NS_PER_S);
	assert_non_null(iax2_assoc_find(ep, &a));
	iax2_endpoint_tick(ep, p->now + 60 * IAX2_NS_PER_S);
	assert_null(iax2_assoc_find(ep, &a));
	assert_int_equal(ep->assocs.hosts.count, 0);
	assert_true(iax2_endpoint_deadline(ep) == IAX2_NS_NEVER);
	pair_del(p);
}

static void test_trunk_parameters(void **state)
{
	struct pair *p = pair_new();
	struct iax2_endpoint *ep = p->ep[0];
	struct iax2_path a = path_to(1, 4569, 1), b = path_to(2, 4569, 1), c = path_to(3, 4569, 1);
	struct iax2_trunk_params params = {.freq_ms = 40, .mtu = 5, .max_size = 1000, .timestamps = true};

	(void)state;
	(void)call_to(p, &a);
	(void)call_to(p, &b);
	assert_int_equal(iax2_assoc_find(ep, &a)->trunk_tx.params.freq_ms, 20);
	assert_int_equal(iax2_endpoint_set_trunk(ep, &a.remote, &params), 0); /* for one, there already */
	assert_int_equal(iax2_assoc_find(ep, &a)->trunk_tx.params.freq_ms, 40);
	assert_int_equal(iax2_assoc_find(ep, &a)->trunk_tx.params.mtu, 172); /* brought into range */
	assert_int_equal(iax2_assoc_find(ep, &b)->trunk_tx.params.freq_ms, 20);
	params.freq_ms = 60;
	assert_int_equal(iax2_endpoint_set_trunk(ep, &c.remote, &params), 0); /* for one to come */
	params.freq_ms = 5000;
	assert_int_equal(iax2_endpoint_set_trunk(ep, NULL, &params), 0); /* for all others */
	(void)call_to(p, &c);
	assert_int_equal(iax2_assoc_find(ep, &a)->trunk_tx.params.freq_ms, 40);
	assert_int_equal(iax2_assoc_find(ep, &b)->trunk_tx.params.freq_ms, 1000);
	assert_int_equal(iax2_assoc_find(ep, &c)->trunk_tx.params.freq_ms, 60);
	pair_del(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_req_077_port_and_socket_tell_them_apart),
	    cmocka_unit_test(test_freed_when_nothing_needs_it),
	    cmocka_unit_test(test_trunk_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
