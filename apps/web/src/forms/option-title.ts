/** What an option is called: in the words of the page's language, else as it is kept, without what joins its words. */
export function optionTitle(value: string, translated: (text: string) => string): string {
  const known = translated(value);
  return known === value ? value.replace(/[_-]/g, ' ') : known;
}
