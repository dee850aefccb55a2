import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The role of the engine's only user that may do everything, and the one that user-written SQL runs in. */
export const ADMIN_ROLE = 'pelton_admin';
export const READER_ROLE = 'pelton_reader';

/** Writes the engine's configuration. @returns the path of its main file */
export function writeConfiguration(folder: string, memoryBytes: number): string {
  const file = join(folder, 'config.xml');
  const usersFile = join(folder, 'users.xml');
  writeFileSync(file, mainFile(usersFile, memoryBytes), { mode: 0o600 });
  writeFileSync(usersFile, USERS_FILE, { mode: 0o600 });
  return file;
}

function mainFile(usersFile: string, memoryBytes: number): string {
  return `<clickhouse>
  <users_config>${usersFile.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</users_config>
  <max_server_memory_usage>${memoryBytes}</max_server_memory_usage>
  <mark_cache_size>268435456</mark_cache_size>
  <database_atomic_delay_before_drop_table_sec>60</database_atomic_delay_before_drop_table_sec>
</clickhouse>
`;
}

/**
 * An embedded engine has one user, 'default', whatever a connection asks for. What it may do depends on the roles that
 * a connection has switched on: at first both, then only the reader's on those that are lent to the reader.
 */
const USERS_FILE = `<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <roles>
    <${ADMIN_ROLE}><grants><query>GRANT ALL ON *.*</query></grants></${ADMIN_ROLE}>
    <${READER_ROLE}><grants><query>GRANT SELECT ON pelton_*.*</query></grants></${READER_ROLE}>
  </roles>
  <users>
    <default>
      <no_password/>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants><query>GRANT ${ADMIN_ROLE}, ${READER_ROLE}</query></grants>
    </default>
  </users>
</clickhouse>
`;
