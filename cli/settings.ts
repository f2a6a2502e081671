import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Detector } from '../detectors/detector.ts';
import { DETECTORS } from '../detectors/registry.ts';
import { SOURCE_DETECTORS } from '../detectors/sources/judge-sources.ts';
import { AppError } from '../domain/errors.ts';
import { Governance, gateOf } from '../review/governance.ts';
import { Regimes } from '../review/regime.ts';
import { RetentionPolicy } from '../review/retention.ts';
import { EvidenceSettings } from './evidence-settings.ts';
import { Api, Mail, Oidc } from './review-settings.ts';
import { ClickHouse, Kafka, Streaming, withEnvironment } from './server-settings.ts';

const detectorSettings = Object.fromEntries(
  [...DETECTORS, ...SOURCE_DETECTORS].map((d) => [d.meta.id, d.config.optional()]),
);

/** Everything that can be set, with its default; unknown keys are refused. */
export const Settings = z.strictObject({
  /** Keeps the tokens of organisations apart that share an installation. */
  tenant: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .default('default'),
  /** Alerts per 1,000 officials per day with work. */
  budget: z.number().positive().max(1000).default(1),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  detectors: z.strictObject(detectorSettings).default({}),
  /** The separate processes: brokers, store and pace. The all-in-one process needs none of them. */
  kafka: Kafka.optional(),
  clickhouse: ClickHouse.optional(),
  streaming: Streaming.prefault({}),
  evidence: EvidenceSettings.prefault({}),
  /** In production a detector raises nothing before the works council's decision is recorded here. */
  governance: Governance.prefault({}),
  /** Act that a source is under; a source that is not named is under the AVG. Never mixed. */
  regimes: Regimes,
  /** Days that records are kept. */
  retention: RetentionPolicy.prefault({}),
  api: Api.prefault({}),
  oidc: Oidc.optional(),
  mail: Mail.optional(),
});
export type Settings = z.infer<typeof Settings>;

/**
 * Settings from a YAML file and the `INZAGEWACHT_*` variables of `ENVIRONMENT`, which win. Throws
 * ERR_CONFIG_REFUSED with every problem at once.
 */
export function loadSettings(
  file: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Settings {
  let raw: Record<string, unknown> = {};
  if (file !== undefined) {
    try {
      raw = (parse(readFileSync(file, 'utf8')) ?? {}) as Record<string, unknown>;
    } catch (cause) {
      throw new AppError(
        'ERR_CONFIG_REFUSED',
        `The settings file ${file} cannot be read as YAML.`,
        { file },
        cause,
      );
    }
  }
  if (typeof raw !== 'object' || Array.isArray(raw))
    throw new AppError(
      'ERR_CONFIG_REFUSED',
      `The settings file ${file} must hold keys and values.`,
      { file },
    );
  const merged = withEnvironment(raw, env);
  const result = Settings.safeParse(merged);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (i) => `${i.path.join('.') || '(settings)'}: ${i.message}`,
  );
  throw new AppError('ERR_CONFIG_REFUSED', `Settings refused:\n  ${problems.join('\n  ')}`, {
    problems,
  });
}

/** The detectors that may raise something under these settings, and why the others may not. */
export function detectorsInForce(settings: Settings): {
  inForce: readonly Detector[];
  refused: { detector: string; why: string }[];
} {
  const refused = DETECTORS.flatMap(({ meta }) => {
    const why = gateOf(meta, settings.governance);
    return why === null ? [] : [{ detector: meta.id, why }];
  });
  const shut = new Set(refused.map((r) => r.detector));
  return { inForce: DETECTORS.filter((d) => !shut.has(d.meta.id)), refused };
}

/** Says which detectors stay silent for want of a decision: a quiet list must not look like a quiet town. */
export function sayRefused(settings: Settings, log: Logger): void {
  const { refused } = detectorsInForce(settings);
  if (refused.length > 0) log.warn({ refused }, 'detectors_without_consent');
}

/** Short fingerprint of the settings that shape detection; part of every alert. */
export const settingsVersion = (settings: Settings): string =>
  createHash('sha256')
    .update(
      JSON.stringify([settings.tenant, settings.budget, settings.detectors, settings.governance]),
    )
    .digest('hex')
    .slice(0, 12);
