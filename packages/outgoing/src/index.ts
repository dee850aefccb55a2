export { explainFailure, openOutgoing, type Outgoing } from './open-outgoing.js';
export { patiently } from './patiently.js';
