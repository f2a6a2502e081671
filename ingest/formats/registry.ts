import { brpGateway } from './brp-gateway.ts';
import { canonical } from './canonical.ts';
import type { Format } from './format.ts';

/** Every format that is recognised by itself, in the order of trying. */
export const FORMATS: readonly Format[] = [canonical, brpGateway];

/** The format of a sample (the first lines of a source), or null when none claims it. */
export const detectFormat = (sample: Buffer): Format | null =>
  FORMATS.find((f) => f.detect(sample)) ?? null;
export const formatById = (id: string): Format | null => FORMATS.find((f) => f.id === id) ?? null;
