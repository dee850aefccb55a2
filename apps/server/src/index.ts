export { readConfig, type Config } from './config.js';
export { type RunningServer, startServer } from './start-server.js';
