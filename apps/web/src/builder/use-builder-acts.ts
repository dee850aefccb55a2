import { isRunOver, type RunPart } from '@pelton/contract';
import { computed, ref } from 'vue';
import { publishPipeline } from '@/api/pipelines';
import { t } from '@/i18n';
import { confirm } from '@/ui/confirm';
import { errorText } from '@/ui/error-text';
import { toast } from '@/ui/toast';
import type { RunChoice } from './run/run-choice';
import type { StepAct } from './step-menu';
import type { Builder } from './use-builder';

/** Running and publishing, with the reason when one of them cannot be done now. */
export function useBuilderActs({ draft, graph, check, runner, views, changes, mayEdit, types, act }: Builder) {
  const isPublishing = ref(false);
  /** The state of the run that is not over. */
  const running = computed(() =>
    runner.run.value && !isRunOver(runner.run.value) ? runner.run.value.state : undefined,
  );
  const wrong = computed(() => views.value.filter((view) => view.problem !== undefined));
  const isEmpty = computed(() => graph.value.steps.length === 0);

  const isSame = computed(() => draft.pipeline.value.live !== null && changes.value === 0);

  const runBlocked = computed(() => {
    if (runner.replayed.value) return t('run.replayBlocks');
    if (!mayEdit.value) return t('builder.needsOperator');
    return isEmpty.value ? t('builder.empty') : undefined;
  });
  const publishBlocked = computed(() => {
    if (runner.replayed.value) return t('run.replayBlocks');
    if (!mayEdit.value) return t('builder.needsOperator');
    if (isEmpty.value) return t('builder.empty');
    if (changes.value === 0) return t('builder.nothingToPublish');
    const titles = wrong.value
      .map(({ title }) => title)
      .slice(0, 3)
      .join(', ');
    if (wrong.value.length > 0) return t('builder.hasProblems', { steps: titles }, wrong.value.length);
    return check.isChecking.value ? t('builder.checking') : undefined;
  });

  async function run(input: RunChoice) {
    if (!input.draft && !input.dry && !(await mayLeave())) return;
    await told(() => runner.start(input, () => (input.draft ? draft.save() : Promise.resolve())));
  }

  /** Says why it went wrong, when it did. */
  async function told(work: () => Promise<unknown>) {
    await work();
    if (runner.error.value) toast(errorText(runner.error.value));
  }

  /** Runs a part of the draft over what the latest run left before it. */
  async function runPart(part: RunPart) {
    if (runBlocked.value) toast(runBlocked.value);
    else await run({ draft: true, part });
  }

  /** A published run stores and sends; whoever starts one with messages is asked. */
  async function mayLeave(): Promise<boolean> {
    const live = draft.pipeline.value.live;
    const roles = new Map((types.value ?? []).map((type) => [type.uses, type.role]));
    if (!live?.graph.steps.some((step) => roles.get(step.uses) === 'reach')) return true;
    return confirm({
      title: t('builder.runLive', { version: live.version }),
      text: t('builder.runLiveText'),
      act: t('builder.runLive', { version: live.version }),
    });
  }

  async function publish(note: string) {
    isPublishing.value = true;
    try {
      await draft.save();
      draft.keep(await publishPipeline(draft.pipeline.value.name, { note }));
      toast(t('builder.published', { version: draft.pipeline.value.live?.version ?? 1 }));
    } catch (error) {
      toast(errorText(error));
      await check.again();
    } finally {
      isPublishing.value = false;
    }
  }

  /** Does what a menu of a step offers. */
  function onStep(name: StepAct, step: string) {
    if (name === 'run' || name === 'runOn') void runPart({ step, andAfter: name === 'runOn' });
    else act(name, step);
  }

  return {
    isPublishing,
    running,
    isSame,
    runBlocked,
    publishBlocked,
    run,
    onStep,
    publish,
    stopRun: () => told(runner.cancel),
    pause: () => told(runner.pause),
    resume: () => told(runner.resume),
    retry: () => told(runner.retry),
  };
}
