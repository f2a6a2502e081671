import { z } from 'zod';
import { ExchangeStatement } from '../../review/exchange-statement.ts';
import { Typology } from './alerts.ts';
import { SignedStatement } from './coverage.ts';
import { freeText, Instant } from './shapes.ts';

export const Exchange = z
  .object({
    statement: ExchangeStatement,
    envelope: SignedStatement,
    /** Of the key that signed it, to be passed on by another way. */
    fingerprint: z.string(),
  })
  .meta({ id: 'Exchange' });
/** Half-open; the last twelve months when left out. */
export const ExchangeQuery = z.strictObject({ from: Instant.optional(), to: Instant.optional() });
export const NewImport = z.strictObject({
  /** Name under which it is shown, for example of the municipality. */
  label: freeText(1, 100),
  /** The signed statement as received. */
  text: z.string().min(2).max(200_000),
  /** Of the key that the other municipality published. */
  fingerprint: z.string().regex(/^[0-9a-fA-F]{64}$/),
});
export const Imported = z
  .object({
    exchangeId: z.string(),
    label: z.string(),
    signer: z.string(),
    importedAt: Instant,
    statement: ExchangeStatement,
  })
  .meta({ id: 'ImportedStatement' });

const Who = { exchangeId: z.string(), label: z.string() };
const Figures = { rate: z.number().nullable(), precision: z.number().nullable() };
const Settings = { version: z.int(), settings: z.record(z.string(), z.unknown()) };
export const Benchmark = z
  .object({
    /** Newest first; of each key the statement of the latest period is compared, and no other. */
    imports: z.array(Imported.extend({ isCompared: z.boolean() })),
    typologies: z.array(
      z.object({
        typology: Typology,
        /** Alerts per 1,000 official-days, and the share that was right of those judged. */
        own: z.object(Figures),
        others: z.array(z.object({ ...Who, ...Figures })),
        medianRate: z.number().nullable(),
      }),
    ),
    detectors: z.array(
      z.object({
        detector: z.string(),
        own: z.object(Settings).nullable(),
        others: z.array(z.object({ ...Who, ...Settings })),
      }),
    ),
  })
  .meta({ id: 'Benchmark' });
