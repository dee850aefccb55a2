import type { ColumnFamily } from '@pelton/contract';
import {
  IconLetterCase,
  IconBraces,
  IconCalendar,
  IconHash,
  IconList,
  IconQuestionMark,
  IconToggleLeft,
} from '@tabler/icons-vue';
import type { Component } from 'vue';

/** What a column holds, at a glance. Its word is `families.<family>`. */
export const familyIcons: Record<ColumnFamily, Component> = {
  text: IconLetterCase,
  number: IconHash,
  boolean: IconToggleLeft,
  time: IconCalendar,
  json: IconBraces,
  list: IconList,
  other: IconQuestionMark,
};
