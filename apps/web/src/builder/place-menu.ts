import { t } from '@/i18n';
import type { MenuItem } from '@/ui/menu-item';

/** What a menu does with a wire. */
export type WireAct = 'between' | 'takeOut';
/** What a menu does at a place of the canvas where nothing lies. */
export type PlaceAct = 'add' | 'note' | 'paste' | 'all' | 'tidy';

/** The menu of a wire. */
export function wireMenu(): (MenuItem & { value: WireAct })[] {
  return [
    { value: 'between', title: t('placeMenu.between') },
    { value: 'takeOut', title: t('placeMenu.takeOut'), isDanger: true, isDivided: true },
  ];
}

/** The menu of the canvas. */
export function placeMenu(): (MenuItem & { value: PlaceAct })[] {
  return [
    { value: 'add', title: t('placeMenu.add') },
    { value: 'note', title: t('placeMenu.note') },
    { value: 'paste', title: t('placeMenu.paste') },
    { value: 'all', title: t('shortcuts.all'), isDivided: true },
    { value: 'tidy', title: t('canvas.tidy') },
  ];
}
