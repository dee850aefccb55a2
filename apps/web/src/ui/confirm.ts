import { shallowRef } from 'vue';

export interface Confirmation {
  title: string;
  text: string;
  /** What the button does: `Delete`. */
  act: string;
  isDanger?: boolean;
}

export const confirmation = shallowRef<Confirmation>();
let answer: (isYes: boolean) => void = () => undefined;

/** Asks before something leaves Pelton or cannot be undone. */
export function confirm(asked: Confirmation): Promise<boolean> {
  answer(false);
  confirmation.value = asked;
  return new Promise((resolve) => (answer = resolve));
}

export function settle(isYes: boolean): void {
  confirmation.value = undefined;
  answer(isYes);
}
