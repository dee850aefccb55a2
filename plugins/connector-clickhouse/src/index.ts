import { definePlugin } from '@pelton/sdk';
import { clickhouseConnector } from './clickhouse-connector.js';

export default definePlugin({ contributions: [clickhouseConnector] });
