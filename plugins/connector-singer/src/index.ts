import { definePlugin } from '@pelton/sdk';
import { singerConnector } from './singer-connector.js';

export default definePlugin({ contributions: [singerConnector] });
