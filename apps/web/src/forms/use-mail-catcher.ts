import type { Connection } from '@pelton/contract';
import { computed } from 'vue';
import { useConnections, useCreateConnection } from '@/api/connections';
import { useMails } from '@/api/mails';
import { useMay } from '@/api/session';
import { t } from '@/i18n';
import { freeName } from './free-name';

/** The way to send without a mail server of one's own: a connection to the catcher, which shows mails instead of letting them out. */
export function useMailCatcher() {
  const mails = useMails({ limit: 1 });
  const { data: connections } = useConnections();
  const create = useCreateConnection();
  const mayConnect = useMay('admin');
  const port = computed(() => mails.data.value?.port ?? null);

  /** @returns the connection that was made */
  const connect = (): Promise<Connection> =>
    create.mutateAsync({
      name: freeName('mail-catcher', connections.value?.map(({ name }) => name) ?? []),
      title: t('mails.connectionTitle'),
      kind: 'channel',
      uses: 'email',
      config: { host: '127.0.0.1', port: port.value, secure: 'none', from: 'hello@example.org' },
      secrets: {},
    });

  return {
    connect,
    /** It runs, nobody has connected it yet, and this member may. */
    isOffered: computed(
      () =>
        mayConnect.value &&
        port.value !== null &&
        connections.value?.every(({ config }) => config['port'] !== port.value) === true,
    ),
    isBusy: create.isPending,
    error: create.error,
  };
}
