const LISTS = {
  connection: 'sources',
  stream: 'sources',
  source: 'sources',
  dataset: 'datasets',
  step: 'pipelines',
  event: 'events',
  trait: 'users',
  item: 'items',
  metric: 'metrics',
  tag: 'tags',
  experiment: 'experiments',
  message: 'messages',
} as const;

/** The page that lists things of the noun that an id such as `metric/revenue` begins with; the pipelines for no noun. */
export function listOf(id: string): (typeof LISTS)[keyof typeof LISTS] {
  const [noun = ''] = id.split('/');
  return Object.hasOwn(LISTS, noun) ? LISTS[noun as keyof typeof LISTS] : 'pipelines'; // just looked whether it is one
}
