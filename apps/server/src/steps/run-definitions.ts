import { AppError, type Experiment, type Message, type Metric, type Tag } from '@pelton/contract';
import type { CallablePipeline } from '../calls/signature.js';

/** The definitions that a run uses, as they were when it started. */
export interface FrozenDefinitions {
  metrics: Metric[];
  tags: Tag[];
  experiments: Experiment[];
  messages: Message[];
  /** Those that its steps may call; absent in runs of before there were calls. */
  pipelines?: CallablePipeline[];
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

  /** Undefined when there is none that can be called. */
  callable(name: string): CallablePipeline | undefined {
    return this.frozen.pipelines?.find((pipeline) => pipeline.name === name);
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
