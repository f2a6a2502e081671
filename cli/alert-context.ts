import { DETECTORS, renderReason } from '../detectors/registry.ts';
import { SOURCE_DETECTORS } from '../detectors/sources/judge-sources.ts';
import type { AlertContext } from '../pipeline/to-alerts.ts';
import { type Settings, settingsVersion } from './settings.ts';

/** What every alert says about its origin, and the words for its reasons. */
export const alertContext = (settings: Settings, reference: string): AlertContext => ({
  render: renderReason,
  versions: {
    config: settingsVersion(settings),
    reference,
    detectors: Object.fromEntries(
      [...DETECTORS, ...SOURCE_DETECTORS].map((d) => [d.meta.id, d.meta.version]),
    ),
  },
});
