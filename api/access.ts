import type { Role, Scope } from '../domain/review.ts';

/**
 * Who may call what: the one table of the service. What is not here cannot be registered, and a role
 * that is not named is refused. `states` are those of the object in which the step is allowed (the
 * machines in `review/` enforce them; the matrix test compares both).
 */
export type Access = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1`, in the notation of the router. */
  url: string;
  /** `public`: no sign-in; `session`: any role. */
  roles: readonly Role[] | 'public' | 'session';
  /** What a machine with a token needs to call it; without it machines are refused. */
  scope?: Scope;
  states?: readonly string[];
  /** Needs a sign-in of at most five minutes ago. */
  isFresh?: true;
  /** What the review log says it is about. */
  object: string;
  /** Calls per minute and reviewer, when fewer than the general limit. */
  perMinute?: number;
};

const OFFICER: readonly Role[] = ['security-officer'];
const HANDLERS: readonly Role[] = ['security-officer', 'integrity-investigator'];
/** Those who see alerts and cases in tokens. */
const READERS: readonly Role[] = [...HANDLERS, 'fg'];
const INVESTIGATOR: readonly Role[] = ['integrity-investigator'];
const CASES: readonly Role[] = ['integrity-investigator', 'fg'];
const OVERSIGHT: readonly Role[] = ['fg', 'auditor'];
const APPROVERS: readonly Role[] = ['security-officer', 'fg'];
const ADMIN: readonly Role[] = ['administrator'];
const EVERYONE = 'session';

/**
 * Who is shown lookups that their source calls confidential, and what rests on them, before that is
 * lifted. A log does not say who is in the inquiry: whoever investigates integrity here is nearest to it.
 */
export const isInside = (role: Role | 'service'): boolean => INVESTIGATOR.some((r) => r === role);

const OPEN = ['open', 'hearing'] as const;
const RUNNING = ['open', 'hearing', 'referred'] as const;

type More = Pick<Access, 'scope' | 'states' | 'isFresh' | 'perMinute'>;
const at =
  (method: Access['method']) =>
  (url: string, roles: Access['roles'], object: string, more: More = {}): Access => ({
    method,
    url,
    roles,
    object,
    ...more,
  });
const get = at('GET');
const post = at('POST');
const put = at('PUT');
const patch = at('PATCH');
const del = at('DELETE');

export const ACCESS = {
  // Sign-in
  readSignInMethods: get('/sign-in', 'public', 'session'),
  signIn: post('/session', 'public', 'session', { perMinute: 20 }),
  startOidc: get('/session/oidc', 'public', 'session', { perMinute: 30 }),
  finishOidc: get('/session/oidc/callback', 'public', 'session', { perMinute: 30 }),
  endOidcSession: post('/session/oidc/logout', 'public', 'session'),
  readSession: get('/session', EVERYONE, 'session'),
  signOut: del('/session', EVERYONE, 'session'),
  stepUp: post('/session/step-up', EVERYONE, 'session', { perMinute: 10 }),
  switchRole: put('/session/role', EVERYONE, 'session'),

  // Accounts
  listAccounts: get('/accounts', ['administrator', 'auditor'], 'account'),
  createAccount: post('/accounts', ADMIN, 'account', { isFresh: true }),
  createServiceAccount: post('/service-accounts', ADMIN, 'account', { isFresh: true }),
  changeAccount: patch('/accounts/:accountId', ADMIN, 'account', { isFresh: true }),
  endSessions: post('/accounts/:accountId/sign-out', ADMIN, 'account'),
  listReviewers: get('/reviewers', READERS, 'account'),

  // Alerts
  listAlerts: get('/alerts', READERS, 'alert', { scope: 'alerts:read' }),
  readAlert: get('/alerts/:alertId', READERS, 'alert', { scope: 'alerts:read' }),
  listAlertLookups: get('/alerts/:alertId/lookups', READERS, 'alert'),
  readAlertPictures: get('/alerts/:alertId/pictures', READERS, 'alert'),
  listSimilarAlerts: get('/alerts/:alertId/similar', READERS, 'alert'),
  readAlertHistory: get('/alerts/:alertId/history', READERS, 'alert'),
  triageAlert: post('/alerts/:alertId/triage', HANDLERS, 'alert'),
  assignAlert: post('/alerts/:alertId/assignment', HANDLERS, 'alert'),
  triageAlerts: post('/alerts/triage', OFFICER, 'alert', { perMinute: 30 }),
  listAlertNotes: get('/alerts/:alertId/notes', READERS, 'alert'),
  addAlertNote: post('/alerts/:alertId/notes', READERS, 'alert'),

  // Searching
  search: post('/searches', CASES, 'person', { perMinute: 20 }),
  readSearchSession: post('/searches/:searchId/sessions', CASES, 'search', { perMinute: 60 }),
  findCommonAccess: post('/common-access', CASES, 'person', { perMinute: 10 }),

  // Cases
  listCases: get('/cases', READERS, 'case'),
  openCase: post('/cases', HANDLERS, 'case'),
  readCase: get('/cases/:caseId', READERS, 'case'),
  readCaseHistory: get('/cases/:caseId/history', CASES, 'case'),
  assignCase: post('/cases/:caseId/assignment', HANDLERS, 'case', { states: RUNNING }),
  linkAlert: post('/cases/:caseId/links', HANDLERS, 'case', { states: RUNNING }),
  unlinkAlert: post('/cases/:caseId/unlinks', HANDLERS, 'case', { states: RUNNING }),
  addCaseNote: post('/cases/:caseId/notes', READERS, 'case', { states: [...RUNNING, 'closed'] }),
  askHearing: post('/cases/:caseId/hearings', INVESTIGATOR, 'case', { states: OPEN }),
  recordAnswer: post('/cases/:caseId/hearings/:hearingId/answer', INVESTIGATOR, 'case', {
    states: ['hearing'],
  }),
  referCase: post('/cases/:caseId/referral', INVESTIGATOR, 'case', { states: OPEN, isFresh: true }),
  proposeClosing: post('/cases/:caseId/closing', HANDLERS, 'case', {
    states: RUNNING,
    isFresh: true,
  }),
  approveClosing: post('/cases/:caseId/closing/approval', HANDLERS, 'case', {
    states: RUNNING,
    isFresh: true,
  }),
  refuseClosing: post('/cases/:caseId/closing/refusal', HANDLERS, 'case', { states: RUNNING }),
  reopenCase: post('/cases/:caseId/reopening', INVESTIGATOR, 'case', {
    states: ['closed'],
    isFresh: true,
  }),
  listHolds: get('/holds', [...CASES, 'auditor'], 'hold'),
  releaseHold: post('/cases/:caseId/hold/release', ['fg'], 'hold', {
    states: ['closed'],
    isFresh: true,
  }),

  // Reveals
  listReveals: get('/reveals', READERS, 'reveal'),
  requestReveal: post('/cases/:caseId/reveals', INVESTIGATOR, 'reveal', {
    states: RUNNING,
    isFresh: true,
    perMinute: 10,
  }),
  readReveal: get('/reveals/:revealId', READERS, 'reveal'),
  readRevealHistory: get('/reveals/:revealId/history', CASES, 'reveal'),
  approveReveal: post('/reveals/:revealId/approval', APPROVERS, 'reveal', {
    states: ['requested'],
    isFresh: true,
  }),
  refuseReveal: post('/reveals/:revealId/refusal', APPROVERS, 'reveal', { states: ['requested'] }),
  withdrawReveal: post('/reveals/:revealId/withdrawal', INVESTIGATOR, 'reveal', {
    states: ['requested'],
  }),
  closeReveal: post('/reveals/:revealId/closing', CASES, 'reveal', { states: ['open'] }),
  viewReveal: post('/reveals/:revealId/views', INVESTIGATOR, 'reveal', {
    states: ['open'],
    isFresh: true,
    perMinute: 30,
  }),

  // Watches on one official
  listWatches: get('/watches', READERS, 'watch'),
  requestWatch: post('/cases/:caseId/watches', HANDLERS, 'watch', {
    states: RUNNING,
    isFresh: true,
    perMinute: 10,
  }),
  readWatch: get('/watches/:watchId', READERS, 'watch'),
  approveWatch: post('/watches/:watchId/approval', APPROVERS, 'watch', {
    states: ['requested'],
    isFresh: true,
  }),
  refuseWatch: post('/watches/:watchId/refusal', READERS, 'watch', { states: ['requested'] }),
  endWatch: post('/watches/:watchId/ending', READERS, 'watch', { states: ['active'] }),
  discloseWatch: post('/watches/:watchId/disclosure', CASES, 'watch', { states: ['ended'] }),
  postponeDisclosure: post('/watches/:watchId/postponement', ['fg'], 'watch', {
    states: ['ended'],
    isFresh: true,
  }),
  listWatchLookups: get('/watches/:watchId/lookups', CASES, 'person', { perMinute: 20 }),
  listTasks: get('/tasks', READERS, 'task'),

  // Suppressions
  listSuppressions: get('/suppressions', [...READERS, 'auditor'], 'suppression'),
  requestSuppression: post('/suppressions', OFFICER, 'suppression'),
  readSuppression: get('/suppressions/:suppressionId', [...READERS, 'auditor'], 'suppression'),
  approveSuppression: post('/suppressions/:suppressionId/approval', READERS, 'suppression', {
    states: ['requested'],
    isFresh: true,
  }),
  refuseSuppression: post('/suppressions/:suppressionId/refusal', READERS, 'suppression', {
    states: ['requested'],
  }),
  endSuppression: post('/suppressions/:suppressionId/ending', APPROVERS, 'suppression', {
    states: ['requested', 'active'],
  }),

  // Evidence packages
  listExports: get('/exports', CASES, 'export'),
  requestExport: post('/cases/:caseId/exports', INVESTIGATOR, 'export', {
    states: [...RUNNING, 'closed'],
    isFresh: true,
    perMinute: 10,
  }),
  readExport: get('/exports/:exportId', CASES, 'export'),
  approveExport: post('/exports/:exportId/approval', APPROVERS, 'export', {
    states: ['requested'],
    isFresh: true,
  }),
  refuseExport: post('/exports/:exportId/refusal', APPROVERS, 'export', { states: ['requested'] }),
  downloadExport: get('/exports/:exportId/package', INVESTIGATOR, 'export', {
    states: ['approved'],
    isFresh: true,
    perMinute: 10,
  }),

  // Detectors
  listDetectors: get('/detectors', EVERYONE, 'detector'),
  readDetector: get('/detectors/:detectorId', EVERYONE, 'detector'),
  listDetectorChanges: get('/detector-changes', EVERYONE, 'detector-change'),
  requestDetectorChange: post(
    '/detector-changes',
    ['security-officer', 'administrator'],
    'detector-change',
    { isFresh: true },
  ),
  approveDetectorChange: post(
    '/detector-changes/:changeId/approval',
    APPROVERS,
    'detector-change',
    { states: ['requested'], isFresh: true },
  ),
  refuseDetectorChange: post('/detector-changes/:changeId/refusal', APPROVERS, 'detector-change', {
    states: ['requested'],
  }),
  startBacktest: post('/backtests', OFFICER, 'backtest', { perMinute: 5 }),
  listBacktests: get('/backtests', READERS, 'backtest'),
  readBacktest: get('/backtests/:backtestId', READERS, 'backtest'),

  listShadowRuns: get('/shadow-runs', READERS, 'shadow-run'),
  readShadowRun: get('/shadow-runs/:shadowId', READERS, 'shadow-run'),
  requestShadowRun: post('/shadow-runs', ['security-officer', 'administrator'], 'shadow-run', {
    isFresh: true,
  }),
  approveShadowRun: post('/shadow-runs/:shadowId/approval', APPROVERS, 'shadow-run', {
    states: ['requested'],
    isFresh: true,
  }),
  refuseShadowRun: post('/shadow-runs/:shadowId/refusal', APPROVERS, 'shadow-run', {
    states: ['requested'],
  }),
  endShadowRun: post('/shadow-runs/:shadowId/ending', APPROVERS, 'shadow-run', {
    states: ['approved'],
  }),

  // Oversight
  readStatistics: get('/statistics', ['security-officer', ...OVERSIGHT], 'statistics'),
  listReviewLog: get('/review-log', OVERSIGHT, 'review-log'),
  checkReviewLog: get('/review-log/verification', [...OVERSIGHT, 'administrator'], 'review-log', {
    perMinute: 10,
  }),

  readCoverage: get('/coverage', ['security-officer', ...OVERSIGHT], 'coverage', { perMinute: 20 }),
  readReport: get('/reports/:kind', ['security-officer', ...OVERSIGHT], 'report', {
    perMinute: 20,
  }),
  downloadReport: get('/reports/:kind/pdf', ['security-officer', ...OVERSIGHT], 'report', {
    perMinute: 20,
  }),
  readRetention: get('/retention', [...READERS, 'auditor', 'administrator'], 'retention', {
    perMinute: 20,
  }),
  readExchange: get('/exchange', ['fg'], 'exchange', { perMinute: 20 }),
  importExchange: post('/exchange/imports', ['fg'], 'exchange', { isFresh: true, perMinute: 10 }),
  readBenchmark: get('/exchange/benchmark', ['security-officer', ...OVERSIGHT], 'exchange', {
    perMinute: 20,
  }),
  drawSample: post('/samples', ['fg'], 'sample', { perMinute: 10 }),
  listSamples: get('/samples', OVERSIGHT, 'sample'),
  readSample: get('/samples/:sampleId', OVERSIGHT, 'sample'),
  recordFinding: post('/samples/:sampleId/findings', ['fg'], 'sample'),
  makeResidentExtract: post('/resident-extracts', ['fg'], 'person', {
    isFresh: true,
    perMinute: 10,
  }),

  // Breaches
  listBreaches: get('/breaches', [...READERS, 'auditor'], 'breach'),
  openBreach: post('/breaches', READERS, 'breach'),
  readBreach: get('/breaches/:breachId', [...READERS, 'auditor'], 'breach'),
  recordBreachStep: post('/breaches/:breachId/steps', READERS, 'breach'),
  readBreachDocuments: get('/breaches/:breachId/documents', READERS, 'breach'),
  readBreachRegister: get('/breach-register', [...READERS, 'auditor'], 'breach'),

  // Operation
  readStatus: get('/status', EVERYONE, 'status', { scope: 'metrics:read' }),
  listSources: get('/sources', EVERYONE, 'source', { scope: 'metrics:read' }),
  listDeadLetters: get(
    '/dead-letters',
    ['administrator', 'security-officer', 'auditor'],
    'dead-letter',
  ),
  replayDeadLetters: post('/dead-letters/replay', ADMIN, 'dead-letter', {
    isFresh: true,
    perMinute: 5,
  }),
  trySource: post('/source-trials', ['administrator', 'security-officer'], 'source', {
    perMinute: 20,
  }),
  readSettings: get('/settings', EVERYONE, 'settings'),
  readReference: get('/reference', EVERYONE, 'reference'),
  uploadReference: post('/reference', ADMIN, 'reference', {
    scope: 'reference:write',
    isFresh: true,
    perMinute: 10,
  }),
  sendEvents: post('/events', [], 'events', { scope: 'events:write' }),
  readLiveness: get('/health/live', 'public', 'health'),
  readReadiness: get('/health/ready', 'public', 'health'),
  readOpenApi: get('/openapi.json', 'public', 'openapi'),
  streamChanges: get('/stream', EVERYONE, 'stream', { perMinute: 30 }),

  // A reviewer's own
  listSavedViews: get('/saved-views', READERS, 'saved-view'),
  createSavedView: post('/saved-views', READERS, 'saved-view'),
  deleteSavedView: del('/saved-views/:viewId', READERS, 'saved-view'),
  listWebhooks: get('/webhooks', ADMIN, 'webhook'),
  createWebhook: post('/webhooks', ADMIN, 'webhook', { isFresh: true }),
  deleteWebhook: del('/webhooks/:webhookId', ADMIN, 'webhook'),
} satisfies Record<string, Access>;
export type Operation = keyof typeof ACCESS;

/** Every operation, also where the table is read as data. */
export const accessOf = (operation: Operation): Access => ACCESS[operation];
