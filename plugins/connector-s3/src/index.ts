import { definePlugin } from '@pelton/sdk';
import { s3Connector } from './s3-connector.js';

export default definePlugin({ contributions: [s3Connector] });
