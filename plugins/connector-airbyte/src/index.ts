import { definePlugin } from '@pelton/sdk';
import { airbyteConnector } from './airbyte-connector.js';

export default definePlugin({ contributions: [airbyteConnector] });
