import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { filtersFrom } from './alerts/filters.ts';
import { breachFiltersFrom } from './breaches/breach-words.ts';
import { caseFiltersFrom } from './cases/case-words.ts';
import { type DeskFilters, daysFrom, logFiltersFrom, textFrom } from './desk/desk-filters.ts';
import { NotFound } from './shell/not-found.tsx';
import { Root } from './shell/root.tsx';
import { StartScreen } from './shell/start-screen.tsx';

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });
const start = createRoute({ getParentRoute: () => root, path: '/', component: StartScreen });
const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: filtersFrom,
  component: lazyRouteComponent(() => import('./alerts/alerts-screen.tsx'), 'AlertsScreen'),
});
const alert = createRoute({
  getParentRoute: () => root,
  path: '/alerts/$alertId',
  component: lazyRouteComponent(() => import('./alerts/alert-screen.tsx'), 'AlertScreen'),
});

const cases = createRoute({
  getParentRoute: () => root,
  path: '/cases',
  validateSearch: caseFiltersFrom,
  component: lazyRouteComponent(() => import('./cases/cases-screen.tsx'), 'CasesScreen'),
});
const newCase = createRoute({
  getParentRoute: () => root,
  path: '/cases/new',
  validateSearch: (search: Record<string, unknown>) => ({
    alertId: textFrom(search['alertId']) ?? '',
  }),
  component: lazyRouteComponent(() => import('./cases/new-case-screen.tsx'), 'NewCaseScreen'),
});
const oneCase = createRoute({
  getParentRoute: () => root,
  path: '/cases/$caseId',
  component: lazyRouteComponent(() => import('./cases/case-screen.tsx'), 'CaseScreen'),
});
const breaches = createRoute({
  getParentRoute: () => root,
  path: '/breaches',
  validateSearch: breachFiltersFrom,
  component: lazyRouteComponent(() => import('./breaches/breaches-screen.tsx'), 'BreachesScreen'),
});
const breach = createRoute({
  getParentRoute: () => root,
  path: '/breaches/$breachId',
  component: lazyRouteComponent(() => import('./breaches/breach-screen.tsx'), 'BreachScreen'),
});
const commonAccess = createRoute({
  getParentRoute: () => root,
  path: '/common-access',
  component: lazyRouteComponent(
    () => import('./search/common-access-screen.tsx'),
    'CommonAccessScreen',
  ),
});
const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  component: lazyRouteComponent(() => import('./accounts/accounts-screen.tsx'), 'AccountsScreen'),
});
const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  component: lazyRouteComponent(() => import('./search/search-screen.tsx'), 'SearchScreen'),
});
const desk = createRoute({
  getParentRoute: () => root,
  path: '/desk',
  validateSearch: (from: Record<string, unknown>): DeskFilters => ({
    days: daysFrom(from['days']),
  }),
  component: lazyRouteComponent(() => import('./desk/desk-screen.tsx'), 'DeskScreen'),
});
const sample = createRoute({
  getParentRoute: () => root,
  path: '/samples/$sampleId',
  component: lazyRouteComponent(() => import('./samples/sample-screen.tsx'), 'SampleScreen'),
});
const log = createRoute({
  getParentRoute: () => root,
  path: '/log',
  validateSearch: logFiltersFrom,
  component: lazyRouteComponent(() => import('./desk/log-screen.tsx'), 'LogScreen'),
});
const coverage = createRoute({
  getParentRoute: () => root,
  path: '/coverage',
  component: lazyRouteComponent(() => import('./oversight/coverage-screen.tsx'), 'CoverageScreen'),
});
const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  component: lazyRouteComponent(() => import('./oversight/reports-screen.tsx'), 'ReportsScreen'),
});
const retention = createRoute({
  getParentRoute: () => root,
  path: '/retention',
  component: lazyRouteComponent(
    () => import('./oversight/retention-screen.tsx'),
    'RetentionScreen',
  ),
});
const exchange = createRoute({
  getParentRoute: () => root,
  path: '/exchange',
  component: lazyRouteComponent(() => import('./exchange/exchange-screen.tsx'), 'ExchangeScreen'),
});
const watches = createRoute({
  getParentRoute: () => root,
  path: '/watches',
  component: lazyRouteComponent(() => import('./watches/watches-screen.tsx'), 'WatchesScreen'),
});
const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  component: lazyRouteComponent(() => import('./operations/sources-screen.tsx'), 'SourcesScreen'),
});
const trySource = createRoute({
  getParentRoute: () => root,
  path: '/sources/try',
  component: lazyRouteComponent(() => import('./operations/try-screen.tsx'), 'TryScreen'),
});
const detectors = createRoute({
  getParentRoute: () => root,
  path: '/detectors',
  component: lazyRouteComponent(
    () => import('./operations/detectors-screen.tsx'),
    'DetectorsScreen',
  ),
});

/** The addresses of the page; a screen is fetched when it is first opened. */
export const router = createRouter({
  routeTree: root.addChildren([
    ...[start, alerts, alert, cases, newCase, oneCase],
    ...[breaches, breach, search, commonAccess, desk, sample, log, coverage, watches],
    ...[reports, exchange, retention],
    ...[sources, trySource, detectors, accounts],
  ]),
  defaultPreload: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
