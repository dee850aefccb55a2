const IN_THE_AIR = 50;

/** Sends each thing twice at the same moment, many such pairs beside each other. @returns both answers of each */
export async function inPairs<T>(count: number, send: (pair: number) => Promise<T>): Promise<[T, T][]> {
  const answers: [T, T][] = [];
  const pairs = Array.from({ length: count }, (_, pair) => pair).values();
  const sender = async () => {
    // oxlint-disable-next-line no-await-in-loop -- so many at a time
    for (const pair of pairs) answers[pair] = await Promise.all([send(pair), send(pair)]);
  };
  await Promise.all(Array.from({ length: IN_THE_AIR }, sender));
  return answers;
}
