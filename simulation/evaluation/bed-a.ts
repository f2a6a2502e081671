import { type Common, commonTrials, type Dormancy, dormancy } from './traced-subjects.ts';
import { actualShare, readDays, recallAt, scoreDays } from './traced-volume.ts';
import { hasTraces, PERMIT_SETS } from './traces.ts';

export const NOMINALS = [0.01, 0.003, 0.001] as const;
export const ADDED = [10, 20, 40] as const;
export const SHARES = [0.001, 0.01] as const;

export type BedA = {
  calibration: { nominal: number; days: number; raw: number; calibrated: number }[];
  power: { added: number; share: number; injected: number; raw: number; calibrated: number }[];
  dormancy: Dormancy[];
  common: Common[];
};

/** Everything that is measured on real traces; null where they are not on the machine. */
export function runBedA(seeds: number, say: (step: string) => void): BedA | null {
  if (!PERMIT_SETS.every(hasTraces)) return null;
  const perSet = PERMIT_SETS.map((set) => readDays(set));
  const quiet = perSet.flatMap((days) => scoreDays(days, 1, 0));
  const calibration = NOMINALS.map((nominal) => {
    const raw = actualShare(quiet, 'raw', nominal);
    return {
      nominal,
      ...raw,
      raw: raw.share,
      calibrated: actualShare(quiet, 'calibrated', nominal).share,
    };
  });
  const power = ADDED.flatMap((added) => {
    say(`real traces: ${added} more persons`);
    const scored = perSet.flatMap((days) =>
      Array.from({ length: seeds }, (_, i) => scoreDays(days, i + 1, added)).flat(),
    );
    const injected = scored.filter((s) => s.isInjected).length;
    return SHARES.map((share) => ({
      ...{ added, share, injected },
      raw: recallAt(scored, 'raw', share),
      calibrated: recallAt(scored, 'calibrated', share),
    }));
  });
  say('real traces: dormant files and common access');
  const dormant = PERMIT_SETS.flatMap((set) =>
    (['any', 'live'] as const).map((victim) => dormancy(set, victim, seeds * 2)),
  );
  const common = [
    ...PERMIT_SETS.map((set) => commonTrials(set, 20, 0.6, 60)),
    ...(hasTraces('receipt') ? [commonTrials('receipt', 20, 0.3, 60)] : []),
  ];
  return { calibration, power, dormancy: dormant, common };
}
