import {
  createRouter,
  createWebHistory,
  type RouteLocationNormalized,
  type RouteLocationRaw,
  type RouteParams,
  type RouteRecordRaw,
} from 'vue-router';
import { ApiError } from '@/api/error';
import { preloadPipeline } from '@/api/pipelines';
import { ensureSession } from '@/api/session';
import { preloadStepTypes } from '@/api/steps';

declare module 'vue-router' {
  interface RouteMeta {
    /** Stands alone, and nobody needs to be signed in. */
    isPublic?: boolean;
    /** The bar of the loop shows icons only. */
    isSlim?: boolean;
    /** The entry of the bar that is marked. */
    nav?: string;
    /** Asks for what the page shows first, while the page itself is still on its way. */
    preload?: (params: RouteParams) => void;
  }
}

/** A list and what stands in it, by one noun: `metrics` at /metrics and `metric` at /metrics/:name. */
const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: () => import('@/pages/SignInPage.vue'), meta: { isPublic: true } },
  { path: '/setup/:token', name: 'setup', component: () => import('@/pages/SetUpPage.vue'), meta: { isPublic: true } },
  { path: '/', name: 'overview', component: () => import('@/pages/OverviewPage.vue') },
  { path: '/sources', name: 'sources', component: () => import('@/pages/SourcesPage.vue') },
  {
    path: '/new/source',
    name: 'new-source',
    component: () => import('@/pages/SourceEditPage.vue'),
    meta: { nav: 'sources' },
  },
  {
    path: '/new/file',
    name: 'import-file',
    component: () => import('@/pages/ImportFilePage.vue'),
    meta: { nav: 'sources' },
  },
  {
    path: '/sources/:name',
    name: 'source',
    component: () => import('@/pages/SourcePage.vue'),
    meta: { nav: 'sources' },
  },
  {
    path: '/sources/:name/edit',
    name: 'edit-source',
    component: () => import('@/pages/SourceEditPage.vue'),
    meta: { nav: 'sources' },
  },
  {
    path: '/sources/:name/tables',
    name: 'pick-tables',
    component: () => import('@/pages/PickTablesPage.vue'),
    meta: { nav: 'sources' },
  },
  { path: '/syncs/:name', name: 'sync', component: () => import('@/pages/SyncPage.vue'), meta: { nav: 'sources' } },
  {
    path: '/syncs/:name/edit',
    name: 'edit-sync',
    component: () => import('@/pages/SyncEditPage.vue'),
    meta: { nav: 'sources' },
  },
  { path: '/datasets', name: 'datasets', component: () => import('@/pages/DatasetsPage.vue') },
  {
    path: '/datasets/:name',
    name: 'dataset',
    component: () => import('@/pages/DatasetPage.vue'),
    meta: { nav: 'datasets' },
  },
  {
    path: '/lineage',
    name: 'lineage',
    component: () => import('@/pages/LineagePage.vue'),
    // It is of a thing, whose own page links to it.
    beforeEnter: ({ query }) => (query['id'] ? true : { name: 'datasets' }),
  },
  { path: '/events', name: 'events', component: () => import('@/pages/EventsPage.vue') },
  { path: '/live', name: 'live', component: () => import('@/pages/LivePage.vue'), meta: { nav: 'events' } },
  {
    path: '/rejects',
    name: 'rejects',
    component: () => import('@/pages/RejectsPage.vue'),
    meta: { nav: 'events' },
  },
  {
    path: '/items/:type?',
    name: 'items',
    component: () => import('@/pages/ItemsPage.vue'),
    props: { noun: 'items' },
  },
  {
    path: '/items/:type/:id',
    name: 'item',
    component: () => import('@/pages/ItemPage.vue'),
    props: { noun: 'items' },
    meta: { nav: 'items' },
  },
  {
    path: '/groups/:type?',
    name: 'groups',
    component: () => import('@/pages/ItemsPage.vue'),
    props: { noun: 'groups' },
  },
  {
    path: '/groups/:type/:id',
    name: 'group',
    component: () => import('@/pages/ItemPage.vue'),
    props: { noun: 'groups' },
    meta: { nav: 'groups' },
  },
  { path: '/users', name: 'users', component: () => import('@/pages/UsersPage.vue') },
  { path: '/users/:id', name: 'user', component: () => import('@/pages/UserPage.vue'), meta: { nav: 'users' } },
  { path: '/metrics', name: 'metrics', component: () => import('@/pages/MetricsPage.vue') },
  {
    path: '/metrics/:name',
    name: 'metric',
    component: () => import('@/pages/MetricPage.vue'),
    meta: { nav: 'metrics' },
  },
  {
    path: '/new/metric',
    name: 'new-metric',
    component: () => import('@/pages/MetricEditPage.vue'),
    meta: { nav: 'metrics' },
  },
  {
    path: '/metrics/:name/edit',
    name: 'edit-metric',
    component: () => import('@/pages/MetricEditPage.vue'),
    meta: { nav: 'metrics' },
  },
  { path: '/tags', name: 'tags', component: () => import('@/pages/TagsPage.vue') },
  { path: '/tags/:name', name: 'tag', component: () => import('@/pages/TagPage.vue'), meta: { nav: 'tags' } },
  {
    path: '/new/tag',
    name: 'new-tag',
    component: () => import('@/pages/TagEditPage.vue'),
    meta: { nav: 'tags' },
  },
  {
    path: '/tags/:name/edit',
    name: 'edit-tag',
    component: () => import('@/pages/TagEditPage.vue'),
    meta: { nav: 'tags' },
  },
  { path: '/experiments', name: 'experiments', component: () => import('@/pages/ExperimentsPage.vue') },
  {
    path: '/experiments/:name',
    name: 'experiment',
    component: () => import('@/pages/ExperimentPage.vue'),
    meta: { nav: 'experiments' },
  },
  {
    path: '/new/experiment',
    name: 'new-experiment',
    component: () => import('@/pages/ExperimentEditPage.vue'),
    meta: { nav: 'experiments' },
  },
  {
    path: '/experiments/:name/edit',
    name: 'edit-experiment',
    component: () => import('@/pages/ExperimentEditPage.vue'),
    meta: { nav: 'experiments' },
  },
  { path: '/messages', name: 'messages', component: () => import('@/pages/MessagesPage.vue') },
  {
    path: '/messages/:name',
    name: 'message',
    component: () => import('@/pages/MessagePage.vue'),
    meta: { nav: 'messages' },
  },
  {
    path: '/new/message',
    name: 'new-message',
    component: () => import('@/pages/MessageEditPage.vue'),
    meta: { nav: 'messages' },
  },
  {
    path: '/messages/:name/edit',
    name: 'edit-message',
    component: () => import('@/pages/MessageEditPage.vue'),
    meta: { nav: 'messages' },
  },
  { path: '/mails', name: 'mails', component: () => import('@/pages/MailsPage.vue') },
  { path: '/pipelines', name: 'pipelines', component: () => import('@/pages/PipelinesPage.vue') },
  {
    path: '/pipelines/:name',
    name: 'pipeline',
    component: () => import('@/pages/PipelinePage.vue'),
    meta: {
      nav: 'pipelines',
      isSlim: true,
      preload: ({ name }) => {
        void preloadPipeline(String(name));
        void preloadStepTypes();
      },
    },
  },
  {
    path: '/pipelines/:name/waiting',
    name: 'waiting',
    component: () => import('@/pages/WaitingPage.vue'),
    meta: { nav: 'pipelines' },
  },
  { path: '/approvals', name: 'approvals', component: () => import('@/pages/ApprovalsPage.vue') },
  { path: '/runs', name: 'runs', component: () => import('@/pages/RunsPage.vue') },
  { path: '/runs/:id', name: 'run', component: () => import('@/pages/RunPage.vue'), meta: { nav: 'runs' } },
  { path: '/plugins', name: 'plugins', component: () => import('@/pages/PluginsPage.vue') },
  { path: '/members', name: 'members', component: () => import('@/pages/MembersPage.vue') },
  { path: '/keys', name: 'keys', component: () => import('@/pages/KeysPage.vue') },
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('@/pages/NotFoundPage.vue') },
];

export const router = createRouter({ history: createWebHistory(), routes });

router.beforeEach(async (to): Promise<RouteLocationRaw | true> => {
  // Asked before the files of the page are, which take all the connections that a browser has.
  const signedIn = to.meta.isPublic ? undefined : ensureSession();
  loadPage(to);
  try {
    if (!(await signedIn)) return true;
    to.meta.preload?.(to.params);
    return true;
  } catch (error) {
    const isOut = error instanceof ApiError && error.code === 'NOT_SIGNED_IN';
    // Without an answer the page opens and says so itself.
    return isOut ? { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } } : true;
  }
});

/** Starts to load a page meanwhile; the router waits for it too, and tells when that fails. */
function loadPage({ matched }: RouteLocationNormalized): void {
  for (const { components } of matched) {
    const load = components?.['default'];
    if (typeof load === 'function') Promise.resolve((load as () => unknown)()).catch(() => undefined); // every page is one that loads
  }
}
