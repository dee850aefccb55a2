import { definePlugin } from '@pelton/sdk';
import { postgresConnector } from './postgres-connector.js';

export default definePlugin({ contributions: [postgresConnector] });
