import type { ExperimentInput, TagInput } from '@pelton/contract';
import { did, didNot, type StepPart, tagOf } from './parts.js';

/** Buyers who stayed away, an offer that is tried on some of them, and the steps from the one to the other. */
export interface WinBackParts {
  tag: TagInput;
  experiment: ExperimentInput;
  /** The first has no input: it finds its users by itself. */
  steps: [StepPart, ...StepPart[]];
}

/**
 * @param purchase the event that a buyer does
 * @param share of those who stayed away that takes part in the test, in percent
 * @param message the name of the one with the offer
 */
export function winBackParts(
  purchase: string,
  { days, share, message }: { days: number; share: number; message: string },
): WinBackParts {
  const title = `Lapsed ${days} days`;
  const tag = tagOf(`lapsed-${days}-days`, title, `Ordered before, not in the last ${days} days`, [
    did(purchase),
    didNot(purchase, days),
  ]);
  const experiment: ExperimentInput = {
    name: 'win-back-offer',
    title: 'Win-back offer',
    description: '',
    hypothesis: 'A mail with an offer brings lapsed buyers back.',
    engine: 'frequentist',
    params: {},
    variations: [
      { key: 'plain', title: 'No mail', weight: 0.5 },
      { key: 'offer', title: 'Offer by mail', weight: 0.5 },
    ],
    coverage: share / 100,
    seed: '',
    metrics: [{ metric: 'ordered', role: 'goal', windowDays: 14 }],
  };
  return {
    tag,
    experiment,
    steps: [
      { id: 'lapsed', uses: 'core/tag', title, with: { tag: tag.name } },
      {
        id: 'test',
        uses: 'core/experiment',
        title: experiment.title,
        with: { experiment: experiment.name },
        inputs: { users: 'lapsed' },
      },
      {
        id: 'mail',
        uses: 'core/message',
        title: 'Win-back mail',
        with: { message, repeat: 'never' },
        inputs: { users: 'test.offer' },
      },
    ],
  };
}
