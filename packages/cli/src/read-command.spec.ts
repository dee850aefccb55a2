import { describe, expect, test } from 'vitest';
import { readCommand } from './read-command.js';

const env = { PELTON_KEY: 'pk_x', PELTON_URL: 'https://pelton.example' };

describe('a command', () => {
  test('takes where and by whom from the environment', () => {
    expect(readCommand(['export', 'project'], env)).toEqual({
      name: 'export',
      url: 'https://pelton.example',
      key: 'pk_x',
      folder: 'project',
    });
  });

  test('takes flags before the environment', () => {
    const typed = ['apply', 'project', '--url', 'http://other', '--key', 'pk_y', '--prune', '-y'];
    expect(readCommand(typed, env)).toEqual({
      name: 'apply',
      url: 'http://other',
      key: 'pk_y',
      folder: 'project',
      yes: true,
      prune: true,
      overwriteDrafts: false,
    });
  });

  test('says what is missing', () => {
    expect(() => readCommand(['run'], env)).toThrow('Name a pipeline: pelton run PIPELINE');
    expect(() => readCommand(['export', 'x'], {})).toThrow('An API key is needed');
    expect(() => readCommand(['deploy', 'x'], env)).toThrow('There is no command deploy');
    expect(() => readCommand(['apply', 'x', '--force'], env)).toThrow('--force');
  });
});
