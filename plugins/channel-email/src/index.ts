import { definePlugin } from '@pelton/sdk';
import { emailChannel } from './email-channel.js';

export default definePlugin({ contributions: [emailChannel] });
