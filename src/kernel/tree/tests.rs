//! The tree against the RFC's example, the reference tree of the public test suites, `ct-merkle`, and its own
//! definition; and proofs that must not be believed.

use std::convert::Infallible;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use proptest::prelude::*;
use sha2::Sha256;

use super::*;

/// The inputs of the eight-leaf tree that RFC 6962 implementations share.
const INPUTS: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// Its roots, by size.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hash(text: &str) -> Hash {
    text.parse().unwrap()
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts.iter().map(|text| hash(text)).collect()
}

fn reference_leaves() -> Vec<Hash> {
    INPUTS.iter().map(|input| leaf_hash(&hex::decode(input).unwrap())).collect()
}

/// Leaves whose inputs are the numbers from 0, as 8 bytes.
fn numbered(size: u64) -> Vec<Hash> {
    (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

/// The definition of RFC 6962 section 2.1, word for word.
fn root_by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root_by_definition(left), &root_by_definition(right))
        }
    }
}

/// `PATH` of RFC 6962 section 2.1.1, word for word.
fn path_by_definition(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return vec![];
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut path, beside) =
        if index < k { (path_by_definition(index, left), right) } else { (path_by_definition(index - k, right), left) };
    path.push(root_by_definition(beside));
    path
}

/// `SUBPROOF` of RFC 6962 section 2.1.2, word for word.
fn subproof_by_definition(old: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if known { vec![] } else { vec![root_by_definition(leaves)] };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut proof, beside) = if old <= k {
        (subproof_by_definition(old, left, known), right)
    } else {
        (subproof_by_definition(old - k, right, false), left)
    };
    proof.push(root_by_definition(beside));
    proof
}

fn edge_of(leaves: &[Hash]) -> Edge {
    leaves.iter().copied().collect()
}

#[test]
fn the_reference_tree_has_its_roots() {
    let leaves = reference_leaves();
    assert_eq!(hash(ROOTS[0]), EMPTY);
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(edge_of(&leaves[..size]).root(), hash(root), "size {size}");
    }
}

/// Paths and proofs of the reference tree as the CT projects publish them.
#[test]
fn the_reference_tree_has_its_proofs() {
    let leaves = reference_leaves();
    let path = |index, size: usize| inclusion_proof(&leaves[..size], index).unwrap();
    assert_eq!(path(0, 1), vec![]);
    assert_eq!(
        path(0, 8),
        hashes(&[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ])
    );
    assert_eq!(
        path(5, 8),
        hashes(&[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ])
    );
    assert_eq!(path(2, 3), hashes(&[ROOTS[2]]));
    assert_eq!(
        path(1, 5),
        hashes(&[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ])
    );
    let proof = |old, new: usize| consistency_proof(&leaves[..new], old).unwrap();
    assert_eq!(proof(1, 1), vec![]);
    assert_eq!(
        proof(1, 8),
        hashes(&[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ])
    );
    assert_eq!(
        proof(6, 8),
        hashes(&[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ])
    );
    assert_eq!(
        proof(2, 5),
        hashes(&[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ])
    );
}

/// RFC 6962 section 2.1.3: the tree of seven leaves d0 … d6 with the nodes a … l, and the proofs named there.
#[test]
#[expect(clippy::many_single_char_names, reason = "the RFC names its nodes so")]
fn the_example_of_the_rfc() {
    let leaves = numbered(7);
    let [a, b, c, d, e, f, j] = leaves[..] else { unreachable!() };
    let (g, h, i) = (node_hash(&a, &b), node_hash(&c, &d), node_hash(&e, &f));
    let (k, l) = (node_hash(&g, &h), node_hash(&i, &j));
    assert_eq!(root_of(leaves.iter().copied()), node_hash(&k, &l));
    let path = |index| inclusion_proof(&leaves, index).unwrap();
    assert_eq!(path(0), [b, h, l]);
    assert_eq!(path(3), [c, g, l]);
    assert_eq!(path(4), [f, j, k]);
    assert_eq!(path(6), [i, k]);
    let proof = |old| consistency_proof(&leaves, old).unwrap();
    assert_eq!(proof(3), [c, d, g, l]);
    assert_eq!(proof(4), [l]);
    assert_eq!(proof(6), [i, j, k]);
}

#[test]
fn a_leaf_in_parts_is_the_leaf_in_one() {
    assert_eq!(leaf_hash_of_parts(&[b"ab", b"", b"c"]), leaf_hash(b"abc"));
    assert_eq!(leaf_hash_of_parts(&[]), leaf_hash(b""));
    let mut hasher = LeafHasher::default();
    hasher.update(b"ab");
    hasher.update(b"c");
    assert_eq!(hasher.finish(), leaf_hash(b"abc"));
}

#[test]
fn a_hash_has_one_text() {
    let text = ROOTS[8];
    assert_eq!(hash(text).to_string(), text);
    assert_eq!(serde_json::to_string(&hash(text)).unwrap(), format!("\"{text}\""));
    assert_eq!(serde_json::from_str::<Hash>(&format!("\"{text}\"")).unwrap(), hash(text));
    let upper = text.to_uppercase();
    for wrong in ["", &text[..62], &text[..63], &format!("{text}00"), &upper, &format!(" {text}")] {
        assert_eq!(wrong.parse::<Hash>(), Err(HashError), "{wrong}");
    }
    assert_eq!(Hash::from_slice(&[0; 31]), Err(HashError));
    assert_eq!(Hash::from_slice(&EMPTY.0), Ok(EMPTY));
}

#[test]
fn the_edge_agrees_with_the_definition_at_every_size() {
    let leaves = numbered(600);
    let mut edge = Edge::new();
    for size in 0..=600 {
        assert_eq!(edge.size(), size as u64);
        assert_eq!(edge.root(), root_by_definition(&leaves[..size]), "size {size}");
        assert_eq!(edge.to_bytes().len(), edge.peaks().len() * 32);
        assert_eq!(Edge::from_bytes(edge.size(), &edge.to_bytes()).unwrap(), edge);
        let peaks: Vec<Hash> = edge
            .subtrees()
            .iter()
            .map(|subtree| {
                let Range { start, end } = subtree.range();
                root_by_definition(&leaves[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()])
            })
            .collect();
        assert_eq!(edge.peaks(), peaks);
        edge.extend(leaves.get(size).copied());
    }
}

#[test]
fn an_edge_of_another_length_is_refused() {
    let edge = edge_of(&numbered(7));
    let bytes = edge.to_bytes();
    let length = |size, found| Err(EdgeError::Length { size, expected: 96, found });
    assert_eq!(Edge::from_bytes(7, &bytes[..64]), length(7, 64));
    assert_eq!(Edge::from_bytes(7, &bytes[..95]), length(7, 95));
    assert_eq!(Edge::from_bytes(7, &[&bytes[..], &[0; 32]].concat()), length(7, 128));
    assert!(Edge::from_bytes(6, &bytes).is_err());
    assert_eq!(Edge::from_bytes(u64::MAX, &[0; 64 * 32]), Err(EdgeError::Size(u64::MAX)));
    assert!(Edge::from_bytes(Edge::MAX_SIZE, &[0; 63 * 32]).is_ok());
}

/// A leaf, then each subtree that it completes, each once and with the hash that the definition gives.
#[test]
fn every_complete_subtree_is_named_once() {
    let leaves = numbered(300);
    let mut edge = Edge::new();
    let mut named = std::collections::BTreeMap::new();
    for leaf in &leaves {
        edge.push_with(*leaf, |subtree, hash| assert_eq!(named.insert(subtree, hash), None));
    }
    let complete: u64 = (0..9).map(|level| 300 >> level).sum();
    assert_eq!(named.len() as u64, complete);
    for (subtree, hash) in named {
        let Range { start, end } = subtree.range();
        let part = &leaves[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()];
        assert_eq!(hash, root_by_definition(part), "{subtree:?}");
    }
}

#[test]
fn proofs_agree_with_the_definition_for_all_small_trees() {
    let leaves = numbered(40);
    for size in 1..=leaves.len() {
        let tree = &leaves[..size];
        let root = root_by_definition(tree);
        for index in 0..size {
            let proof = inclusion_proof(tree, index as u64).unwrap();
            assert_eq!(proof, path_by_definition(index, tree));
            verify_inclusion(tree[index], index as u64, size as u64, &proof, root).unwrap();
            let old = index + 1;
            let proof = consistency_proof(tree, old as u64).unwrap();
            assert_eq!(proof, subproof_by_definition(old, tree, true));
            let old_root = root_by_definition(&tree[..old]);
            verify_consistency(old as u64, old_root, size as u64, root, &proof).unwrap();
        }
    }
}

/// With the root and the size of one signed head, a proof holds for one place only; and for no other head. (With the
/// right root and a wrong size it may hold: that is why both come from the head.)
#[test]
fn no_proof_holds_for_another_place_or_head() {
    let leaves = numbered(33);
    let heads: Vec<(u64, Hash)> = (0..=33).map(|size| (size as u64, root_by_definition(&leaves[..size]))).collect();
    for size in 1..=33 {
        for index in 0..size {
            let proof = inclusion_proof(&leaves[..size], index as u64).unwrap();
            for (other_size, root) in &heads {
                for other in 0..=34 {
                    let holds = verify_inclusion(leaves[index], other, *other_size, &proof, *root).is_ok();
                    let is_true = other == index as u64 && *other_size == size as u64;
                    assert_eq!(holds, is_true, "{index} of {size} as {other} of {other_size}");
                }
            }
        }
    }
}

#[test]
fn no_proof_leads_from_nothing_or_backwards() {
    let leaves = numbered(5);
    let root = root_of(leaves.iter().copied());
    let sizes = |old, new| Err(ProofError::Sizes { old, new });
    assert_eq!(verify_consistency(0, EMPTY, 5, root, &[]), sizes(0, 5));
    assert_eq!(verify_consistency(0, EMPTY, 5, root, &[root]), sizes(0, 5));
    assert_eq!(verify_consistency(0, EMPTY, 0, EMPTY, &[]), sizes(0, 0));
    assert_eq!(verify_consistency(6, root, 5, root, &[]), sizes(6, 5));
    assert_eq!(verify_consistency(5, root, 5, root, &[]), Ok(()));
    assert_eq!(verify_consistency(5, root, 5, EMPTY, &[]), Err(ProofError::Root));
    assert_eq!(verify_consistency(5, root, 5, root, &[root]), Err(ProofError::Length(1)));
    assert_eq!(verify_consistency(3, root, 5, root, &[]), Err(ProofError::Length(0)));
    assert_eq!(consistency_plan(0, 5), Err(ProofError::Sizes { old: 0, new: 5 }));
    assert_eq!(consistency_plan(6, 5), Err(ProofError::Sizes { old: 6, new: 5 }));
    assert_eq!(consistency_plan(5, 5), Ok(vec![]));
    let index = Err(ProofError::Index { index: 5, size: 5 });
    assert_eq!(inclusion_plan(5, 5), index.map(|()| vec![]));
    assert_eq!(verify_inclusion(leaves[4], 5, 5, &[], root), index);
    assert!(verify_inclusion(EMPTY, 0, 0, &[], EMPTY).is_err());
    assert_eq!(verify_inclusion(leaves[0], 0, 1, &[], leaves[0]), Ok(()));
    assert_eq!(verify_inclusion(leaves[0], 0, 1, &[root], leaves[0]), Err(ProofError::Length(1)));
    // The largest numbers there are end, too.
    let sixty_three = vec![EMPTY; 63];
    assert!(verify_inclusion(EMPTY, u64::MAX - 1, u64::MAX, &sixty_three, EMPTY).is_err());
    assert!(verify_consistency(u64::MAX - 1, EMPTY, u64::MAX, EMPTY, &sixty_three).is_err());
    assert_eq!(inclusion_plan(0, u64::MAX).unwrap().len(), 64);
}

#[test]
fn a_root_is_the_root_of_its_subtrees() {
    let leaves = numbered(100);
    for size in 0..=100_usize {
        let plan = root_plan(size as u64);
        let read = |subtree: Subtree| {
            let Range { start, end } = subtree.range();
            Ok::<_, Infallible>(root_by_definition(
                &leaves[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()],
            ))
        };
        assert_eq!(compute(&plan, read).unwrap(), [root_by_definition(&leaves[..size])]);
    }
}

// --- proofs that must be refused, made by the rules of the public test suite --------------------------------------

/// The ways in which the public suite (transparency-dev/merkle) spoils a proof.
fn spoilt(proof: &[Hash], roots: &[Hash]) -> Vec<Vec<Hash>> {
    let garbage = leaf_hash(b"garbage");
    let mut all = vec![[proof, &[garbage]].concat(), [&[garbage], proof].concat()];
    for root in roots {
        all.push([proof, &[*root]].concat());
        all.push([&[*root], proof].concat());
    }
    for place in 0..proof.len() {
        let mut without = proof.to_vec();
        without.remove(place);
        all.push(without);
        let mut inserted = proof.to_vec();
        inserted.insert(place, garbage);
        all.push(inserted);
        let mut swapped = proof.to_vec();
        swapped.swap(place, (place + 1) % proof.len());
        if swapped != proof {
            all.push(swapped);
        }
        all.push(proof[..place].to_vec());
        for bit in 0..256 {
            let mut flipped = proof.to_vec();
            flipped[place].0[bit / 8] ^= 1 << (bit % 8);
            all.push(flipped);
        }
    }
    all
}

#[test]
fn spoilt_inclusion_proofs_are_refused() {
    let leaves = numbered(17);
    for size in 1..=leaves.len() {
        let tree = &leaves[..size];
        let root = root_by_definition(tree);
        for index in 0..size {
            let (at, of, leaf) = (index as u64, size as u64, tree[index]);
            let proof = inclusion_proof(tree, at).unwrap();
            for wrong in spoilt(&proof, &[root, EMPTY]) {
                assert!(verify_inclusion(leaf, at, of, &wrong, root).is_err(), "{at} of {of}");
            }
            assert!(verify_inclusion(leaf, at, of, &proof, EMPTY).is_err());
            assert!(verify_inclusion(leaf_hash(b"another"), at, of, &proof, root).is_err());
        }
    }
}

#[test]
fn spoilt_consistency_proofs_are_refused() {
    let leaves = numbered(17);
    for new in 1..=leaves.len() {
        let new_root = root_by_definition(&leaves[..new]);
        for old in 1..=new {
            let (m, n) = (old as u64, new as u64);
            let old_root = root_by_definition(&leaves[..old]);
            let proof = consistency_proof(&leaves[..new], m).unwrap();
            for wrong in spoilt(&proof, &[old_root, new_root]) {
                assert!(verify_consistency(m, old_root, n, new_root, &wrong).is_err(), "{m} to {n}");
            }
            assert!(verify_consistency(m, EMPTY, n, new_root, &proof).is_err());
            assert!(verify_consistency(m, old_root, n, EMPTY, &proof).is_err());
            if old != new {
                assert!(verify_consistency(m, new_root, n, old_root, &proof).is_err());
                assert!(verify_consistency(m, old_root, m, new_root, &[]).is_err());
            }
            // A history whose first event differs is another history, with whatever proof.
            let mut forged = leaves[..new].to_vec();
            forged[0] = leaf_hash(b"forged");
            let forged_proof = consistency_proof(&forged, m).unwrap();
            let forged_root = root_by_definition(&forged);
            assert!(verify_consistency(m, old_root, n, forged_root, &forged_proof).is_err());
            assert!(verify_consistency(m, old_root, n, forged_root, &proof).is_err());
        }
    }
}

// --- against ct-merkle, both ways ----------------------------------------------------------------------------------

fn theirs(hash: Hash) -> sha2::digest::Output<Sha256> {
    hash.0.into()
}

fn bytes(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(|hash| hash.0).collect()
}

fn ours(proof: &[u8]) -> Vec<Hash> {
    proof.as_chunks().0.iter().copied().map(Hash).collect()
}

fn their_tree(size: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    for n in 0..size {
        tree.push(n.to_be_bytes().to_vec());
    }
    tree
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn ct_merkle_agrees(size in 1_u64..1500, at in any::<prop::sample::Index>(), bit in any::<prop::sample::Index>()) {
        let leaves = numbered(size);
        let tree = their_tree(size);
        let root = root_of(leaves.iter().copied());
        prop_assert_eq!(theirs(root), *tree.root().as_bytes());

        let index = at.index(leaves.len());
        let mine = inclusion_proof(&leaves, index as u64).unwrap();
        let their_proof = tree.prove_inclusion(index);
        prop_assert_eq!(&mine, &ours(their_proof.as_bytes()));
        verify_inclusion(leaves[index], index as u64, size, &ours(their_proof.as_bytes()), root).unwrap();
        let item = (index as u64).to_be_bytes().to_vec();
        let head = RootHash::<Sha256>::new(theirs(root), size);
        prop_assert!(head
            .verify_inclusion(&item, index as u64, &InclusionProof::try_from_bytes(bytes(&mine)).unwrap())
            .is_ok());

        let old = index as u64 + 1;
        let old_root = root_of(leaves[..=index].iter().copied());
        let old_head = RootHash::<Sha256>::new(theirs(old_root), old);
        let mine = consistency_proof(&leaves, old).unwrap();
        let their_proof = tree.prove_consistency(usize::try_from(size - old).unwrap());
        prop_assert_eq!(&mine, &ours(their_proof.as_bytes()));
        verify_consistency(old, old_root, size, root, &mine).unwrap();
        let they_believe = |proof: &[Hash]| {
            ConsistencyProof::try_from_bytes(bytes(proof))
                .is_ok_and(|proof| head.verify_consistency(&old_head, &proof).is_ok())
        };
        prop_assert!(they_believe(&mine));
        if !mine.is_empty() {
            let mut flipped = mine.clone();
            let bit = bit.index(mine.len() * 256);
            flipped[bit / 256].0[bit % 256 / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_consistency(old, old_root, size, root, &flipped).is_err());
            prop_assert!(!they_believe(&flipped));
        }
    }

    /// Arbitrary bytes are never believed and never stop the program.
    #[test]
    fn noise_is_refused(
        index in any::<u64>(), size in any::<u64>(),
        proof in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..70),
    ) {
        prop_assert!(verify_inclusion(EMPTY, index, size, &proof, Hash([1; 32])).is_err());
        prop_assert!(verify_consistency(index, EMPTY, size, Hash([1; 32]), &proof).is_err());
    }
}
