import { definePlugin } from '@pelton/sdk';
import { frequentist } from './frequentist.js';

export default definePlugin({ contributions: [frequentist] });
