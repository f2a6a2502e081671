import { OWN_SYSTEM } from '../../domain/product.ts';
import type { SourceFacts } from '../../domain/source-facts.ts';
import { clockSkew } from './clock-skew.ts';
import { formatDrift } from './format-drift.ts';
import { lateArrivals } from './late-arrivals.ts';
import { logGap } from './log-gap.ts';
import { repeatedLines } from './repeated-lines.ts';
import type { SourceDetector, SourceSignal } from './source-detector.ts';
import { sourceSilent } from './source-silent.ts';

/** Every detector that judges the logs themselves. */
export const SOURCE_DETECTORS: readonly SourceDetector[] = [
  logGap as SourceDetector,
  sourceSilent as SourceDetector,
  clockSkew as SourceDetector,
  formatDrift as SourceDetector,
  repeatedLines as SourceDetector,
  lateArrivals as SourceDetector,
];

/** What is wrong with the logs, worst first. `config` is by detector id; defaults where left out. */
export function judgeSources(
  facts: readonly SourceFacts[],
  config: Readonly<Record<string, unknown>> = {},
): SourceSignal[] {
  // That reviewers look nothing up for a week is no fault of a log.
  const logs = facts.filter(({ system }) => system !== OWN_SYSTEM);
  return SOURCE_DETECTORS.flatMap((detector) => {
    const settings = detector.config.parse(config[detector.meta.id] ?? {});
    return logs.flatMap((source) => detector.judge(source, settings));
  }).sort((a, b) => a.p - b.p || a.from - b.from);
}
