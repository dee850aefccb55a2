import { definePlugin } from '@pelton/sdk';
import { mysqlConnector } from './mysql-connector.js';

export default definePlugin({ contributions: [mysqlConnector] });
