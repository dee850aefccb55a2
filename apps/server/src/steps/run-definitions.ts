import { AppError, type Experiment, type Message, type Metric, type Tag } from '@pelton/contract';

/** The definitions that a run uses, as they were when it started. */
export interface FrozenDefinitions {
  metrics: Metric[];
  tags: Tag[];
  experiments: Experiment[];
  messages: Message[];
}

/** Finds a definition by name among those that a run froze. */
export class RunDefinitions {
  constructor(private readonly frozen: FrozenDefinitions) {}

  metric(name: string): Metric {
    return found('metric', name, this.frozen.metrics);
  }

  tag(name: string): Tag {
    return found('tag', name, this.frozen.tags);
  }

  experiment(name: string): Experiment {
    return found('experiment', name, this.frozen.experiments);
  }

  message(name: string): Message {
    return found('message', name, this.frozen.messages);
  }
}

function found<T extends { name: string }>(noun: string, name: string, list: readonly T[]): T {
  const item = list.find((candidate) => candidate.name === name);
  if (!item) throw new AppError('NOT_FOUND', { noun, name: name || '(none chosen)' });
  return item;
}
