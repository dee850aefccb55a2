export { check } from './check.js';
export { discover } from './discover.js';
export { readTopic } from './read-topic.js';
export { writeRows } from './write-rows.js';
