/** One column that a statement answers. */
export interface Column {
  name: string;
  nullable: boolean;
  /** `table.column` it is taken from unchanged. */
  origin?: string | undefined;
}

/** The columns of each table, in their order; those of a schema other than public as `schema.table`. */
export type Tables = Map<string, Column[]>;

// biome-ignore lint/suspicious/noExplicitAny: libpg-query's tree: one key, the node's type, and its fields
type Node = Record<string, any>;
/** What stands in the from clause: alias → columns. */
type Scope = Map<string, Column[]>;

const notNull = new Set(['count', 'row_number', 'jsonb_build_object', 'now']);
/** Null exactly where an argument is null. */
const strict = new Set([
  'greatest',
  'extract',
  'date_part',
  'split_part',
  'jsonb_array_length',
  'length',
  'starts_with',
]);

/**
 * The columns that a parsed statement answers, in their order. A column may be null unless this can be shown: it comes
 * from a NOT NULL column and no outer join may have left it out, or an expression never answers null.
 * @param statement a node of libpg-query's tree: `{ SelectStmt: … }`, `{ UpdateStmt: … }`, …
 */
export function columnsOf(statement: Node, tables: Tables, outer: Scope = new Map()): Column[] {
  const [[kind, fields]] = Object.entries(statement) as [[string, Node]];
  const known = withCtes(fields['withClause'], tables);
  if (kind === 'SelectStmt') return selected(fields, known, outer);
  const { relation } = fields;
  const scope = new Map([...outer, ...from([{ RangeVar: relation }], known, outer)]);
  for (const [name, columns] of from(fields['fromClause'] ?? fields['usingClause'] ?? [], known, scope))
    scope.set(name, columns);
  return targets(fields['returningClause']?.exprs ?? [], scope, known);
}

/** A CTE hides a table of its name. */
function withCtes(clause: Node | undefined, tables: Tables): Tables {
  const known = new Map(tables);
  for (const { CommonTableExpr: cte } of clause?.['ctes'] ?? []) {
    const first = cte.ctequery.SelectStmt?.larg;
    if (clause?.['recursive'] && first) known.set(cte.ctename, renamed(columnsOf({ SelectStmt: first }, known), cte));
    known.set(cte.ctename, renamed(columnsOf(cte.ctequery, known), cte));
  }
  return known;
}

function renamed(columns: Column[], { aliascolnames, colnames }: Node): Column[] {
  const names: string[] = (aliascolnames ?? colnames ?? []).map(({ String: { sval } }: Node) => sval);
  return columns.map((column, n) => ({ ...column, name: names[n] ?? column.name }));
}

function selected(select: Node, known: Tables, outer: Scope): Column[] {
  if (select['op'] !== 'SETOP_NONE') {
    const right = columnsOf({ SelectStmt: select['rarg'] }, known, outer);
    return columnsOf({ SelectStmt: select['larg'] }, known, outer).map((column, n) => ({
      name: column.name,
      nullable: column.nullable || right[n]!.nullable,
      origin: column.origin === right[n]!.origin ? column.origin : undefined,
    }));
  }
  const scope = new Map([...outer, ...from(select['fromClause'] ?? [], known, outer)]);
  return targets(select['targetList'] ?? [], scope, known);
}

function from(items: Node[], known: Tables, outer: Scope): Scope {
  const scope: Scope = new Map();
  for (const item of items)
    for (const [alias, columns] of source(item, known, new Map([...outer, ...scope]))) scope.set(alias, columns);
  return scope;
}

function source(item: Node, known: Tables, scope: Scope): Scope {
  const [[kind, fields]] = Object.entries(item) as [[string, Node]];
  const alias: string = fields['alias']?.aliasname;
  if (kind === 'RangeVar') {
    const name = fields['schemaname'] ? `${fields['schemaname']}.${fields['relname']}` : fields['relname'];
    const columns = known.get(name);
    if (!columns) throw new Error(`no table ${name}`);
    return new Map([[alias ?? fields['relname'], columns]]);
  }
  if (kind === 'RangeSubselect')
    return new Map([[alias, renamed(columnsOf(fields['subquery'], known, scope), fields['alias'])]]);
  if (kind === 'RangeFunction') return new Map([[alias, ofFunction(fields)]]);
  if (kind === 'JoinExpr') return joined(fields, known, scope);
  throw new Error(`a ${kind} in a from clause is not understood`);
}

/** What a function answers comes from outside: all of it may be null. */
function ofFunction({ alias, coldeflist = [], ordinality }: Node): Column[] {
  const names: string[] = [
    ...coldeflist.map(({ ColumnDef }: Node) => ColumnDef.colname),
    ...(alias.colnames ?? []).map(({ String: { sval } }: Node) => sval),
  ];
  const columns = (names.length > 0 ? names : [alias.aliasname]).map((name) => ({ name, nullable: true }));
  if (ordinality) columns.at(-1)!.nullable = false;
  return columns;
}

function joined({ jointype, larg, rarg }: Node, known: Tables, outer: Scope): Scope {
  const left = source(larg, known, outer);
  const right = source(rarg, known, new Map([...outer, ...left]));
  const maybe = (scope: Scope): Scope =>
    new Map([...scope].map(([alias, columns]) => [alias, columns.map((column) => ({ ...column, nullable: true }))]));
  return new Map([
    ...(jointype === 'JOIN_RIGHT' || jointype === 'JOIN_FULL' ? maybe(left) : left),
    ...(jointype === 'JOIN_LEFT' || jointype === 'JOIN_FULL' ? maybe(right) : right),
  ]);
}

function targets(list: Node[], scope: Scope, known: Tables): Column[] {
  return list.flatMap(({ ResTarget: { name, val } }: Node): Column[] => {
    const fields: Node[] = val.ColumnRef?.fields ?? [];
    if (fields.at(-1)?.['A_Star']) {
      const alias = fields.length > 1 ? fields[0]!['String'].sval : undefined;
      return alias ? inScope(scope, alias) : [...scope.values()].flat();
    }
    const { nullable, origin } = expression(val, scope, known);
    return [{ name: name ?? nameOf(val), nullable, origin }];
  });
}

function inScope(scope: Scope, alias: string): Column[] {
  const columns = scope.get(alias);
  if (!columns) throw new Error(`nothing is called ${alias} here`);
  return columns;
}

function nameOf(node: Node): string {
  if (node['TypeCast']) return nameOf(node['TypeCast'].arg);
  const last = (node['ColumnRef']?.fields ?? node['FuncCall']?.funcname)?.at(-1);
  return last?.String.sval ?? '?column?';
}

function expression(node: Node, scope: Scope, known: Tables): Omit<Column, 'name'> {
  const [[kind, fields]] = Object.entries(node) as [[string, Node]];
  const mayBeNull = (one: Node | undefined) => !one || expression(one, scope, known).nullable;
  switch (kind) {
    case 'ColumnRef':
      return referenced(fields['fields'], scope);
    case 'TypeCast':
      return { nullable: mayBeNull(fields['arg']) };
    case 'A_Const':
      return { nullable: fields['isnull'] === true };
    case 'CoalesceExpr':
      return { nullable: fields['args'].every(mayBeNull) };
    case 'NullTest':
      return { nullable: false };
    case 'A_Expr':
      return { nullable: !/DISTINCT/.test(fields['kind']) && [fields['lexpr'], fields['rexpr']].some(mayBeNull) };
    case 'BoolExpr':
      return { nullable: fields['args'].some(mayBeNull) };
    case 'CaseExpr':
      return {
        nullable: [...fields['args'].map(({ CaseWhen }: Node) => CaseWhen.result), fields['defresult']].some(mayBeNull),
      };
    case 'MinMaxExpr':
      return { nullable: fields['args'].every(mayBeNull) };
    case 'FuncCall': {
      const name = fields['funcname'].at(-1).String.sval;
      return { nullable: !notNull.has(name) && !(strict.has(name) && !fields['args']?.some(mayBeNull)) };
    }
    case 'SubLink': {
      if (fields['subLinkType'] === 'EXISTS_SUBLINK') return { nullable: false };
      const [column] = columnsOf(fields['subselect'], known, scope);
      return { nullable: !isCount(fields['subselect']), origin: column?.origin };
    }
    default:
      return { nullable: true };
  }
}

function referenced(fields: Node[], scope: Scope): Omit<Column, 'name'> {
  const names: string[] = fields.map((field) => field['String'].sval);
  const columns = names.length > 1 ? inScope(scope, names.at(-2)!) : [...scope.values()].reverse().flat();
  const column = columns.find(({ name }) => name === names.at(-1));
  if (!column && names.length === 1 && scope.has(names[0]!)) return { nullable: true }; // a whole row
  if (!column) throw new Error(`no column ${names.join('.')}`);
  return { nullable: column.nullable, origin: column.origin };
}

/** An aggregate without group by always answers a row; `count` and a `coalesce` with a constant never null. */
function isCount({ SelectStmt: select }: Node): boolean {
  const [target] = select?.targetList ?? [];
  const { CoalesceExpr: either, FuncCall: call } = target?.ResTarget.val ?? {};
  const isAggregate = (one: Node | undefined) =>
    /^(count|sum|min|max|jsonb_agg)$/.test(one?.['funcname']?.at(-1).String.sval ?? '');
  if (select?.groupClause) return false;
  return (
    call?.funcname.at(-1).String.sval === 'count' ||
    (isAggregate(either?.args[0].FuncCall) && 'A_Const' in (either.args[1] ?? {}))
  );
}
