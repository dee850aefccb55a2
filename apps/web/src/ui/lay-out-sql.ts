/** SQL laid out for reading; as it is when it cannot be parsed. The formatter is loaded when the first SQL is shown. */
export async function layOutSql(sql: string): Promise<string> {
  const { clickhouse, formatDialect } = await import('sql-formatter');
  try {
    return formatDialect(sql, { dialect: clickhouse, tabWidth: 2, keywordCase: 'preserve' });
  } catch {
    return sql;
  }
}
