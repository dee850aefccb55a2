/** Whether the documents service was not reached, however the driver or mongoose says so. */
export function isUnreachable(error: unknown): error is Error {
  return (
    error instanceof Error && /^Mongo(ServerSelection|Network|NotConnected)|MongooseServerSelection/.test(error.name)
  );
}
