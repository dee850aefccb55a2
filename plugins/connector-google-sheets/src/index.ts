import { definePlugin } from '@pelton/sdk';
import { sheetsConnector } from './sheets-connector.js';

export default definePlugin({ contributions: [sheetsConnector] });
