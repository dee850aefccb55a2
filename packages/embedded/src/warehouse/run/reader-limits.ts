import { EngineError } from '../engine/engine-error.js';

/** What one query of the reader may use at most. A request may ask for less, never for more. */
const LIMITS: Readonly<Record<string, number>> = {
  max_execution_time: 60, // seconds
  max_result_rows: 1_000_000,
  max_temporary_data_on_disk_size_for_query: 2_000_000_000,
  max_ast_elements: 50_000,
  max_expanded_ast_elements: 500_000,
  max_threads: 16,
};
const MEMORY_BYTES = 4_000_000_000;
/** Of what all queries together may use, where that is less. */
const MEMORY_SHARE = 0.5;

/** The bytes of a result that the reader gets; the engine's own `max_result_bytes` does not stop one. */
export const READER_RESULT_BYTES = 256 * 1024 * 1024;

/** Settings that change how a result looks or how fast it comes, but not what can be read. */
const HARMLESS = [
  /^output_format_(?!schema$)/, // that one names a file to write
  /^date_time_(input|output)_format$/,
  /^(enable_http_compression|http_zlib_compression_level|send_progress_in_http_headers)$/,
  /^(max_block_size|max_rows_to_read|max_bytes_to_read|max_partitions_per_insert_block|limit|offset)$/,
  /^(join_use_nulls|group_by_use_nulls|union_default_mode|final|session_timezone|readonly)$/,
  /^(do_not_merge_across_partitions_select_final|optimize_read_in_order|optimize_aggregation_in_order)$/,
];

/**
 * The settings of a reader's request within the reader's limits.
 * @param memoryBytes what all queries together may use
 * @throws EngineError 164 for a setting that the reader may not change
 */
export function limitReader(requested: ReadonlyMap<string, string>, memoryBytes: number): Map<string, string> {
  const limits = new Map(Object.entries(LIMITS));
  limits.set('max_memory_usage', Math.min(MEMORY_BYTES, Math.floor(memoryBytes * MEMORY_SHARE)));
  const settings = new Map([...limits].map(([name, limit]) => [name, String(limit)]));
  for (const [name, value] of requested) {
    const limit = limits.get(name);
    if (limit !== undefined) settings.set(name, String(lower(limit, value)));
    else if (!HARMLESS.some((names) => names.test(name))) throw refused(name);
    else if (name !== 'readonly') settings.set(name, value); // it is set last, and to more
  }
  return settings;
}

/** Zero means without limit, which is more than any. */
function lower(limit: number, asked: string): number {
  const number = Number(asked);
  return number > 0 && number < limit ? number : limit;
}

function refused(name: string): EngineError {
  return new EngineError(164, 'READONLY', `Cannot modify '${name}' setting in readonly mode`);
}
