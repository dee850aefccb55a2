import { definePlugin } from '@pelton/sdk';
import { sqliteConnector } from './sqlite-connector.js';

export default definePlugin({ contributions: [sqliteConnector] });
