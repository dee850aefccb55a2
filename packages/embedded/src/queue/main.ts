import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runService } from '../lifecycle/run-service.js';
import { DATABASE_USER, openDataFolder } from './data-folder.js';
import { stopOrphan } from './orphan.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { startPostgres } from './postgres-server.js';
import { findPostgresUser } from './postgres-user.js';
import { openSocketFolder } from './socket-folder.js';

/** The supervisor of PostgreSQL, which cannot watch for its parent's death itself. */
runService(async (folder) => {
  const user = findPostgresUser();
  const binaries = findPostgresBinaries(user, join(folder, 'postgres'));
  const { data, password } = await openDataFolder(folder, binaries, user);
  await stopOrphan(data);
  const socketFolder = openSocketFolder(folder, user);
  const server = await startPostgres({ binaries, data, socketFolder, user });
  return {
    url: connectionUrl(password, socketFolder),
    ended: server.ended,
    async stop(isHurried) {
      await server.stop(isHurried);
      rmSync(socketFolder, { recursive: true, force: true });
    },
  };
});

/** The form that `pg` and libpq read alike: the host that counts is the one in the query, the folder of the socket. */
function connectionUrl(password: string, socketFolder: string): string {
  const url = new URL(`postgres://${DATABASE_USER}:${password}@localhost/postgres`);
  url.searchParams.set('host', socketFolder);
  return url.href;
}
