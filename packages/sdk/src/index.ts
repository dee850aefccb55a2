export {
  AppError,
  isAppError,
  Condition,
  type Analysis,
  type ArmResult,
  type ArmStatistics,
  type MetricShape,
  type RatioCheck,
  type Sql,
  type SqlValue,
  type StreamInfo,
  type TargetInfo,
  type WriteMode,
} from '@pelton/contract';
export {
  compileCondition,
  resolveProperty,
  resolvePropertyOf,
  resolveTrait,
  type ConditionField,
  type FieldResolver,
} from './condition.js';
export { conditionPhrase, describeCondition } from './condition-words.js';
export { cursorValue, inBatches, withCursorStates } from './cursor-state.js';
export * from './define/channel.js';
export * from './define/connector.js';
export * from './define/contribution.js';
export * from './define/experiment.js';
export * from './define/metric.js';
export * from './define/tagging.js';
export { columnsOfJsonSchema } from './json-schema-columns.js';
export { type ProgramCall, type ProgramLine, readProgram } from './program.js';
export { isEvent, property, trait, type ValueTime } from './property.js';
export type { Vantage } from './relative-time.js';
export { valuesParam, valuesWords } from './values-param.js';
export { bind, identifier, instant, join, render, sql, toReadable, type SqlInput } from './sql.js';
