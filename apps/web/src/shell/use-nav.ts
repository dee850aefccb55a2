import { isAllowed } from '@pelton/contract';
import { computed } from 'vue';
import { useRoute } from 'vue-router';
import { useSession } from '@/api/session';
import { groups } from './nav';

/** The groups that the member may see, and the entry that is marked. */
export function useNav() {
  const route = useRoute();
  const { data: session } = useSession();

  const visible = computed(() =>
    groups
      .map((group) => ({
        ...group,
        items: group.items.filter(({ needs }) => !needs || isAllowed(session.value?.member.role ?? 'viewer', needs)),
      }))
      .filter((group) => group.items.length > 0),
  );
  const current = computed(() => route.meta.nav ?? String(route.name ?? ''));
  return { groups: visible, current };
}
