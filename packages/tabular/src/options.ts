/** What a connector's form needs. What reads files is apart, because it takes long to load, which a start need not. */
export { wrongPattern } from './name-pattern.js';
export { tableOptions } from './table-options.js';
