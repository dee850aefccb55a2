import type { LineageNode } from '@pelton/contract';
import {
  IconBolt,
  IconChartLine,
  IconFlask,
  IconMail,
  IconPlug,
  IconRoute,
  IconTable,
  IconTableImport,
  IconTag,
} from '@tabler/icons-vue';
import type { Component } from 'vue';

export const ICON_OF: Record<LineageNode['noun'], Component> = {
  connection: IconPlug,
  stream: IconTableImport,
  dataset: IconTable,
  step: IconRoute,
  event: IconBolt,
  metric: IconChartLine,
  tag: IconTag,
  experiment: IconFlask,
  message: IconMail,
};
