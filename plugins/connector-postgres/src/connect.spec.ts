import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { connect } from './connect.js';
import { ConnectionConfig } from './connection-config.js';

test('a port at which something else listens is told with host, port and what to check', async () => {
  const other = createServer((socket) => socket.destroy());
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as AddressInfo).port)); // it listens on a port
  });
  const config = ConnectionConfig.parse({ host: '127.0.0.1', port, database: 'shop', user: 'reader' });
  await expect(connect({ config, secrets: {} } as never)).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    message: `PostgreSQL shop at 127.0.0.1:${port} did not answer: it ended the connection. Check that PostgreSQL is what listens at 127.0.0.1:${port}; if it is, try again.`,
  });
  other.close();
});
