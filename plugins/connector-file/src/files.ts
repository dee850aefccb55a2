export { checkFolder } from './check.js';
export { discoverFiles } from './discover.js';
export { openFile } from './open-file.js';
export { readFile } from './read-file.js';
export { relationOf } from './relation.js';
