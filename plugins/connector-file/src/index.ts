import { definePlugin } from '@pelton/sdk';
import { fileConnector } from './file-connector.js';

export default definePlugin({ contributions: [fileConnector] });
