import type { LineageNode } from '@pelton/contract';
import {
  IconBolt,
  IconBroadcast,
  IconChartLine,
  IconFlask,
  IconMail,
  IconPackage,
  IconPlug,
  IconRoute,
  IconTable,
  IconTableImport,
  IconTag,
  IconUser,
} from '@tabler/icons-vue';
import type { Component } from 'vue';

export const ICON_OF: Record<LineageNode['noun'], Component> = {
  connection: IconPlug,
  source: IconBroadcast,
  stream: IconTableImport,
  dataset: IconTable,
  step: IconRoute,
  event: IconBolt,
  trait: IconUser,
  item: IconPackage,
  metric: IconChartLine,
  tag: IconTag,
  experiment: IconFlask,
  message: IconMail,
};
