import type { LineageNode } from '@pelton/contract';
import { t } from '@/i18n';
import { serverText } from '@/i18n/server-text';

/** What a thing is called in the reader's language. */
export function thingTitle({ noun, name, title }: LineageNode): string {
  if (name === '' && (noun === 'event' || noun === 'trait' || noun === 'item')) return t(`lineage.all.${noun}`);
  return noun === 'step' ? serverText(title) : title;
}

/** The same, with the pipeline of a step, where it stands alone. */
export function fullTitle(node: LineageNode): string {
  return node.within === undefined ? thingTitle(node) : `${node.within}: ${thingTitle(node)}`;
}
