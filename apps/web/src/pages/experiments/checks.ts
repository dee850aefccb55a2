import type { ExperimentResults } from '@pelton/contract';

export interface Check {
  name: 'ratio' | 'both' | 'matured' | 'guardrails' | 'enough';
  state: 'ok' | 'warn' | 'bad';
  facts: Record<string, number | string>;
}

/** What has to hold before a result may be trusted, each with its numbers. */
export function checksOf(results: ExperimentResults): Check[] {
  const people = results.arms.reduce((sum, arm) => sum + arm.users, 0);
  const checks: Check[] = [
    { name: 'ratio', state: results.ratio.passes ? (results.ratio.pValue === null ? 'warn' : 'ok') : 'bad', facts: {} },
    { name: 'both', state: results.both === 0 ? 'ok' : 'warn', facts: { count: results.both, of: people } },
  ];
  const goal = results.metrics.find((item) => item.role === 'goal');
  if (goal) {
    const matured = Object.values(goal.matured).reduce((sum, users) => sum + users, 0);
    checks.push({
      name: 'matured',
      state: people > 0 && matured === people ? 'ok' : 'warn',
      facts: { count: matured, of: people, days: goal.windowDays },
    });
  }
  const guardrails = results.metrics.filter((item) => item.role === 'guardrail');
  if (guardrails.length > 0) {
    const worse = guardrails.filter((item) => item.analysis.arms.some((arm) => arm.reading === 'worse'));
    checks.push({
      name: 'guardrails',
      state: worse.length === 0 ? 'ok' : 'bad',
      facts: { count: guardrails.length - worse.length, of: guardrails.length },
    });
  }
  const few = results.metrics.filter((item) => item.analysis.arms.some((arm) => arm.reading === 'too-few'));
  if (few.length > 0)
    checks.push({ name: 'enough', state: 'warn', facts: { titles: few.map((item) => item.title).join(', ') } });
  return checks;
}
