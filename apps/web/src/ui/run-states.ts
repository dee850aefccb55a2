import type { RunState, StepState } from '@pelton/contract';
import { IconBan, IconClock, IconPlayerPause, IconCircleDashed } from '@tabler/icons-vue';
import type { Component } from 'vue';
import type { Tone } from './tone';

/** How the state of a run or of a step looks. Its word is `states.<state>`. */
export const stateLooks: Record<RunState | StepState, { tone: Tone; icon?: Component }> = {
  waiting: { tone: 'idle', icon: IconClock },
  queued: { tone: 'idle', icon: IconClock },
  running: { tone: 'busy' },
  paused: { tone: 'idle', icon: IconPlayerPause },
  done: { tone: 'ok' },
  failed: { tone: 'bad' },
  skipped: { tone: 'idle', icon: IconCircleDashed },
  cancelled: { tone: 'idle', icon: IconBan },
};
