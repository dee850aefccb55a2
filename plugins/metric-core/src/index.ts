import { definePlugin } from '@pelton/sdk';
import { count } from './count.js';
import { mean } from './mean.js';
import { proportion } from './proportion.js';
import { retention } from './retention.js';
import { sum } from './sum.js';
import { uniqueUsers } from './unique-users.js';

export default definePlugin({ contributions: [count, uniqueUsers, sum, mean, proportion, retention] });
