/** What a step says at its foot when it leaves what a run as of a later instant has kept. */
export const NEWER_STAY = 'not kept: there are newer ones';
