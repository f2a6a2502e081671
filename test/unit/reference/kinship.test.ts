import { describe, expect, test } from 'vitest';
import { buildKinGraph } from '../../../reference/kin-graph.ts';
import { kinPath } from '../../../reference/kin-path.ts';
import { kinOf } from '../../../reference/kinship.ts';
import type { PersonRecord, RelationRecord } from '../../../reference/tables.ts';
import { aPerson, aRelation, end, start } from './builders.ts';

/** Kin of `me` as `relative: kind/degree path`. */
function kin(relations: RelationRecord[], persons: PersonRecord[] = []): string[] {
  return kinOf(buildKinGraph(relations, persons), 'me')
    .map((tie) => `${tie.relative}: ${tie.kind}/${tie.degree} ${tie.path.nl}`)
    .sort();
}

describe('kin closure', () => {
  test('a relation stated in one direction holds in both', () => {
    expect(kin([aRelation('me', 'parent', 'ma'), aRelation('son', 'parent', 'me')])).toEqual([
      'ma: relative/1 ouder',
      'son: relative/1 kind',
    ]);
    expect(kin([aRelation('ma', 'child', 'me'), aRelation('love', 'partner', 'me')])).toEqual([
      'love: relative/1 partner',
      'ma: relative/1 ouder',
    ]);
  });

  test('two and three steps of blood', () => {
    const relations = [
      aRelation('me', 'parent', 'ma'),
      aRelation('sis', 'parent', 'ma'),
      aRelation('niece', 'parent', 'sis'),
      aRelation('ma', 'parent', 'gran'),
      aRelation('uncle', 'parent', 'gran'),
      aRelation('cousin', 'parent', 'uncle'),
    ];
    expect(kin(relations)).toEqual([
      'gran: relative/2 grootouder',
      'ma: relative/1 ouder',
      'niece: relative/3 neef of nicht (kind van broer of zus)',
      'sis: relative/2 broer of zus',
      'uncle: relative/3 oom of tante',
    ]);
  });

  test('a stated sibling counts without a shared parent and costs two steps', () => {
    expect(kin([aRelation('sis', 'sibling', 'me'), aRelation('sis', 'partner', 'hubby')])).toEqual([
      'hubby: relative/3 partner van broer of zus',
      'sis: relative/2 broer of zus',
    ]);
  });

  test('ended partnerships stay, with what hangs on them', () => {
    const relations = [
      aRelation('me', 'partner', 'ex', '2001-05-05', '2010-06-30'),
      aRelation('ex', 'sibling', 'exsis'),
      aRelation('exkid', 'parent', 'ex'),
    ];
    const ties = kinOf(buildKinGraph(relations, []), 'me');
    expect(ties.filter((tie) => tie.relative === 'ex')).toEqual([
      expect.objectContaining({
        kind: 'relative',
        degree: 1,
        from: start('2001-05-05'),
        to: end('2010-06-30'),
        endedAt: null,
      }),
      expect.objectContaining({
        kind: 'ex-partner',
        degree: 1,
        from: end('2010-06-30'),
        to: null,
        endedAt: end('2010-06-30'),
      }),
    ]);
    expect(ties.find((t) => t.relative === 'exsis' && t.to === null)).toMatchObject({
      degree: 3,
      path: { nl: 'broer of zus van ex-partner', en: 'sibling of former partner' },
      endedAt: end('2010-06-30'),
    });
    expect(ties.find((t) => t.relative === 'exkid' && t.to === null)?.path.nl).toBe(
      'kind van ex-partner',
    );
  });

  test('people who married again are partners, not ex-partners', () => {
    const relations = [
      aRelation('me', 'partner', 'love', '2001-01-01', '2005-01-01'),
      aRelation('me', 'partner', 'love', '2008-01-01'),
    ];
    const ties = kinOf(buildKinGraph(relations, []), 'me');
    const at = start('2015-01-01') ?? 0;
    const now = ties.filter((t) => (t.from ?? 0) <= at && at < (t.to ?? Infinity));
    expect(now).toMatchObject([{ kind: 'relative', path: { nl: 'partner' } }]);
    expect(ties.filter((t) => t.kind === 'ex-partner')).toMatchObject([
      { from: end('2005-01-01'), to: start('2008-01-01') },
    ]);
  });

  test('when both partners registered the union the earlier end counts', () => {
    const relations = [
      aRelation('me', 'partner', 'ex', '2001-01-01'),
      aRelation('ex', 'partner', 'me', '2001-01-01', '2009-01-01'),
    ];
    expect(kin(relations)).toEqual(['ex: ex-partner/1 ex-partner', 'ex: relative/1 partner']);
  });

  test('blood goes before marriage and the shortest path wins', () => {
    const relations = [
      aRelation('me', 'partner', 'niece'),
      aRelation('me', 'sibling', 'bro'),
      aRelation('niece', 'parent', 'bro'),
    ];
    // Partner (1 step) rather than nephew or niece (3), sibling rather than partner's parent.
    expect(kin(relations)).toEqual(['bro: relative/2 broer of zus', 'niece: relative/1 partner']);
  });

  test('own partner, a parent younger than the child and mutual parents are dropped', () => {
    const persons = [
      aPerson('me', { birthDate: '1980-05-01' }),
      aPerson('young', { birthDate: '1999' }),
      aPerson('vague', { birthDate: '1980' }),
    ];
    const relations = [
      aRelation('me', 'partner', 'me'),
      aRelation('me', 'parent', 'young'),
      aRelation('me', 'parent', 'vague'),
      aRelation('me', 'parent', 'loop'),
      aRelation('loop', 'parent', 'me'),
    ];
    expect(kin(relations, persons)).toEqual(['vague: relative/1 ouder']);
    expect(buildKinGraph(relations, persons).dropped).toBe(4);
  });

  test('a placeholder parent of very many children makes nobody kin', () => {
    const relations = Array.from({ length: 60 }, (_, n) => aRelation(`p${n}`, 'parent', 'unknown'));
    expect(kin([...relations, aRelation('me', 'parent', 'unknown')])).toEqual([
      'unknown: relative/1 ouder',
    ]);
  });

  test('a longer cycle of parents ends and gives each pair one tie', () => {
    const relations = [
      aRelation('me', 'parent', 'b'),
      aRelation('b', 'parent', 'c'),
      aRelation('c', 'parent', 'me'),
    ];
    expect(kin(relations)).toEqual(['b: relative/1 ouder', 'c: relative/1 kind']);
  });

  test('paths that are no kinship have no words', () => {
    expect(kinPath('DUD')).toBeNull();
    expect(kinPath('PP')).toBeNull();
    expect(kinPath('UUUU')).toBeNull();
    expect(kinPath('UPD')?.en).toBe('child of partner of parent');
    expect(kinPath('PU')?.nl).toBe('ouder van partner');
    expect(kinPath('XP')?.nl).toBe('partner van ex-partner');
  });
});
