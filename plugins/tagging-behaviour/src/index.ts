import { definePlugin } from '@pelton/sdk';
import { behaviour } from './behaviour.js';

export default definePlugin({ contributions: [behaviour] });
