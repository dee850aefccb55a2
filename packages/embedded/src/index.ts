export { EmbeddedError, type EmbeddedErrorCode } from './errors.js';
export { startServices, type Services, type StartOptions } from './start-services.js';
