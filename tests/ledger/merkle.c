/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The tree: the published vectors, and every size up to 130 against a tree
 * that is written straight from the definition (GDPR 5(2)).
 */
#include "ledger/merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/text.h"

#define SIZES 131

static struct merkle_hash leaves[SIZES], roots[SIZES];
static uint64_t last_asked, asked;

/* RFC 9162, 2.1.1, word for word. */
static struct merkle_hash
naive_root(uint64_t from, uint64_t to)
{
	struct merkle_hash left, right, top;
	uint64_t k = 1;

	if (to - from == 0) {
		sha256_of((struct bytes){ NULL, 0 }, top.bytes);
		return top;
	}
	if (to - from == 1)
		return leaves[from];
	while (k * 2 < to - from)
		k *= 2;
	left = naive_root(from, from + k);
	right = naive_root(from + k, to);
	merkle_node(&left, &right, &top);
	return top;
}

/* RFC 9162, 2.1.3.1: PATH(m, D[n]) */
static void
naive_path(uint64_t m, uint64_t from, uint64_t to, struct merkle_proof *p)
{
	uint64_t k = 1;

	if (to - from == 1)
		return;
	while (k * 2 < to - from)
		k *= 2;
	if (m < k) {
		naive_path(m, from, from + k, p);
		p->path[p->count++] = naive_root(from + k, to);
	} else {
		naive_path(m - k, from + k, to, p);
		p->path[p->count++] = naive_root(from, from + k);
	}
}

/* RFC 9162, 2.1.4.1: SUBPROOF(m, D_n, b) */
static void
naive_subproof(uint64_t m, uint64_t from, uint64_t to, bool b,
    struct merkle_proof *p)
{
	uint64_t k = 1;

	if (m == to - from) {
		if (!b)
			p->path[p->count++] = naive_root(from, to);
		return;
	}
	while (k * 2 < to - from)
		k *= 2;
	if (m <= k) {
		naive_subproof(m, from, from + k, b, p);
		p->path[p->count++] = naive_root(from + k, to);
	} else {
		naive_subproof(m - k, from + k, to, false, p);
		p->path[p->count++] = naive_root(from, from + k);
	}
}

static enum err
leaf_at(void *arg, uint64_t index, struct merkle_hash *ret_leaf)
{
	assert_true(index < *(uint64_t *)arg);
	assert_true(asked == 0 || index > last_asked);
	last_asked = index;
	asked++;
	*ret_leaf = leaves[index];
	return ERR_OK;
}

static int
grow(void **state)
{
	unsigned char data[2];
	uint64_t i;

	(void)state;
	for (i = 0; i < SIZES; i++) {
		data[0] = (unsigned char)i;
		data[1] = 0x5a;
		merkle_leaf((struct bytes){ data, 2 }, &leaves[i]);
	}
	for (i = 0; i < SIZES; i++)
		roots[i] = naive_root(0, i);
	return 0;
}

static void
the_roots_are_those_of_certificate_transparency(void **state)
{
	static const char *const inputs[] = { "", "00", "10", "2021", "3031",
	    "40414243", "5051525354555657",
	    "606162636465666768696a6b6c6d6e6f" };
	static const char *const want[] = {
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855",
	    "6e340b9cffb37a989ca544e6bb780a2c"
	    "78901d3fb33738768511a30617afa01d",
	    "fac54203e7cc696cf0dfcb42c92a1d9d"
	    "baf70ad9e621f4bd8d98662f00e3c125",
	    "aeb6bcfe274b70a14fb067a5e5578264"
	    "db0fa9b51af5e0ba159158f329e06e77",
	    "d37ee418976dd95753c1c73862b9398f"
	    "a2a2cf9b4ff0fdfe8b30cd95209614b7",
	    "4e3bbb1f7b478dcfe71fb631631519a3"
	    "bca12c9aefca1612bfce4c13a86264d4",
	    "76e67dadbcdf1e10e1b74ddc608abd2f"
	    "98dfb16fbce75277b5232a127f2087ef",
	    "ddb89be403809e325750d3d263cd7892"
	    "9c2942b7942a34b77e122c9594a74c8c",
	    "5dc9da79a70659a9ad559cb701ded9a2"
	    "ab9d823aad2f4960cfe370eff4604328" };
	struct arena *a = arena_open();
	struct merkle_frontier f;
	struct merkle_hash hash;
	struct bytes data;
	size_t i;

	(void)state;
	merkle_open(&f);
	for (i = 0; ; i++) {
		merkle_root(&f, &hash);
		assert_string_equal(hex_write(a,
		    (struct bytes){ hash.bytes, HASH_BYTES }), want[i]);
		if (i == LENGTH(inputs))
			break;
		assert_int_equal(hex_read(a, inputs[i], &data), ERR_OK);
		merkle_leaf(data, &hash);
		merkle_push(&f, &hash);
	}
	arena_close(a);
}

static void
pushing_leaves_gives_the_root_of_the_definition(void **state)
{
	struct merkle_frontier f;
	struct merkle_hash root;
	uint64_t n;

	(void)state;
	merkle_open(&f);
	for (n = 0; n < SIZES; n++) {
		merkle_root(&f, &root);
		assert_true(merkle_is_equal(&root, &roots[n]));
		merkle_push(&f, &leaves[n]);
	}
}

static void
a_frontier_goes_on_after_it_was_saved(void **state)
{
	struct arena *a = arena_open();
	struct merkle_frontier f, g;
	struct merkle_hash root;
	struct bytes data;
	uint64_t n;

	(void)state;
	merkle_open(&f);
	for (n = 0; n < SIZES; n++) {
		data = merkle_save(a, &f);
		assert_int_equal(merkle_restore(data, &g), ERR_OK);
		assert_true(g.size == n);
		merkle_root(&g, &root);
		assert_true(merkle_is_equal(&root, &roots[n]));
		data.len--;
		assert_int_equal(merkle_restore(data, &g), ERR_MALFORMED);
		data.len += 2;
		assert_int_equal(merkle_restore(data, &g), ERR_MALFORMED);
		merkle_push(&f, &leaves[n]);
	}
	assert_int_equal(merkle_restore((struct bytes){ NULL, 0 }, &g),
	    ERR_MALFORMED);
	arena_close(a);
}

static void
each_leaf_of_each_size_is_proved_and_no_other(void **state)
{
	struct merkle_proof p, want;
	uint64_t n, i;

	(void)state;
	for (n = 1; n < SIZES; n++)
		for (i = 0; i < n; i++) {
			asked = 0;
			assert_int_equal(merkle_prove_leaf(leaf_at, &n, i, n,
			    &p), ERR_OK);
			assert_true(asked == n - 1);
			want.count = 0;
			naive_path(i, 0, n, &want);
			assert_int_equal(p.count, want.count);
			assert_memory_equal(p.path, want.path,
			    p.count * sizeof(p.path[0]));
			assert_true(merkle_holds_leaf(&leaves[i], i, n, &p,
			    &roots[n]));
			assert_false(merkle_holds_leaf(&leaves[(i + 1) %
			    SIZES], i, n, &p, &roots[n]));
			assert_false(merkle_holds_leaf(&leaves[i], i, n, &p,
			    &roots[n - 1]));
			if (n > 1)
				assert_false(merkle_holds_leaf(&leaves[i],
				    i ^ 1, n, &p, &roots[n]));
		}
	assert_int_equal(merkle_prove_leaf(leaf_at, &n, 5, 5, &p),
	    ERR_INVALID);
}

static void
a_leaf_is_proved_from_what_came_before_it_as_from_all(void **state)
{
	struct merkle_proof p, want;
	struct merkle_frontier f;
	uint64_t n, i;

	(void)state;
	merkle_open(&f);
	for (i = 0; i < SIZES - 1; i++) {
		for (n = i + 1; n < SIZES; n++) {
			merkle_prove_next(&f, &leaves[i + 1], n - i - 1, &p);
			want.count = 0;
			naive_path(i, 0, n, &want);
			assert_int_equal(p.count, want.count);
			assert_memory_equal(p.path, want.path,
			    p.count * sizeof(p.path[0]));
		}
		merkle_push(&f, &leaves[i]);
	}
}

static void
a_leaf_proof_that_is_cut_padded_or_changed_does_not_hold(void **state)
{
	struct merkle_proof p, q;
	uint64_t n, i;
	unsigned j;

	(void)state;
	for (n = 1; n < SIZES; n += 7)
		for (i = 0; i < n; i += 3) {
			asked = 0;
			assert_int_equal(merkle_prove_leaf(leaf_at, &n, i, n,
			    &p), ERR_OK);
			q = p;
			q.path[q.count++] = leaves[0];
			assert_false(merkle_holds_leaf(&leaves[i], i, n, &q,
			    &roots[n]));
			q = p;
			if (q.count-- > 0)
				assert_false(merkle_holds_leaf(&leaves[i], i,
				    n, &q, &roots[n]));
			for (j = 0; j < p.count; j++) {
				q = p;
				q.path[j].bytes[j % HASH_BYTES] ^= 0x10;
				assert_false(merkle_holds_leaf(&leaves[i], i,
				    n, &q, &roots[n]));
			}
			assert_false(merkle_holds_leaf(&leaves[i], n, n, &p,
			    &roots[n]));
		}
	assert_false(merkle_holds_leaf(&leaves[0], 0, 0, &p, &roots[0]));
	p.count = 1;
	p.path[0] = leaves[1];
	assert_true(merkle_holds_leaf(&leaves[0], 0, 2, &p, &roots[2]));
	assert_false(merkle_holds_leaf(&leaves[0], 0, 3, &p, &roots[2]));
}

static void
each_growth_up_to_each_size_is_proved(void **state)
{
	struct merkle_proof p, want;
	struct merkle_tree from, to;
	uint64_t m, n;

	(void)state;
	for (n = 0; n < SIZES; n++)
		for (m = 0; m <= n; m++) {
			asked = 0;
			assert_int_equal(merkle_prove_growth(leaf_at, &n, m, n,
			    &p), ERR_OK);
			want.count = 0;
			if (m > 0)
				naive_subproof(m, 0, n, true, &want);
			assert_int_equal(p.count, want.count);
			assert_memory_equal(p.path, want.path,
			    p.count * sizeof(p.path[0]));
			from = (struct merkle_tree){ m, roots[m] };
			to = (struct merkle_tree){ n, roots[n] };
			assert_true(merkle_holds_growth(&from, &to, &p));
		}
	assert_int_equal(merkle_prove_growth(leaf_at, &n, 6, 5, &p),
	    ERR_INVALID);
}

static void
a_rewritten_past_has_no_growth_proof(void **state)
{
	struct merkle_proof p, q;
	struct merkle_tree from, to;
	uint64_t m, n;
	unsigned j;

	(void)state;
	for (n = 2; n < SIZES; n += 5)
		for (m = 1; m < n; m++) {
			asked = 0;
			assert_int_equal(merkle_prove_growth(leaf_at, &n, m, n,
			    &p), ERR_OK);
			from = (struct merkle_tree){ m, roots[m] };
			to = (struct merkle_tree){ n, roots[n] };
			from.root.bytes[0] ^= 1;
			assert_false(merkle_holds_growth(&from, &to, &p));
			from.root.bytes[0] ^= 1;
			to.root.bytes[0] ^= 1;
			assert_false(merkle_holds_growth(&from, &to, &p));
			to.root.bytes[0] ^= 1;
			for (j = 0; j < p.count; j++) {
				q = p;
				q.path[j].bytes[31] ^= 0x80;
				assert_false(merkle_holds_growth(&from, &to,
				    &q));
			}
			q = p;
			q.path[q.count++] = leaves[0];
			assert_false(merkle_holds_growth(&from, &to, &q));
			q = p;
			q.count--;
			assert_false(merkle_holds_growth(&from, &to, &q));
			assert_false(merkle_holds_growth(&to, &from, &p));
		}
	p.count = 0;
	from = (struct merkle_tree){ 3, roots[3] };
	to = (struct merkle_tree){ 3, roots[4] };
	assert_false(merkle_holds_growth(&from, &to, &p));
}

static enum err
leaf_away(void *arg, uint64_t index, struct merkle_hash *ret_leaf)
{
	if (index == *(uint64_t *)arg)
		return ERR_DOWN;
	*ret_leaf = leaves[index];
	return ERR_OK;
}

static void
a_leaf_that_cannot_be_read_ends_the_proof_with_its_error(void **state)
{
	struct merkle_proof p;
	uint64_t i;

	(void)state;
	for (i = 0; i < 10; i++) {
		if (i != 4)
			assert_int_equal(merkle_prove_leaf(leaf_away, &i, 4,
			    10, &p), ERR_DOWN);
		assert_int_equal(merkle_prove_growth(leaf_away, &i, 7, 10,
		    &p), ERR_DOWN);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_roots_are_those_of_certificate_transparency),
		cmocka_unit_test(pushing_leaves_gives_the_root_of_the_definition),
		cmocka_unit_test(a_frontier_goes_on_after_it_was_saved),
		cmocka_unit_test(
		    a_leaf_is_proved_from_what_came_before_it_as_from_all),
		cmocka_unit_test(each_leaf_of_each_size_is_proved_and_no_other),
		cmocka_unit_test(a_leaf_proof_that_is_cut_padded_or_changed_does_not_hold),
		cmocka_unit_test(each_growth_up_to_each_size_is_proved),
		cmocka_unit_test(a_rewritten_past_has_no_growth_proof),
		cmocka_unit_test(a_leaf_that_cannot_be_read_ends_the_proof_with_its_error),
	};

	return cmocka_run_group_tests_name("merkle", tests, grow, NULL);
}
