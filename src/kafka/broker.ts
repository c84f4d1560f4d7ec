/* What kafkajs' connections to brokers take and give below its public surface. */

/** A producer id with its epoch, as every request of a transaction names them. */
export interface ProducerIdentity {
  readonly transactionalId: string;
  readonly producerId: string;
  readonly producerEpoch: number;
}

/** A topic and some of its partitions. */
export interface TopicPartitions<P> {
  readonly topic: string;
  readonly partitions: readonly P[];
}

/** The answer to a produce request. */
export interface Produced {
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly baseOffset: string;
    }[];
  }[];
}

/** A connection to one broker, as kafkajs has it. */
export interface Broker {
  initProducerId(request: {
    readonly transactionalId: string;
    readonly transactionTimeout: number;
  }): Promise<Pick<ProducerIdentity, 'producerId' | 'producerEpoch'>>;
  addOffsetsToTxn(request: ProducerIdentity & { readonly groupId: string }): Promise<void>;
  addPartitionsToTxn(
    request: ProducerIdentity & { readonly topics: readonly TopicPartitions<number>[] },
  ): Promise<void>;
  txnOffsetCommit(
    request: ProducerIdentity & {
      readonly groupId: string;
      readonly topics: readonly TopicPartitions<{ readonly partition: number; readonly offset: string }>[];
    },
  ): Promise<void>;
  endTxn(request: ProducerIdentity & { readonly transactionResult: boolean }): Promise<void>;
  offsetFetch(request: {
    readonly groupId: string;
    readonly topics: readonly TopicPartitions<{ readonly partition: number }>[];
  }): Promise<{
    readonly responses: readonly TopicPartitions<{ readonly offset: string; readonly metadata: string | null }>[];
  }>;
  findGroupCoordinator(of: CoordinatorOf): Promise<{ readonly coordinator: { readonly nodeId: number } }>;
  /** By the key of each api; null before it is connected. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null;
  readonly connectionPool: { send(request: object): Promise<unknown> };
  disconnect(): Promise<void>;
}

/** Whose coordinator; of type 0 those of groups, of type 1 those of transactions. */
export interface CoordinatorOf {
  readonly groupId: string;
  readonly coordinatorType: number;
}
