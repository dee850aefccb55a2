import type { Component } from 'vue';

/** One entry of a menu. */
export interface MenuItem {
  value: string;
  title: string;
  icon?: Component;
  isDivided?: boolean;
  isChecked?: boolean;
  isDanger?: boolean;
  /** Why it cannot be chosen now. */
  blocked?: string | undefined;
}
