import { phrase, type Sql, toJsonSchema } from '@pelton/contract';
import { identifier, instant, sql } from '@pelton/sdk';
import { z } from 'zod';
import { fillTable } from '../plugins/plugin-sql.js';
import { entriesQuery } from '../tags/tag.queries.js';
import type { TagsService } from '../tags/tags.service.js';
import { columnsOf } from './columns.js';
import { NEWER_STAY } from './newer-stay.js';
import type { ActionKind } from './step-kind.js';

const Params = z.object({
  tag: z
    .string()
    .min(1, 'Choose a tag')
    .meta({ title: 'Tag', ui: { widget: 'tag' } }),
});
type Params = z.infer<typeof Params>;

const USERS = [{ name: 'users', title: 'Users' }];
const FOUND_TYPES = { user_id: 'String', value: 'String', score: 'Nullable(Float64)', evidence: 'String' };
const MEMBER_TYPES = { ...FOUND_TYPES, entered_at: "DateTime64(3, 'UTC')" };

/** Evaluates a tag's rule, keeps who has it, and gives them on. */
export function tagStep(tags: TagsService): ActionKind<Params> {
  return {
    kind: 'action',
    type: {
      uses: 'core/tag',
      title: 'Tag',
      description: 'Finds the users who have a tag',
      layer: 'understand',
      role: 'definition',
      icon: 'tag',
      params: toJsonSchema(Params),
      inputs: [{ name: 'users', title: 'Users', needs: [{ name: 'user_id', family: 'text' }], optional: true }],
      outputs: USERS,
    },
    params: Params,
    summary: ({ tag }) => phrase`${tag}`,
    outputs: () => USERS,

    async columns({ params, definitions }) {
      definitions.tag(params.tag);
      return { users: columnsOf(MEMBER_TYPES) };
    },

    async run({ params, definitions, project, projectId, inputs, view, stage, isDraft, signal, confirm, show, asOf }) {
      const { admin, database } = project;
      const tag = definitions.tag(params.tag);
      const evaluated = await tags.membersOf(project, tag, view);
      show(evaluated.sql);
      const table = stage('users');
      const list = Object.entries(FOUND_TYPES).map(([name, type]) => `${name} ${type}`);
      await admin.run(
        sql`CREATE OR REPLACE TABLE ${identifier(table)} (${{ parts: [list.join(', ')] }}) ENGINE = MergeTree ORDER BY user_id`,
      );
      await fillTable(project, table, evaluated, signal);
      const found = sql`SELECT * FROM ${identifier(database, table)}`;
      const { users } = await admin.row<{ users: number }>(sql`SELECT count() AS users FROM (${found})`);
      const give = (members: Sql) => ({
        outputs: { users: { sql: members, columns: columnsOf(MEMBER_TYPES) } },
        rows: { users },
      });
      if (isDraft) return give(sql`SELECT *, ${instant(asOf)} AS entered_at FROM (${found})`);
      await confirm();
      const published = await tags.publish(project, projectId, tag.name, found, asOf, inputs.users?.sql);
      return {
        ...give(entriesQuery({ database, tag: tag.name, found, asOf })),
        foot: [`${users} people`, ...changes(published)].join(', '),
      };
    },
  };
}

function changes(published: { entered: number; left: number } | undefined): string[] {
  if (!published) return [NEWER_STAY];
  const { entered, left } = published;
  return entered || left ? [`${entered} new`, `${left} left`] : [];
}
