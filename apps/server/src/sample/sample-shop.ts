/**
 * The made-up shop of the sample project. These are the truths that its year of data is drawn from; tests hold the data
 * against them, and people may hold what Pelton finds against them.
 */
export const SHOP = {
  users: 20_000,
  days: 365,

  /**
   * Share of a week's new users who are active in the n-th week after: base + start · e^(−n / weeks). Before the dip and
   * for an average user.
   */
  retention: { base: 0.16, start: 0.5, weeks: 5 },

  /** In August, people are active this much less. */
  dip: { month: 8, factor: 0.55 },

  /** Sessions of an active week, and how many of them end with an order. */
  session: { most: 3, orderShare: 0.09 },

  /** One order in twelve is cancelled. */
  cancelledShare: 1 / 12,

  /**
   * A test that was run in the past: everybody active in its four weeks took part. Of those who got the banner, this share
   * ordered once more within two weeks; nothing else was different.
   */
  experiment: {
    name: 'free-delivery',
    startDaysBefore: 120,
    days: 28,
    extraOrderShare: 0.06,
    extraOrderDays: 14,
  },
} as const;

/** Share of a cohort that is active in the n-th week after its first, n ≥ 1, by the truth above. */
export function plannedRetention(week: number): number {
  const { base, start, weeks } = SHOP.retention;
  return base + start * Math.exp(-week / weeks);
}

/** Products by category; prices in pounds. The categories make the tags of the sample. */
export const PRODUCTS: readonly { id: string; name: string; category: string; price: number }[] = [
  { id: 'mug', name: 'Stoneware mug', category: 'kitchen', price: 12 },
  { id: 'teapot', name: 'Cast iron teapot', category: 'kitchen', price: 38 },
  { id: 'board', name: 'Oak chopping board', category: 'kitchen', price: 29 },
  { id: 'apron', name: 'Linen apron', category: 'kitchen', price: 24 },
  { id: 'lantern', name: 'Garden lantern', category: 'garden', price: 32 },
  { id: 'planter', name: 'Terracotta planter', category: 'garden', price: 18 },
  { id: 'hammock', name: 'Cotton hammock', category: 'garden', price: 64 },
  { id: 'blanket', name: 'Wool blanket', category: 'home', price: 72 },
  { id: 'candle', name: 'Beeswax candle', category: 'home', price: 14 },
  { id: 'frame', name: 'Walnut picture frame', category: 'home', price: 26 },
  { id: 'cushion', name: 'Velvet cushion', category: 'home', price: 31 },
  { id: 'puzzle', name: 'Wooden puzzle', category: 'toys', price: 19 },
  { id: 'kite', name: 'Box kite', category: 'toys', price: 27 },
  { id: 'romper', name: 'Organic romper', category: 'baby', price: 22 },
  { id: 'rattle', name: 'Beech rattle', category: 'baby', price: 11 },
  { id: 'carrier', name: 'Baby carrier', category: 'baby', price: 88 },
  { id: 'polish', name: 'Classic car polish', category: 'car', price: 17 },
  { id: 'organiser', name: 'Car boot organiser', category: 'car', price: 34 },
];

export const SEARCH_TERMS = [
  'mug',
  'gift',
  'candle',
  'car organiser',
  'garden',
  'baby romper',
  'car polish',
  'blanket',
  'kite',
  'teapot',
] as const;
export const CAMPAIGNS = ['', '', '', 'spring-sale', 'newsletter', 'autumn-lights'] as const;
export const REFERRERS = [
  '',
  'https://www.google.com/',
  'https://www.bing.com/',
  'https://news.example.com/',
  'https://social.example.com/',
] as const;
export const COUNTRIES = [
  'United Kingdom',
  'United Kingdom',
  'United Kingdom',
  'Germany',
  'France',
  'Spain',
  'South Korea',
  'China',
] as const;
export const FIRST_NAMES = [
  'Amelia',
  'Ben',
  'Chloe',
  'Daniel',
  'Eun-ji',
  'Fatima',
  'George',
  'Hannah',
  'Ivo',
  'Ji-woo',
  'Kate',
  'Liam',
  'Mei',
  'Nora',
  'Oscar',
  'Priya',
] as const;
export const LAST_NAMES = [
  'Adams',
  'Baker',
  'Chen',
  'Diaz',
  'Ellison',
  'Fischer',
  'Garcia',
  'Hughes',
  'Ito',
  'Jung',
  'Kim',
  'Lambert',
  'Mercer',
  'Novak',
  'Okafor',
  'Park',
] as const;
