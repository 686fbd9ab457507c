import { type FileMetaData, parquetSchema, type SchemaTree } from 'hyparquet';
import { type ColumnKind, type Columns, keepFirst, occurrencesIn, pathOf } from './columns.ts';
import { addOccurrence, type RecordLocation } from './tally.ts';

/** The columns in the footer of a parquet file, which all of its rows have. */
export function parquetColumns(metadata: FileMetaData, location: RecordLocation): Columns {
  const columns: Columns = new Map();
  const add = (node: SchemaTree, path: string, parent: string | undefined): void => {
    const [kind, inner] = typeOf(node);
    addOccurrence(occurrencesIn(columns, path, parent, kind), location, Number(metadata.num_rows));
    for (const child of inner)
      add(child, pathOf(path, kind === 'list' ? undefined : child.element.name), path);
  };
  for (const node of parquetSchema(metadata).children)
    add(node, pathOf(undefined, node.element.name), undefined);
  keepFirst(columns);
  return columns;
}

/** The kind of a node, and its item or fields. */
function typeOf(node: SchemaTree): readonly [ColumnKind, readonly SchemaTree[]] {
  const { element, children } = node;
  const [only] = children;
  if (isList(node) && only !== undefined) return ['list', itemOf(only)];
  // A map reads as a list of pairs, whose keys are not columns.
  if (element.converted_type === 'MAP' || element.logical_type?.type === 'MAP') return ['list', []];
  if (element.repetition_type === 'REPEATED')
    return ['list', [{ ...node, element: { ...element, repetition_type: 'REQUIRED' } }]];
  return children.length > 0 ? ['object', children] : [leafKind(node), []];
}

function isList({ element }: SchemaTree): boolean {
  return element.converted_type === 'LIST' || element.logical_type?.type === 'LIST';
}

/** Lists have two or three levels: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists */
function itemOf(repeated: SchemaTree): readonly SchemaTree[] {
  const [item, ...others] = repeated.children;
  const threeLevels =
    item !== undefined && others.length === 0 && !/^array$|_tuple$/.test(repeated.element.name);
  return [
    threeLevels ? item : { ...repeated, element: { ...repeated.element, repetition_type: 'REQUIRED' } },
  ];
}

function leafKind({ element }: SchemaTree): ColumnKind {
  const { type = 'BYTE_ARRAY', converted_type: converted = '', logical_type: logical } = element;
  return (
    logicalKinds[logical?.type ?? ''] ??
    logicalKinds[converted.split('_', 1)[0] ?? ''] ??
    physicalKinds[type] ??
    'text'
  );
}

/** By logical type, or by the first word of the older converted type. */
const logicalKinds: Readonly<Record<string, ColumnKind>> = {
  NULL: 'null',
  DECIMAL: 'decimal',
  FLOAT16: 'decimal',
  DATE: 'date',
  TIMESTAMP: 'date',
};

const physicalKinds: Readonly<Record<string, ColumnKind>> = {
  BOOLEAN: 'boolean',
  INT32: 'integer',
  INT64: 'integer',
  INT96: 'date',
  FLOAT: 'decimal',
  DOUBLE: 'decimal',
};
