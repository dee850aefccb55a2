import { readonly, shallowRef, watch } from 'vue';
import { theme } from '@/theme/theme';

const TOKENS = {
  series: ['--chart-1', '--chart-2', '--chart-3', '--chart-4', '--chart-5', '--chart-6'],
  compare: '--chart-compare',
  grid: '--chart-grid',
  axis: '--chart-axis',
  band: '--chart-band',
  surface: '--bg-surface',
  pointer: '--accent',
  text: '--text-2',
  font: '--font-sans',
} as const;

type Colours = { [Name in keyof typeof TOKENS]: Name extends 'series' ? string[] : string };

const colours = shallowRef<Colours>();

/** The chart colours of the theme on the page as plain values, because a canvas knows no CSS variables. */
export function useChartColours() {
  if (!colours.value) {
    colours.value = readColours();
    // After the watcher that puts the theme on the page, so that the new values are read.
    watch(theme, () => void (colours.value = readColours()), { flush: 'post' });
  }
  return readonly(colours) as Readonly<typeof colours & { value: Colours }>; // read just above
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (token: string) => style.getPropertyValue(token).trim();
  return Object.fromEntries(
    Object.entries(TOKENS).map(([name, token]) => [name, typeof token === 'string' ? read(token) : token.map(read)]),
  ) as Colours; // one value for each token
}
