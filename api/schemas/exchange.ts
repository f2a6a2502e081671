import { z } from 'zod';
import { ExchangeStatement } from '../../review/exchange.ts';
import { SignedStatement } from './coverage.ts';
import { freeText, Instant } from './shapes.ts';

export const Exchange = z
  .object({ statement: ExchangeStatement, envelope: SignedStatement })
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

const Figures = { rate: z.number().nullable(), precision: z.number().nullable() };
const Settings = { version: z.int(), settings: z.record(z.string(), z.unknown()) };
export const Benchmark = z
  .object({
    imports: z.array(Imported),
    typologies: z.array(
      z.object({
        typology: z.string(),
        /** Alerts per 1,000 official-days, and the share that was right of those judged. */
        own: z.object(Figures),
        others: z.array(z.object({ label: z.string(), ...Figures })),
        medianRate: z.number().nullable(),
      }),
    ),
    detectors: z.array(
      z.object({
        detector: z.string(),
        own: z.object(Settings).nullable(),
        others: z.array(z.object({ label: z.string(), ...Settings })),
      }),
    ),
  })
  .meta({ id: 'Benchmark' });
