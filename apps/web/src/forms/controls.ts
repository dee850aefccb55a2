import BooleanControl from './controls/BooleanControl.vue';
import CodeControl from './controls/CodeControl.vue';
import ColumnControl from './controls/ColumnControl.vue';
import ConditionControl from './controls/ConditionControl.vue';
import ConnectionControl from './controls/ConnectionControl.vue';
import DatasetControl from './controls/DatasetControl.vue';
import DefinitionControl from './controls/DefinitionControl.vue';
import EnumControl from './controls/EnumControl.vue';
import EventControl from './controls/EventControl.vue';
import FileControl from './controls/FileControl.vue';
import ItemTypeControl from './controls/ItemTypeControl.vue';
import KnownColumnControl from './controls/KnownColumnControl.vue';
import ListControl from './controls/ListControl.vue';
import LongTextControl from './controls/LongTextControl.vue';
import NumberControl from './controls/NumberControl.vue';
import ObjectControl from './controls/ObjectControl.vue';
import ObjectsControl from './controls/ObjectsControl.vue';
import PipelineControl from './controls/PipelineControl.vue';
import PropertyControl from './controls/PropertyControl.vue';
import SecretControl from './controls/SecretControl.vue';
import StreamControl from './controls/StreamControl.vue';
import StringControl from './controls/StringControl.vue';
import TimezoneControl from './controls/TimezoneControl.vue';
import TraitControl from './controls/TraitControl.vue';
import ValuesControl from './controls/ValuesControl.vue';
import type { Controls } from './controls-key';

export const controls: Controls = {
  string: StringControl,
  number: NumberControl,
  boolean: BooleanControl,
  enum: EnumControl,
  list: ListControl,
  object: ObjectControl,
  objects: ObjectsControl,
  text: LongTextControl,
  template: LongTextControl,
  html: LongTextControl,
  sql: CodeControl,
  formula: CodeControl,
  column: ColumnControl,
  columns: ColumnControl,
  known_column: KnownColumnControl,
  values: ValuesControl,
  event: EventControl,
  property: PropertyControl,
  trait: TraitControl,
  metric: DefinitionControl,
  tag: DefinitionControl,
  experiment: DefinitionControl,
  message: DefinitionControl,
  item_type: ItemTypeControl,
  connection: ConnectionControl,
  dataset: DatasetControl,
  pipeline: PipelineControl,
  stream: StreamControl,
  condition: ConditionControl,
  file: FileControl,
  secret: SecretControl,
  timezone: TimezoneControl,
};
