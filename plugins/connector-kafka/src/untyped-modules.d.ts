/** Parts of kafkajs that it has no types for: see README.md, "The library". */
declare module 'kafkajs/src/cluster/index.js' {
  import type { ISocketFactory, KafkaConfig, PartitionMetadata } from 'kafkajs';

  export interface RawMessage {
    offset: string;
    timestamp: string;
    key: Buffer | null;
    value: Buffer | null;
    headers: Record<string, Buffer | Buffer[] | null>;
    isControlRecord: boolean;
    /** Missing in the oldest format of messages. */
    batchContext?: { firstOffset: string; lastOffsetDelta: number };
  }
  export interface FetchedPartition {
    partition: number;
    highWatermark: string;
    /** Missing in answers of brokers that know no transactions. */
    lastStableOffset?: string;
    abortedTransactions?: { producerId: string; firstOffset: string }[];
    messages: RawMessage[];
  }
  export interface Broker {
    fetch(request: {
      replicaId: -1;
      isolationLevel: 1;
      maxWaitTime: number;
      minBytes: number;
      maxBytes: number;
      topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
    }): Promise<{ responses: { topicName: string; partitions: FetchedPartition[] }[] }>;
  }
  export interface Metadata {
    brokers: { nodeId: number; host: string; port: number }[];
    topicMetadata: { topic: string; isInternal?: boolean; partitionMetadata: PartitionMetadata[] }[];
  }
  export interface Logger {
    namespace(name: string): Logger;
    error(message: string): void;
    warn(message: string): void;
    info(message: string): void;
    debug(message: string): void;
  }
  export default class Cluster {
    constructor(
      options: Pick<KafkaConfig, 'clientId' | 'ssl' | 'sasl' | 'connectionTimeout' | 'requestTimeout' | 'retry'> & {
        brokers: string[];
        socketFactory: ISocketFactory;
        logger: Logger;
        isolationLevel: 1;
        metadataMaxAge: number;
        allowAutoTopicCreation: false;
      },
    );
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    /** Null when every broker refused. */
    metadata(): Promise<Metadata | null>;
    addMultipleTargetTopics(topics: string[]): Promise<void>;
    refreshMetadata(): Promise<void>;
    findBroker(options: { nodeId: number | string }): Promise<Broker>;
    findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
    findTopicPartitionMetadata(topic: string): PartitionMetadata[];
    fetchTopicsOffset(
      topics: { topic: string; fromBeginning: boolean; partitions: { partition: number }[] }[],
    ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
  }
}

declare module 'kafkajs/src/consumer/batch.js' {
  import type { FetchedPartition, RawMessage } from 'kafkajs/src/cluster/index.js';

  export default class Batch {
    constructor(topic: string, fetchedOffset: string, partition: FetchedPartition);
    /** Without those of transactions that were given up, and without marks of transactions. */
    messages: RawMessage[];
    rawMessages: RawMessage[];
  }
}

declare module 'lz4js' {
  export function decompress(frame: Uint8Array): Uint8Array;
}

declare module 'snappyjs' {
  export function compress(bytes: Uint8Array): Uint8Array;
  export function uncompress(block: Uint8Array): Uint8Array;
}
