/** Where the server listens. */
export type ListenAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'port'; readonly host: string; readonly port: number };

/** What a socket path may have on every system that has such sockets. */
const maxSocketPathBytes = 107;

/**
 * Reads a listen address: the path of a unix socket, `host:port`, or a port on 127.0.0.1.
 * @throws Error for a path that drivers cannot use and for a host that others can reach
 */
export function parseListenAddress(listen: string | number): ListenAddress {
  if (typeof listen === 'number') return { kind: 'port', host: '127.0.0.1', port: listen };
  const match = /^(?<host>\[[0-9a-f:]+\]|[\w.-]+):(?<port>\d{1,5})$/i.exec(listen);
  if (match?.groups) {
    const host = match.groups['host']!.replaceAll(/[[\]]/g, '');
    if (host !== 'localhost' && host !== '::1' && !/^127\.\d+\.\d+\.\d+$/.test(host)) {
      throw new Error(`the document server listens on loopback only, not on ${host}`);
    }
    return { kind: 'port', host, port: Number(match.groups['port']) };
  }
  if (!listen.endsWith('.sock')) throw new Error(`drivers know a socket by a path that ends in .sock: ${listen}`);
  const bytes = Buffer.byteLength(listen);
  if (bytes > maxSocketPathBytes) {
    throw new Error(`the socket path has ${bytes} bytes and may have ${maxSocketPathBytes}: ${listen}`);
  }
  return { kind: 'socket', path: listen };
}

/** Who may log in, as it goes into a URL. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * The URL for a driver. It connects directly, because drivers change host names to lower case when they look for the
 * members of a set, and a socket's path would be lost.
 */
export function connectionUrl(address: ListenAddress, credentials: Credentials | undefined): string {
  const login = credentials
    ? `${encodeURIComponent(credentials.username)}:${encodeURIComponent(credentials.password)}@`
    : '';
  const options = credentials ? 'authSource=admin&directConnection=true' : 'directConnection=true';
  return `mongodb://${login}${hostText(address, encodeURIComponent)}/?${options}`;
}

/** The address as `hello` says it. */
export function hostText(address: ListenAddress, encodePath: (path: string) => string = (path) => path): string {
  if (address.kind === 'socket') return encodePath(address.path);
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
