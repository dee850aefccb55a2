export { checkConformance } from './conformance.js';
export { type Engine, openEngine, type TableRow } from './engine.js';
export { dataContext } from './data-context.js';
