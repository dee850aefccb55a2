export { explainFailure, openOutgoing, type Outgoing } from './open-outgoing.js';
export { openSocket, type SocketTarget } from './open-socket.js';
export { patiently } from './patiently.js';
