import { defineTagging } from '@pelton/sdk';
import { compileBehaviour } from './compile.js';
import { BehaviourParams } from './params.js';
import { readBehaviour } from './words.js';

/** Tags users by what they did or did not do, and says why each one has the tag. */
export const behaviour = defineTagging({
  id: 'behaviour',
  title: 'Did or did not',
  description: 'Users who did something, or did not, so often in the last days.',
  icon: 'user-check',
  params: BehaviourParams,
  reads: readBehaviour,
  compile: compileBehaviour,
});
