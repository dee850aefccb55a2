export * from './assignment.js';
export * from './compare.js';
export * from './distributions.js';
export * from './estimate.js';
export * from './holm.js';
export * from './sample-ratio.js';
export * from './sample-size.js';
