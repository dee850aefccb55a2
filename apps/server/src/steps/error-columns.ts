import { columnsOf } from './columns.js';

/** What a step gives at its port `error` when it fails. */
export const ERROR_COLUMNS = columnsOf({ step: 'String', code: 'String', message: 'String', attempt: 'UInt32' });
