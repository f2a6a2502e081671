import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  consistencyProof,
  EMPTY_ROOT,
  emptyFrontier,
  frontierRoot,
  grow,
  inclusionProof,
  leafHash,
  packFrontier,
  rootOf,
  sharedProof,
  unpackFrontier,
  verifyConsistency,
  verifyInclusion,
} from '../../../evidence/log/merkle.ts';

// Leaves and roots of the reference implementation's tests (certificate-transparency, merkletree).
const DATA = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = DATA.map((hex) => leafHash(Buffer.from(hex, 'hex')));
const hex = (hashes: readonly Buffer[]): string[] => hashes.map((h) => h.toString('hex'));
const many = Array.from({ length: 64 }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));

describe('hashing of RFC 6962', () => {
  test('the empty tree has the hash of nothing', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(rootOf([])).toEqual(EMPTY_ROOT);
  });

  test.each(ROOTS.map((root, i) => [i + 1, root]))('the tree of %d leaves', (size, root) => {
    expect(rootOf(leaves.slice(0, Number(size))).toString('hex')).toBe(root);
  });

  test('a tree grown leaf by leaf has the same roots', () => {
    const frontier = emptyFrontier();
    for (const [i, leaf] of many.entries()) {
      grow(frontier, leaf);
      expect(frontierRoot(frontier)).toEqual(rootOf(many.slice(0, i + 1)));
    }
  });

  test('what is kept of a tree grows on as the tree itself', () => {
    let kept = emptyFrontier();
    for (const [i, leaf] of many.entries()) {
      kept = unpackFrontier(i, packFrontier(kept)) ?? emptyFrontier();
      grow(kept, leaf);
      expect(frontierRoot(kept)).toEqual(rootOf(many.slice(0, i + 1)));
    }
    expect(unpackFrontier(kept.size - 1, packFrontier(kept))).toBeNull();
  });
});

describe('proofs', () => {
  test('the audit paths of the reference implementation', () => {
    expect(hex(inclusionProof(leaves, 5))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(hex(consistencyProof(leaves, 6))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  test('every leaf of every tree up to 64 is included, and at no other place', () => {
    for (let size = 1; size <= many.length; size++) {
      const tree = many.slice(0, size);
      const root = rootOf(tree);
      for (const [index, leaf] of tree.entries()) {
        const proof = inclusionProof(tree, index);
        expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true);
        expect(verifyInclusion(leaf, (index + 1) % size, size, proof, root)).toBe(size === 1);
      }
    }
  });

  test('every pair of sizes up to 64 is consistent, and only with its own roots', () => {
    for (let second = 1; second <= many.length; second++) {
      const tree = many.slice(0, second);
      const root = rootOf(tree);
      for (let first = 0; first <= second; first++) {
        const proof = consistencyProof(tree, first);
        const old = rootOf(tree.slice(0, first));
        expect(verifyConsistency(first, second, proof, old, root)).toBe(true);
        expect(verifyConsistency(first, second, proof, leafHash(old), root)).toBe(false);
        if (first > 0)
          expect(verifyConsistency(first, second, proof, old, leafHash(root))).toBe(false);
      }
    }
  });

  test('several leaves share one proof, which is shorter than their paths', () => {
    const at = [3, 4, 40];
    const shared = sharedProof(many, at);
    expect(shared.length).toBeLessThan(at.flatMap((i) => inclusionProof(many, i)).length);
    expect(sharedProof(many, [5]).length).toBe(inclusionProof(many, 5).length);
    expect(sharedProof(many, [...many.keys()])).toEqual([]);
  });

  test('a node cannot pass for a leaf', () => {
    const node = rootOf(leaves.slice(0, 2));
    expect(leafHash(node)).not.toEqual(hash('sha256', node, 'buffer'));
  });
});
