/**
 * The screens in the order of the menu, and the operation that a role needs for each. The server says which
 * operations a role may call, so the page keeps no list of roles of its own.
 */
export const SCREENS = [
  { name: 'alerts', path: '/alerts', operation: 'listAlerts' },
  { name: 'cases', path: '/cases', operation: 'listCases' },
  { name: 'breaches', path: '/breaches', operation: 'listBreaches' },
  { name: 'watches', path: '/watches', operation: 'listWatches' },
  { name: 'search', path: '/search', operation: 'search' },
  { name: 'commonAccess', path: '/common-access', operation: 'findCommonAccess' },
  { name: 'desk', path: '/desk', operation: 'readStatistics' },
  { name: 'log', path: '/log', operation: 'listReviewLog' },
  { name: 'sources', path: '/sources', operation: 'listSources' },
  { name: 'detectors', path: '/detectors', operation: 'listDetectors' },
  { name: 'accounts', path: '/accounts', operation: 'listAccounts' },
] as const;
