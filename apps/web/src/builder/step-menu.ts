import { t } from '@/i18n';
import type { MenuItem } from '@/ui/menu-item';
import type { StepView } from './step-view';

/**
 * What a menu does with a step.
 * - `run`, `runOn`: runs it over what stands before it, alone or with all after it
 * - `bypass`: takes it out and joins its neighbours
 */
export type StepAct = 'run' | 'runOn' | 'duplicate' | 'copy' | 'bypass' | 'delete';

/** The menu of a step. Where nothing may be changed, it can still be copied. */
export function stepMenu({ step }: Pick<StepView, 'step'>, isReadOnly: boolean): (MenuItem & { value: StepAct })[] {
  const copy = { value: 'copy' as const, title: t('panel.copy') };
  if (isReadOnly) return [copy];
  return [
    { value: 'run', title: t('panel.runStep') },
    { value: 'runOn', title: t('panel.runFromHere') },
    { value: 'duplicate', title: t('panel.duplicate'), isDivided: true },
    copy,
    ...(Object.keys(step.inputs).length ? [{ value: 'bypass' as const, title: t('panel.bypass') }] : []),
    { value: 'delete', title: t('panel.delete'), isDanger: true, isDivided: true },
  ];
}
