export { checkFolder } from './check.js';
export { discoverFiles } from './discover.js';
export { describeStream, readStream } from './read-stream.js';
export { relationOf } from './relation.js';
export { writeFile } from './write-file.js';
