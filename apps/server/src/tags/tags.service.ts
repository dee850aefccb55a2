import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Sql, Tag, TagInput, TagMember, TagMembers, TagPreview } from '@pelton/contract';
import { bind, identifier, sql, toReadable } from '@pelton/sdk';
import { refreshIdentities } from '@pelton/warehouse';
import type { Model } from 'mongoose';
import type { Actor } from '../common/allow.js';
import { newId } from '../common/ids.js';
import { DefinitionStore } from '../definitions/definition-store.js';
import type { DefinitionVersionDoc } from '../definitions/definition.schema.js';
import { UsageService } from '../definitions/usage.service.js';
import { compileOver, dataContext, type DataView } from '../events/data-context.js';
import { type ProjectSql, WarehouseService } from '../infra/warehouse.service.js';
import { ItemTypesService } from '../items/item-types.service.js';
import { admitPluginSql, type RunnableSql } from '../plugins/plugin-sql.js';
import { PluginsService } from '../plugins/plugins.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { memberCountsQuery, memberPageQuery, membersQuery, nextMembersQuery } from './tag.queries.js';
import type { TagDoc } from './tag.schema.js';

export type TagDefinition = Pick<TagDoc, 'name' | 'template' | 'params'>;

const SAMPLE = 20;

interface MemberRow {
  user_id: string;
  value: string;
  score: number | null;
  evidence: string;
  entered_at?: string;
  left_at?: string | null;
}

@Injectable()
export class TagsService {
  private readonly store: DefinitionStore<TagDoc>;

  constructor(
    @InjectModel('Tag') model: Model<TagDoc>,
    @InjectModel('DefinitionVersion') versions: Model<DefinitionVersionDoc>,
    private readonly plugins: PluginsService,
    private readonly warehouse: WarehouseService,
    private readonly projects: ProjectsService,
    private readonly usage: UsageService,
    private readonly itemTypes: ItemTypesService,
  ) {
    this.store = new DefinitionStore(model, versions, 'tag');
  }

  async list(projectId: string): Promise<Tag[]> {
    return (await this.store.list(projectId)).map(toTag);
  }

  async find(projectId: string, name: string): Promise<Tag> {
    return toTag(await this.store.find(projectId, name));
  }

  count(projectId: string): Promise<number> {
    return this.store.count(projectId);
  }

  async create(actor: Pick<Actor, 'projectId' | 'name'>, input: TagInput): Promise<Tag> {
    return toTag(await this.store.create(actor, { ...input, reads: await this.readsOf(input) }));
  }

  async update(actor: Actor, name: string, input: TagInput): Promise<Tag> {
    return toTag(await this.store.update(actor, name, { ...input, name, reads: await this.readsOf(input) }));
  }

  async remove(projectId: string, name: string): Promise<void> {
    await this.usage.refuseIfUsed(projectId, 'tag', name);
    await this.store.remove(projectId, name);
    const { admin } = await this.warehouse.project(projectId);
    await admin.run(sql`ALTER TABLE tag_members DROP PARTITION ${bind('String', name)}`);
  }

  /** Members that the rule finds in a view of the data, in the shape of `membersQuery`. */
  async membersOf(
    project: ProjectSql,
    tag: Pick<TagDefinition, 'template' | 'params'>,
    view: DataView,
  ): Promise<RunnableSql> {
    const { calls, trust } = this.plugins.get('tagging', tag.template);
    const hasIdentities = await refreshIdentities(project);
    const compiled = await compileOver(
      { ...view, hasIdentities },
      (context) => calls.compile({ params: tag.params, context }),
      () => this.itemTypes.references(project.projectId),
    );
    const admitted = await admitPluginSql(project, trust, compiled);
    return { sql: membersQuery(admitted.sql, await admitted.client.columns(admitted.sql)), client: admitted.client };
  }

  /**
   * Makes what a rule found the tag's members, at once for every reader, unless those that it has are as of a later instant.
   * @param found a table in the shape of `membersQuery`
   * @param lookedAt the users that were looked at, when not all were
   * @returns nothing when the later members stay
   */
  async publish(
    project: ProjectSql,
    projectId: string,
    tag: string,
    found: Sql,
    asOf: string,
    lookedAt: Sql | undefined,
  ): Promise<{ entered: number; left: number } | undefined> {
    const { admin, database } = project;
    const { evaluatedAt } = (await this.store.findIfAny(projectId, tag)) ?? {};
    if (evaluatedAt && evaluatedAt > new Date(asOf)) return undefined;
    const next = `next_${newId()}`;
    await admin.run(sql`CREATE TABLE ${identifier(next)} AS tag_members`);
    try {
      await admin.run(
        sql`INSERT INTO ${identifier(next)} ${nextMembersQuery({ database, tag, found, asOf, lookedAt })}`,
      );
      const settings = { allow_replace_partition_from_empty_source: 1 } as never; // newer than the client's list of settings
      await admin.run(sql`ALTER TABLE tag_members REPLACE PARTITION ${bind('String', tag)} FROM ${identifier(next)}`, {
        settings,
      });
    } finally {
      await admin.run(sql`DROP TABLE ${identifier(next)} SYNC`);
    }
    const counts = await admin.row<{ total: number; entered: number; left: number }>(
      memberCountsQuery(database, tag, asOf),
    );
    await this.store.note(projectId, tag, { members: counts.total, evaluatedAt: new Date(asOf) });
    return counts;
  }

  async members(
    projectId: string,
    name: string,
    page: { search: string; limit: number; offset: number },
  ): Promise<TagMembers> {
    const [tag, { admin, database }] = await Promise.all([
      this.store.find(projectId, name),
      this.warehouse.project(projectId),
    ]);
    const asOf = tag.evaluatedAt?.toISOString() ?? null;
    const [counts, rows] = await Promise.all([
      admin.row<{ total: number; entered: number; left: number }>(
        memberCountsQuery(database, name, asOf ?? new Date(0).toISOString()),
      ),
      admin.rows<MemberRow>(memberPageQuery(database, name, page)),
    ]);
    return { ...counts, asOf, members: rows.map((row) => toMember(row, asOf)) };
  }

  /** How many people a rule would find now, before it is saved. */
  async preview(projectId: string, input: Pick<TagInput, 'template' | 'params'>, asOf: string): Promise<TagPreview> {
    const started = performance.now();
    const [{ timezone }, project] = await Promise.all([
      this.projects.find(projectId),
      this.warehouse.project(projectId),
    ]);
    const view = { database: project.database, timezone, asOf };
    const { sql: found, client } = await this.membersOf(project, input, view);
    const { users } = dataContext(view);
    const { members } = await client.row<{ members: number }>(sql`SELECT count() AS members FROM (${found})`);
    const all = await project.admin.row<{ users: number }>(
      sql`SELECT uniqExact(user_id) AS users FROM (SELECT user_id FROM ${users} UNION ALL SELECT user_id FROM ${dataContext(view).events})`,
    );
    const sample = await client.rows<MemberRow>(
      sql`SELECT * FROM (${found}) ORDER BY user_id LIMIT ${bind('UInt32', SAMPLE)}`,
    );
    return {
      members,
      users: all.users,
      sample: sample.map((row) => toMember(row, asOf)),
      sql: toReadable(found),
      ms: performance.now() - started,
    };
  }

  private async readsOf(input: Pick<TagInput, 'template' | 'params'>): Promise<string> {
    return this.plugins.get('tagging', input.template).calls.reads({ params: input.params });
  }
}

function toTag(doc: TagDoc): Tag {
  const { name, title, description, template, params, reads, version, members, evaluatedAt, updatedAt, updatedBy } =
    doc;
  return {
    name,
    title,
    description,
    template,
    params: params as Tag['params'],
    reads,
    version,
    members: members ?? null,
    evaluatedAt: evaluatedAt?.toISOString() ?? null,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  };
}

function toMember(row: MemberRow, asOf: string | null): TagMember {
  return {
    userId: row.user_id,
    value: row.value,
    score: row.score,
    evidence: row.evidence,
    enteredAt: row.entered_at ?? asOf ?? new Date(0).toISOString(),
    leftAt: row.left_at ?? null,
  };
}
