export { describeSet, type FileSet, readSet } from './file-set.js';
export type { FileRecord } from './file-record.js';
export { isPattern, matcherOf, patternPrefix, wrongPattern } from './name-pattern.js';
export { type ParquetColumn, parquetColumns, readParquetMetadata } from './parquet-metadata.js';
export { type Profile, profile, profileBeginning, type TableColumn } from './profile.js';
export { type FileSource, openTable, type TableFile } from './table-file.js';
export { type CsvDialect, hasKnownEnding, type TableFormat } from './table-format.js';
export { tableOptions, type TableOptions } from './table-options.js';
export { isText, type TextFile } from './text-rows.js';
