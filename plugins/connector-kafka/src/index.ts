import { definePlugin } from '@pelton/sdk';
import { kafkaConnector } from './kafka-connector.js';

export default definePlugin({ contributions: [kafkaConnector] });
