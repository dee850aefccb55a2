import type { Position } from '@pelton/contract';
import { computed, shallowRef } from 'vue';
import { t } from '@/i18n';
import type { CanvasPoint, PortEnd } from '../canvas/canvas-model';
import type { Attachment } from '../graph/attach-step';
import type { PortRef } from '../graph/edit-graph';
import { CARD } from '../graph/layout';

/** Where the list stands, and what a step that is taken from it is joined to. */
export interface QuickAddPlace {
  /** Where the hand is, on the screen. */
  screen: CanvasPoint;
  /** Where the card goes; undefined: wherever it fits below what is chosen. */
  at: Position | undefined;
  attachment: Attachment | undefined;
}

/**
 * The list that adds a step where the hand is.
 * @param nameOf what a port that is read is called: its step, and which of several outputs
 */
export function useQuickAdd(titleOf: (step: string) => string, nameOf: (from: PortRef) => string) {
  const place = shallowRef<QuickAddPlace>();

  /** A wire was let go over nothing: what comes next, or what comes before. */
  function openFrom({ ref, side }: PortEnd, screen: CanvasPoint, point: CanvasPoint) {
    const x = point.x - CARD.width / 2;
    place.value =
      side === 'out'
        ? { screen, at: { x, y: point.y }, attachment: { kind: 'after', from: ref } }
        : { screen, at: { x, y: point.y - CARD.height }, attachment: { kind: 'before', to: ref } };
  }

  /** After a step was added and the list stays: the next one goes beside it. */
  function stepAside() {
    const now = place.value;
    if (now?.at) place.value = { ...now, at: { x: now.at.x + CARD.width + 24, y: now.at.y } };
  }

  const title = computed(() => {
    const attachment = place.value?.attachment;
    if (!attachment) return t('quickAdd.title');
    if (attachment.kind === 'after') return t('quickAdd.after', { step: nameOf(attachment.from) });
    if (attachment.kind === 'before') return t('quickAdd.before', { step: titleOf(attachment.to.step) });
    return t('quickAdd.between', { from: nameOf(attachment.wire.from), to: titleOf(attachment.wire.to.step) });
  });

  return {
    place,
    title,
    openFrom,
    stepAside,
    open: (next: QuickAddPlace) => (place.value = next),
    close: () => (place.value = undefined),
  };
}
