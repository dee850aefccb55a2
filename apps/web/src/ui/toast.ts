import { ElMessage } from 'element-plus';
import { h } from 'vue';
import { t } from '@/i18n';

/** Says what was done, with a way back where there is one. */
export function toast(text: string, undo?: () => void): void {
  const message = ElMessage({
    type: 'info',
    icon: h('span'),
    offset: 56,
    grouping: true,
    duration: undo ? 8000 : 4000,
    message: undo
      ? h('span', { class: 'row' }, [text, h('button', { type: 'button', class: 'link', onClick: back }, t('ui.undo'))])
      : text,
  });

  function back() {
    message.close();
    undo?.();
  }
}
