import { brpGateway } from './brp-gateway.ts';
import { canonical } from './canonical.ts';
import { ecs } from './ecs.ts';
import { fhir } from './fhir.ts';
import type { Format } from './format.ts';
import { gemma } from './gemma.ts';
import { keycloak } from './keycloak.ts';
import { ldv } from './ldv.ts';
import { m365 } from './m365.ts';
import { ocsf } from './ocsf.ts';
import { otlp } from './otlp.ts';
import { pgaudit } from './pgaudit.ts';
import { sqlserver } from './sqlserver.ts';
import { suwinet } from './suwinet.ts';
import { syslog } from './syslog.ts';
import { zgw } from './zgw.ts';

/** Every format that is recognised by itself, in the order of trying: the more telling signs first. */
export const FORMATS: readonly Format[] = [
  canonical,
  brpGateway,
  fhir,
  gemma,
  zgw,
  otlp,
  ldv,
  ocsf,
  m365,
  sqlserver,
  keycloak,
  ecs,
  pgaudit,
  syslog,
  suwinet,
];

/** The format of a sample (the first lines of a source), or null when none claims it. */
export const detectFormat = (sample: Buffer): Format | null =>
  FORMATS.find((f) => f.detect(sample)) ?? null;
/** CEF and LEEF are also known by their own names: the syslog format reads them bare or carried. */
const ALIASES: Readonly<Record<string, string>> = { cef: 'syslog', leef: 'syslog', otel: 'otlp' };
export const formatById = (id: string): Format | null =>
  FORMATS.find((f) => f.id === id || f.id === ALIASES[id]) ?? null;
