/** Keeps a value in this browser; without storage (private windows, blocked cookies) only for this page. */
const memory: Record<string, string> = {};

export function read(name: string): string | undefined {
  try {
    return localStorage.getItem(`pelton_${name}`) ?? memory[name];
  } catch {
    return memory[name];
  }
}

export function write(name: string, value: string): void {
  memory[name] = value;
  try {
    localStorage.setItem(`pelton_${name}`, value);
  } catch {
    // the page's memory has it
  }
}

export function forget(name: string): void {
  delete memory[name];
  try {
    localStorage.removeItem(`pelton_${name}`);
  } catch {
    // it was never kept
  }
}
