import { describe, expect, test } from 'vitest';
import { gemma } from '../../../../ingest/formats/gemma.ts';
import { fixture, readJson } from '../../../helpers/read-lines.ts';

type Case = {
  title: string;
  valid: boolean;
  entry: Record<string, unknown>;
  expectedEvents?: Record<string, unknown>[];
  expectedDeadLetters?: { field: string }[];
};
const { cases, isHere, name } = fixture<Case>('gemma/cases.json');

describe.skipIf(!isHere)(name, () => {
  test.each(cases.map((c) => [c.title, c] as const))('%s', (_, c) => {
    const { events, dead } = readJson(gemma, c.entry);
    if (!c.valid) {
      expect(events).toEqual([]);
      expect(dead).toHaveLength(1);
      expect(dead[0]?.field).toBeTruthy();
      return;
    }
    expect(events).toHaveLength(c.expectedEvents?.length ?? 0);
    for (const [i, event] of (c.expectedEvents ?? []).entries())
      expect(events[i]).toMatchObject(event);
    expect(dead.map((d) => d.field)).toEqual((c.expectedDeadLetters ?? []).map((d) => d.field));
  });
  test('a name that no table knows is set aside, and an agreed one read', () => {
    const [first] = cases;
    const entry = { ...first?.entry, actieNaam: 'Beoordelen aanvraag', verwerkteObjecten: [] };
    expect(readJson(gemma, entry).dead).toMatchObject([{ reason: 'unknown-operation' }]);
    const agreed = gemma.with({
      format: 'gemma',
      zone: 'Europe/Amsterdam',
      fields: {},
      operations: { 'Beoordelen aanvraag': 'view' },
    });
    expect(readJson(agreed, entry).events).toMatchObject([{ action: 'view' }]);
  });
});
