import { definePlugin } from '@pelton/sdk';
import { mongodbConnector } from './mongodb-connector.js';

export default definePlugin({ contributions: [mongodbConnector] });
