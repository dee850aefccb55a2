export type { QueryOptions, WarehouseClient } from './client.js';
export { isDataError, warehouseErrorType } from './errors.js';
export { emptyRelation, openGate, type SqlGate } from './gate.js';
export { refreshIdentities } from './refresh-identities.js';
export { openWarehouse, type ProjectWarehouse, type Warehouse } from './warehouse.js';
