/** The name that is being written at the cursor, and where it begins. */
export function completeWord(text: string, cursor: number): { word: string; from: number } {
  const word = /[A-Za-z_]\w*$/.exec(text.slice(0, cursor))?.[0] ?? '';
  return { word, from: cursor - word.length };
}
