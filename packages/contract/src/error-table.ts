import { accessErrors } from './errors/access-errors.js';
import { changeErrors } from './errors/change-errors.js';
import { connectionErrors } from './errors/connection-errors.js';
import { eventErrors } from './errors/event-errors.js';
import { fileErrors } from './errors/file-errors.js';
import { pipelineErrors } from './errors/pipeline-errors.js';
import { runErrors } from './errors/run-errors.js';
import { serverErrors } from './errors/server-errors.js';
import { triggerErrors } from './errors/trigger-errors.js';

/** Every error that Pelton tells a person, in one table: code, status, words. */
export const errorTable = {
  ...accessErrors,
  ...eventErrors,
  ...changeErrors,
  ...serverErrors,
  ...fileErrors,
  ...connectionErrors,
  ...triggerErrors,
  ...pipelineErrors,
  ...runErrors,
};
