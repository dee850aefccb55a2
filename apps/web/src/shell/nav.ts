import type { Layer, Role } from '@pelton/contract';
import {
  IconAdjustmentsHorizontal,
  IconBolt,
  IconBuilding,
  IconChartLine,
  IconCheckbox,
  IconDatabaseImport,
  IconFlask,
  IconHistory,
  IconInbox,
  IconKey,
  IconLayoutDashboard,
  IconMail,
  IconPackage,
  IconPuzzle,
  IconSchema,
  IconSend,
  IconTable,
  IconTag,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-vue';
import type { Component } from 'vue';

export interface NavItem {
  /** A route's name, and the key of its title under `nav`. */
  name: string;
  icon: Component;
  needs?: Role;
  /** Its count is of what waits for a person. */
  isCalling?: boolean;
}

export interface NavGroup {
  /** The key of its title under `nav`. */
  name: string;
  icon: Component;
  layer: Layer;
  items: NavItem[];
}

export const overview: NavItem = { name: 'overview', icon: IconLayoutDashboard };

/** The bar of the loop. */
export const groups: NavGroup[] = [
  {
    name: 'collect',
    icon: IconDatabaseImport,
    layer: 'collect',
    items: [
      { name: 'sources', icon: IconDatabaseImport },
      { name: 'datasets', icon: IconTable },
      { name: 'events', icon: IconBolt },
      { name: 'users', icon: IconUser },
      { name: 'groups', icon: IconBuilding },
      { name: 'items', icon: IconPackage },
    ],
  },
  {
    name: 'understand',
    icon: IconChartLine,
    layer: 'understand',
    items: [
      { name: 'metrics', icon: IconChartLine },
      { name: 'tags', icon: IconTag },
    ],
  },
  { name: 'operate', icon: IconFlask, layer: 'operate', items: [{ name: 'experiments', icon: IconFlask }] },
  {
    name: 'reach',
    icon: IconSend,
    layer: 'reach',
    items: [
      { name: 'messages', icon: IconMail },
      { name: 'mails', icon: IconInbox, needs: 'operator' },
    ],
  },
  {
    name: 'work',
    icon: IconSchema,
    layer: 'shape',
    items: [
      { name: 'pipelines', icon: IconSchema },
      { name: 'approvals', icon: IconCheckbox, isCalling: true },
      { name: 'runs', icon: IconHistory },
    ],
  },
  {
    name: 'admin',
    icon: IconAdjustmentsHorizontal,
    layer: 'shape',
    items: [
      { name: 'plugins', icon: IconPuzzle },
      { name: 'members', icon: IconUsersGroup, needs: 'admin' },
      { name: 'keys', icon: IconKey, needs: 'admin' },
    ],
  },
];
