import { definePlugin } from '@pelton/sdk';
import { httpConnector } from './http-connector.js';

export default definePlugin({ contributions: [httpConnector] });
